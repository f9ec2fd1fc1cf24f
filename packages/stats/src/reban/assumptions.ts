import type { Rate } from "../model.ts";
import { dependenceNote } from "../nvl72.ts";
import type { CellOfSpells, RebanQuestion } from "./question.ts";

/** What is an event, and what ends a stay otherwise. */
const ENDPOINT_WORDS: Readonly<Record<Rate["endpoint"], string>> = {
  hardware: "events are first terminal bans of every class but workload; terminal workload bans compete",
  any: "events are first terminal bans of any class",
  "hardware-only": "events are first terminal bans of class hardware; terminal bans of other classes compete",
  fabric: "events are first terminal bans of class fabric; terminal bans of other classes compete",
  platform: "events are first terminal bans of class platform; terminal bans of other classes compete",
  configuration: "events are first terminal bans of class configuration; terminal bans of other classes compete",
  unknown: "events are first terminal bans of class unknown; terminal bans of other classes compete",
  workload: "events are first terminal bans of class workload; terminal bans of other classes compete",
};

/** What an answer rests on, and what it leaves out, in words. */
export function assumptionsOf(rate: Rate, { rows, excluded }: CellOfSpells, question: RebanQuestion): string[] {
  const left = Object.entries(excluded).map(([entry, count]) => `${String(count)} ${entry}`);
  const lines: (string | false)[] = [
    ENDPOINT_WORDS[rate.endpoint],
    "a workload ban that was lifted before any new admission is no event",
    question.followNode === true
      ? "follow the node: a row goes on through moves and gaps until the node's first terminal ban"
      : "a move ends the stay as a censoring, and the arrival is a new admission",
    rate.censored > 0 &&
      "admissions whose follow-up ended early would have fared as those still followed; bounds need no such assumption",
    rate.net !== null && rate.endpoint !== "any" && "net: as if no other ban existed, which needs independent causes",
    question.mature === true && "mature cohort: only admissions whose window has ended",
    rows.some(({ enteredDays }) => enteredDays > 0) && "late rows count from the day on which they were first observed",
    left.length > 0 && `left out as populations of their own: ${left.join(", ")}`,
    question.population !== undefined &&
      question.population !== "post-ofr" &&
      `the population is entry ${question.population}, not post-OFR admissions`,
    rate.status === "insufficient_follow_up" && "nobody is followed to the end of the window: only bounds are known",
    rate.status === "ok" && rate.interval === null && "a rate of 1 has no interval",
    dependenceNote(rows),
  ];
  return lines.filter((line) => line !== false);
}
