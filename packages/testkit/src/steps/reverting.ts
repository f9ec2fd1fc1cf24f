import { isDeepStrictEqual } from "node:util";
import type { Reverted, UndoDraft } from "@slipway/plugin-sdk";
import {
  came,
  carryOut,
  nothingKept,
  observed,
  said,
  type Came,
  type StepClause,
  type StepSubject,
} from "./carry-out.ts";
import { at } from "./mishaps.ts";
import type { StepWorld } from "./step-world.ts";
import { watchedContext, WorkerDied, type OutsideCall, type WatchOptions } from "./watched-context.ts";

/** A world in which the act was carried out, with what it kept to take it back. */
async function carriedOut(subject: StepSubject): Promise<{ world: StepWorld; undo: readonly UndoDraft[] }> {
  const [world, kept] = [subject.open(), nothingKept()];
  await carryOut(subject, world, kept);
  return { world, undo: kept.undo.toReversed() };
}

/** Takes every change back, the last one first, and says what each came to. */
async function revertAll(
  { step, input }: StepSubject,
  world: StepWorld,
  undo: readonly UndoDraft[],
  options: WatchOptions = {},
): Promise<{ readonly results: readonly Came<Reverted | "died">[]; readonly calls: readonly OutsideCall[] }> {
  const { context, calls, death } = watchedContext(world, options);
  const results: Came<Reverted | "died">[] = [];
  for (const entry of undo)
    results.push(
      await came(async () => {
        const reverted = await Promise.race([step.revert?.(context, input, entry), death]).catch((error: unknown) => {
          if (error instanceof WorkerDied) return "died" as const;
          throw error;
        });
        if (reverted === undefined) throw new Error("it has no revert");
        return reverted;
      }),
    );
  return { results, calls };
}

const words = (result: Came<string>): string => ("answer" in result ? result.answer : String(result.thrown));

const drafts: StepClause = {
  title: "says before it acts what it would change exactly when it can take it back",
  async *faults(subject) {
    const seen = await observed(subject, subject.open());
    const prior = "answer" in seen ? (seen.answer.prior ?? []) : [];
    if (subject.step.revert === undefined && prior.length > 0) yield "it gives prior values, and has no revert";
    if (subject.step.revert !== undefined && prior.length === 0) yield "it has a revert, and gives no prior value";
    if (new Set(prior.map(({ key }) => key)).size < prior.length) yield "two of its prior values have one key";
    for (const { key, prior: from, applied } of prior)
      if (isDeepStrictEqual(from, applied)) yield `${key} would become what it is`;
  },
};

const takesBack: StepClause = {
  title: "takes its changes back once: then its effect is gone, and nothing is left to take back",
  async *faults(subject) {
    if (subject.step.revert === undefined) return;
    const { world, undo } = await carriedOut(subject);
    for (const result of (await revertAll(subject, world, undo)).results)
      if (words(result) !== "reverted") yield `taking it back came to ${words(result)}`;
    const after = await observed(subject, world);
    if (!("answer" in after) || after.answer.state !== "not-yet") yield `once taken back, ${said(after)}`;
    const changes = world.changes().length;
    for (const result of (await revertAll(subject, world, undo)).results)
      if (words(result) !== "already-gone") yield `taking it back again came to ${words(result)}`;
    if (world.changes().length !== changes) yield "taking it back again changed the world";
  },
};

const neverDone: StepClause = {
  title: "has nothing to take back of an act that was never performed",
  async *faults(subject) {
    if (subject.step.revert === undefined) return;
    const world = subject.open();
    const seen = await observed(subject, world);
    const prior = "answer" in seen ? (seen.answer.prior ?? []) : [];
    for (const result of (await revertAll(subject, world, prior)).results)
      if (words(result) !== "already-gone") yield `taking back what was never done came to ${words(result)}`;
    if (world.changes().length > 0) yield "taking back what was never done changed the world";
  },
};

const foreign: StepClause = {
  title: "leaves what somebody else changed since as it is",
  async *faults(subject) {
    if (subject.step.revert === undefined) return;
    const { world, undo } = await carriedOut(subject);
    if (world.interfere === undefined) {
      yield "the case cannot let somebody else change the place: its world has no interfere";
      return;
    }
    world.interfere();
    const changes = world.changes().length;
    for (const result of (await revertAll(subject, world, undo)).results)
      if (words(result) !== "skipped-foreign") yield `taking back what is another's came to ${words(result)}`;
    if (world.changes().length !== changes) yield "taking back what is another's changed the world";
  },
};

const dies: StepClause = {
  title: "is taken back in the end when the worker dies while it takes it back",
  async *faults(subject) {
    if (subject.step.revert === undefined) return;
    const { world: whole, undo: all } = await carriedOut(subject);
    const { calls } = await revertAll(subject, whole, all);
    for (const [number, { name }] of calls.entries())
      for (const when of ["before", "after"] as const) {
        const { world, undo } = await carriedOut(subject);
        await revertAll(subject, world, undo, at(number, { kind: "crash", when }));
        const { results } = await revertAll(subject, world, undo);
        const after = await observed(subject, world);
        if (!("answer" in after) || after.answer.state !== "not-yet" || world.changes().length > whole.changes().length)
          yield `after a crash ${when} ${name} it came to ${results.map(words).join(", ")}, and ${said(after)}`;
      }
  },
};

/** What a step keeps while it is taken back. */
export const reverting: readonly StepClause[] = [drafts, takesBack, neverDone, foreign, dies];
