import { expect, it } from "vitest";
import type { Planted } from "../src/ports.ts";
import { runSeed } from "../src/seed.ts";
import { countsBySnapshot, looksTogether, retriesAtOnce, sendsUnchecked } from "./plants-of-acts.ts";
import {
  believesAnyTime,
  booksWhenQueued,
  namesAreEnough,
  notesAtTheEnd,
  releaseLiftsAll,
  remembersAlone,
} from "./plants-of-vendors.ts";
import {
  actsWithoutAdapter,
  clockAhead,
  countedTwice,
  dropsRepeats,
  noFencing,
  releaseOnInconclusive,
  remembersBytes,
} from "./plants.ts";

/** A bug that this many seeds do not find would pass a CI run too often. */
const SEEDS = 60;

interface Case {
  readonly bug: string;
  readonly plant: Planted;
  /** The sentence by which the invariant that is about it says it. */
  readonly says: RegExp;
  /** The first seed to run: one that finds it as the runner is now, so that the others are rarely needed. */
  readonly from: number;
}

/** What the seeds say of a planted bug, up to the one that says it by its own sentence: another may show a consequence first. */
async function found({ plant, says, from }: Case): Promise<readonly string[]> {
  const all: string[] = [];
  for (let seed = from; seed < from + SEEDS && !all.some((violation) => says.test(violation)); seed += 1)
    all.push(...(await runSeed(seed, { plant })).violations);
  return all;
}

const CASES: readonly Case[] = [
  {
    bug: "a release on inconclusive passes",
    plant: releaseOnInconclusive,
    says: /was given after \d+ of \d+ passes/,
    from: 5,
  },
  {
    bug: "a pass that is counted twice",
    plant: countedTwice,
    says: /was counted, and 0 intents of it are done/,
    from: 5,
  },
  { bug: "a worker that goes by a clock of its own", plant: clockAhead, says: /is dated after now/, from: 2 },
  {
    bug: "evidence that is taken to be there, and is not",
    plant: remembersBytes,
    says: /is gone, and was never said to have expired/,
    from: 6,
  },
  {
    bug: "an act that a worker without the adapter calls done",
    plant: actsWithoutAdapter,
    says: /no vendor was asked for it/,
    from: 7,
  },
  {
    bug: "a worker whose claim nobody checks",
    plant: noFencing,
    says: /went on after it was (cancelled|banned|released)/,
    from: 1,
  },
  {
    bug: "a validation whose look throws and keeps those that are looked at with it from going on",
    plant: looksTogether,
    says: /was looked at \d+ times in vain, because the look at another threw/,
    from: 4,
  },
  {
    bug: "an act that is tried again at once, without a pause and without a trace in its row",
    plant: retriesAtOnce,
    says: /was asked for \d+ times in vain, and its row knows of 0 tries/,
    from: 6,
  },
  {
    bug: "an act that is sent without checking its claim again",
    plant: sendsUnchecked,
    says: /was sent after validation\/\d+ was (cancelled|banned|released)/,
    from: 4,
  },
  {
    bug: "a pass that is counted by a snapshot in which its claim was still held",
    plant: countsBySnapshot,
    says: /went on after it was (cancelled|banned|released)/,
    from: 5,
  },
  {
    bug: "a look that takes the whole fleet in again because the events failed after the list",
    plant: notesAtTheEnd,
    says: /was taken in \d+ times, and there was news of it/,
    from: 2,
  },
  {
    bug: "a process that takes the whole fleet in again when it starts",
    plant: remembersAlone,
    says: /was taken in \d+ times, and there was news of it/,
    from: 2,
  },
  {
    bug: "a vendor's event that is booked on another vendor's machine of that name",
    plant: namesAreEnough,
    says: /^\S+: ban\/\d+ of \S+ is on machine \d+, which is \S+'s/,
    from: 1,
  },
  {
    bug: "a sighting of the year 2099 that decides for ever where a machine stands",
    plant: believesAnyTime,
    says: /is placed as \S+, and \S+ has listed it as/,
    from: 6,
  },
  {
    bug: "a reader that drops repeats of GPU serials, where boards share one",
    plant: dropsRepeats,
    says: /names the GPUs \d+, \d+, and \S+ printed (\d+), \1, (\d+), \2$/m,
    from: 1,
  },
  {
    bug: "a machine that is booked as validating while its validation waits in line",
    plant: booksWhenQueued,
    says: /validating before validation\/\d+ claimed it/,
    from: 1,
  },
  {
    bug: "a release that lifts a vendor's ban",
    plant: releaseLiftsAll,
    says: /ban\/\d+ of lab\S* was lifted by policy/,
    from: 1,
  },
];

it.each(CASES)("finds $bug", { timeout: 120_000 }, async (planted) => {
  expect((await found(planted)).join("\n")).toMatch(planted.says);
});
