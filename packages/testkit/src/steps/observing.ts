import { isDeepStrictEqual } from "node:util";
import type { Observed } from "@slipway/plugin-sdk";
import { callsOf, carryOut, nothingKept, observed, said, type StepClause, type StepSubject } from "./carry-out.ts";
import { at, failuresOf, UNREADABLE } from "./mishaps.ts";
import type { StepWorld } from "./step-world.ts";

const isJson = (value: unknown): boolean => isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value);

/** The world once the act was carried out, and what follows from it happened. */
async function worldAfter(subject: StepSubject): Promise<StepWorld> {
  const world = subject.open();
  await carryOut(subject, world, nothingKept());
  return world;
}

const looks: StepClause = {
  title: "observes `not-yet` before, and `already` once its effect stands",
  async *faults(subject) {
    const before = await observed(subject, subject.open());
    if (!("answer" in before) || before.answer.state !== "not-yet") yield `before the act ${said(before)}`;
    const { ended } = await carryOut(subject, subject.open(), nothingKept());
    if (ended !== "already") yield `the act ended ${ended}`;
    const after = await observed(subject, await worldAfter(subject));
    if (!("answer" in after) || after.answer.state !== "already") yield `looking again after the act, ${said(after)}`;
  },
};

const changesNothing: StepClause = {
  title: "changes nothing by observing, and sees the same twice",
  async *faults(subject) {
    for (const [when, world] of [
      ["before", subject.open()],
      ["after", await worldAfter(subject)],
    ] as const) {
      const changes = [...world.changes()];
      const [first, second] = [await observed(subject, world), await observed(subject, world)];
      if (!isDeepStrictEqual(world.changes(), changes)) yield `observing ${when} the act changed the world`;
      if (!isDeepStrictEqual(first, second)) yield `two looks ${when} the act differ`;
    }
  },
};

const sayable: StepClause = {
  title: "says what it saw as JSON, and of a `not-yet` that only waits when to look again",
  async *faults(subject) {
    const worlds = [subject.open(), await worldAfter(subject)];
    for (const world of worlds) {
      const seen = await observed(subject, world);
      if (!("answer" in seen)) continue;
      yield* unsayable(seen.answer, subject.step.class === "read");
    }
  },
};

function* unsayable({ facts, prior, evidence, lookAgainMs, state }: Observed, reads: boolean): Iterable<string> {
  if (!isJson(facts)) yield "its facts are no JSON";
  if (prior !== undefined && !isJson(prior)) yield "its prior values are no JSON";
  if (Object.values(evidence ?? {}).some((text) => typeof text !== "string")) yield "its evidence is no text";
  if (lookAgainMs !== undefined && !(lookAgainMs > 0)) yield `it would look again after ${String(lookAgainMs)} ms`;
  if (reads && state === "not-yet" && lookAgainMs === undefined) yield "it waits and does not say when to look again";
}

const unclear: StepClause = {
  title: "never observes what it cannot tell as done, nor, where it acts, as not done",
  async *faults(subject) {
    const calls = await callsOf(subject, "observe");
    for (const [number, call] of calls.entries()) {
      for (const { mishap, words } of [...failuresOf(call), ...(call.port === "exec" ? UNREADABLE : [])]) {
        const seen = await observed(subject, subject.open(), at(number, mishap));
        if (!("answer" in seen)) continue;
        const { state, reason } = seen.answer;
        if (state === "already" || (state === "not-yet" && subject.step.class !== "read"))
          yield `${call.name} ${words}, and ${said(seen)}`;
        else if (reason === undefined) yield `${call.name} ${words}, and it does not say why its state is ${state}`;
      }
    }
  },
};

/** What a step keeps while it looks. */
export const observing: readonly StepClause[] = [looks, changesNothing, sayable, unclear];
