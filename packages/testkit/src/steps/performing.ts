import { VendorError, type Performed } from "@slipway/plugin-sdk";
import {
  callsOf,
  carryOut,
  nothingKept,
  observed,
  performed,
  said,
  type Came,
  type StepClause,
  type StepSubject,
} from "./carry-out.ts";
import { ANSWER_LOST, at, failuresOf, RETRY_AFTER_MS, type Failure } from "./mishaps.ts";
import type { OutsideCall } from "./watched-context.ts";

/** The calls by which the step changes the world, by their number among all of `perform`. */
async function changing(subject: StepSubject): Promise<readonly (readonly [number, OutsideCall])[]> {
  return [...(await callsOf(subject, "perform")).entries()].filter(([, call]) => call.changed);
}

const acts: StepClause = {
  title: "has something to perform unless it only reads, and then it changes the world",
  async *faults(subject) {
    const { step } = subject;
    if ((step.perform === undefined) !== (step.class === "read"))
      yield `its class is ${step.class}, and it has ${step.perform === undefined ? "no" : "a"} perform`;
    if (step.perform !== undefined && (await changing(subject)).length === 0) yield "perform changes nothing";
  },
};

const failing: StepClause = {
  title: "says `refused` only of what was certainly not done, and `done` of nothing that failed",
  async *faults(subject) {
    for (const [number, call] of await changing(subject))
      for (const failure of failuresOf(call)) {
        const result = await performed(subject, subject.open(), at(number, failure.mishap));
        for (const fault of wronglySaid(result, failure)) yield `${call.name} ${failure.words}, and ${fault}`;
      }
  },
};

function* wronglySaid(result: Came<Performed | undefined>, { nothingDone, mishap }: Failure): Iterable<string> {
  if (!("answer" in result) || result.answer === undefined) return;
  const { answer } = result;
  if (answer.did === "done" || answer.did === "accepted") yield said(result);
  if (answer.did === "unknown" && answer.why === "") yield "it does not say why it is unknown";
  if (answer.did !== "refused") return;
  if (!nothingDone) yield `${said(result)}, though it may have been done`;
  if (!/^[A-Z][A-Za-z]+$/.test(answer.code)) yield `its code ${JSON.stringify(answer.code)} is not in CamelCase`;
  if (answer.reason === "") yield "it gives no reason";
  if (VendorError.is(mishap.error, "throttled") && answer.retryAfterMs !== RETRY_AFTER_MS)
    yield "it does not pass on when the vendor wants to be asked again";
}

const answerLost: StepClause = {
  title: "does not know of an act whose answer was lost, and finds its effect by observing",
  async *faults(subject) {
    const calls = await changing(subject);
    for (const [number, call] of calls) {
      const world = subject.open();
      const lost = `the answer to ${call.name} is lost`;
      const result = await performed(subject, world, at(number, ANSWER_LOST));
      if ("answer" in result && result.answer?.did !== "unknown") yield `${lost}, and ${said(result)}`;
      if (number !== calls.at(-1)?.[0]) continue;
      world.settle?.();
      const after = await observed(subject, world);
      if (!("answer" in after) || after.answer.state !== "already") yield `${lost}; looking again, ${said(after)}`;
    }
  },
};

const keyed: StepClause = {
  title: "gives the vendor the act's own key with whatever it asks it to do",
  async *faults(subject) {
    const own = "validation/2/act/7";
    const { calls } = await carryOut(subject, subject.open(), nothingKept(), { key: own });
    for (const { name, port, changed, key } of calls)
      if (port === "vendor" && changed && key !== own) yield `${name} is asked for under the key ${String(key)}`;
  },
};

const repeated: StepClause = {
  title: "changes nothing further when it is performed again under the same key, unless its class is `once`",
  async *faults(subject) {
    if (subject.step.class === "once") return;
    const world = subject.open();
    await performed(subject, world);
    const changes = world.changes().length;
    await performed(subject, world);
    if (world.changes().length !== changes) yield `again it changed: ${world.changes().slice(changes).join(", ")}`;
  },
};

/** What a step keeps while it acts. */
export const performing: readonly StepClause[] = [acts, failing, answerLost, keyed, repeated];
