import type { Observed, Performed, Step, UndoDraft } from "@slipway/plugin-sdk";
import type { StepCase, StepWorld } from "./step-world.ts";
import { watchedContext, WorkerDied, type OutsideCall, type WatchOptions } from "./watched-context.ts";

/** A step with its case, as the clauses of the contract see it. */
export interface StepSubject {
  readonly step: Step;
  readonly open: StepCase["open"];
  /** As the step's schema gives it. */
  readonly input: unknown;
}

/** What is kept of an act in the database, whatever becomes of the worker. */
export interface Kept {
  /** It may have been performed. */
  sent: boolean;
  opId: string | undefined;
  undo: readonly UndoDraft[];
}

export const nothingKept = (): Kept => ({ sent: false, opId: undefined, undo: [] });

/** How a run ended. `person`: an act of the class `once` that may have been performed, with no effect to be seen. */
export type Ended = Observed["state"] | "refused" | "person" | "died";

/** One run of an act. */
export interface Run {
  readonly ended: Ended;
  readonly calls: readonly OutsideCall[];
}

/**
 * Carries out an act in the order of the runner: observe, keep what would be changed, perform, observe again. An act of
 * the class `once` that may have been performed is not performed again.
 *
 * @throws whatever the step throws
 */
export async function carryOut(
  { step, input }: StepSubject,
  world: StepWorld,
  kept: Kept,
  options: WatchOptions = {},
): Promise<Run> {
  const { context, calls, death } = watchedContext(world, options);
  const inTime = async (): Promise<Ended> => {
    const before = await step.observe(context, input);
    if (before.state !== "not-yet") return before.state;
    if (step.perform !== undefined) {
      if (kept.sent && step.class === "once") return "person";
      if (!kept.sent) kept.undo = before.prior ?? [];
      kept.sent = true;
      const performed = await step.perform(context, input, { opId: kept.opId });
      if (performed.did === "refused") return "refused";
      if (performed.did === "accepted") kept.opId = performed.opId;
    }
    world.settle?.();
    return (await step.observe(context, input)).state;
  };
  const ended = await Promise.race([inTime(), death]).catch((error: unknown) => {
    if (error instanceof WorkerDied) return "died" as const;
    throw error;
  });
  return { ended, calls };
}

/** What a call of the step came to: its answer, or what it threw. */
export type Came<T> = { readonly answer: T } | { readonly thrown: unknown };

export async function came<T>(run: () => Promise<T>): Promise<Came<T>> {
  try {
    return { answer: await run() };
  } catch (thrown) {
    return { thrown };
  }
}

/** Observes once. */
export const observed = (
  { step, input }: StepSubject,
  world: StepWorld,
  options: WatchOptions = {},
): Promise<Came<Observed>> => came(() => step.observe(watchedContext(world, options).context, input));

/** Performs once, without looking before; undefined of a step that only reads. */
export const performed = (
  { step, input }: StepSubject,
  world: StepWorld,
  options: WatchOptions = {},
): Promise<Came<Performed | undefined>> =>
  came(async () => step.perform?.(watchedContext(world, options).context, input, {}));

/** What a call came to, in words for a message. */
export function said<T extends object>(result: Came<T | undefined>): string {
  if ("thrown" in result) return `it threw ${String(result.thrown)}`;
  const { answer } = result;
  const word =
    answer === undefined ? "nothing" : "did" in answer ? answer.did : "state" in answer ? answer.state : answer;
  return `it said ${String(word)}`;
}

/** A sentence of the contract. */
export interface StepClause {
  readonly title: string;
  /** Where the step breaks it, in words; none when it keeps it. */
  faults(subject: StepSubject): AsyncIterable<string>;
}

/** What the step calls in a run without mishaps, by what it is asked. */
export async function callsOf(subject: StepSubject, part: "observe" | "perform"): Promise<readonly OutsideCall[]> {
  const { context, calls } = watchedContext(subject.open());
  if (part === "observe") await subject.step.observe(context, subject.input);
  else await subject.step.perform?.(context, subject.input, {});
  return calls;
}
