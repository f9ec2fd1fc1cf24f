import { isDeepStrictEqual } from "node:util";
import { came, carryOut, nothingKept, type Came, type StepClause, type StepSubject } from "./carry-out.ts";
import { at } from "./mishaps.ts";
import { watchedContext, type WatchOptions } from "./watched-context.ts";

const NEED = /^(local|[a-z]+:.+)$/;
/** Turns of the event loop within which an aborted step has to end. */
const TURNS = 20;

const inputs: StepClause = {
  title: "takes its input by its schema, as JSON, and refuses an empty one",
  async *faults({ step, input }) {
    const again = step.input.safeParse(JSON.parse(JSON.stringify(input)));
    if (!again.success) yield `its schema refuses the input that it gave itself: ${again.error.message}`;
    else if (!isDeepStrictEqual(again.data, input)) yield "its input is another one once it was stored as JSON";
    if (step.input.safeParse({}).success) yield "its schema takes an empty input, which names nothing to act on";
  },
};

const needs: StepClause = {
  title: "says by its input alone what a worker has to have, and asks nothing else of it",
  async *faults(subject) {
    const { step, input } = subject;
    const said = step.needs(input);
    if (!isDeepStrictEqual(step.needs(structuredClone(input)), said)) yield "its needs differ for the same input";
    for (const need of said) if (!NEED.test(need)) yield `the need ${JSON.stringify(need)} is none`;
    const { calls } = await carryOut(subject, subject.open(), nothingKept());
    for (const account of new Set(calls.flatMap((call) => call.account ?? [])))
      if (!said.includes(`vendor:${account}`)) yield `it asks ${account}, and does not need vendor:${account}`;
    if (calls.some(({ port }) => port === "connect") && !said.some((need) => /^(local$|ssh:|vendor:)/.test(need)))
      yield "it asks a node, and needs no way to one";
  },
};

const deadlines: StepClause = {
  title: "gives every call the act's signal and no more time than the act has",
  async *faults(subject) {
    const { signal } = new AbortController();
    const { calls } = await carryOut(subject, subject.open(), nothingKept(), { signal, deadlineMs: 700 });
    for (const { name, withinMs, signal: given, port } of calls) {
      if (given === undefined) yield `${name} is given no signal`;
      if (port !== "connect" && !(withinMs !== undefined && withinMs > 0 && withinMs <= 700))
        yield `${name} may take ${String(withinMs)} ms, and the act has 700`;
    }
  },
};

/** What a step is asked, by name. */
function asks({
  step,
  input,
}: StepSubject): readonly (readonly [string, (options: WatchOptions, subject: StepSubject) => Promise<unknown>])[] {
  const observe = (options: WatchOptions, { open }: StepSubject): Promise<unknown> =>
    step.observe(watchedContext(open(), options).context, input);
  const perform = async (options: WatchOptions, { open }: StepSubject): Promise<unknown> =>
    step.perform?.(watchedContext(open(), options).context, input, {});
  return step.perform === undefined
    ? [["observe", observe]]
    : [
        ["observe", observe],
        ["perform", perform],
      ];
}

const aborted: StepClause = {
  title: "ends with its signal's reason when that is aborted, before it or in any of its calls",
  async *faults(subject) {
    const reason = new Error("the claim went to another");
    for (const [name, ask] of asks(subject)) {
      const gone = await came(() => ask({ signal: AbortSignal.abort(reason) }, subject));
      if (!endedBy(gone, reason)) yield `aborted before, ${name} ${endOf(gone)}`;
      const { context, calls } = watchedContext(subject.open());
      if (name === "observe") await subject.step.observe(context, subject.input);
      else await subject.step.perform?.(context, subject.input, {});
      for (const [number, call] of calls.entries()) {
        const stop = new AbortController();
        const running = came(() => ask({ signal: stop.signal, ...at(number, { kind: "hangs" }) }, subject));
        await turns();
        stop.abort(reason);
        const end = await Promise.race([running, turns()]);
        if (end === undefined || !endedBy(end, reason))
          yield `aborted while ${call.name} hangs, ${name} ${end === undefined ? "does not end" : endOf(end)}`;
      }
    }
  },
};

const endedBy = (end: Came<unknown>, reason: Error): boolean => "thrown" in end && end.thrown === reason;
const endOf = (end: Came<unknown>): string =>
  "thrown" in end ? `threw ${String(end.thrown)}` : `answered ${JSON.stringify(end.answer)}`;

async function turns(): Promise<undefined> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}

/** What a step keeps towards those that it asks. */
export const calling: readonly StepClause[] = [inputs, needs, deadlines, aborted];
