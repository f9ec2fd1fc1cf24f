import { SlipwayError, type TargetRef } from "@slipway/plugin-sdk";
import { timeOf, type Row } from "@slipway/store";
import { bootIdOf } from "./gather.ts";
import { objectOf, type RunnerParts, type Validation } from "./parts.ts";
import type { Recorder } from "./recorder.ts";
import { hostOf, runPass } from "./run-pass.ts";

/** How long a node is left alone between two looks for its boot id. */
const LOOK_MS = 5_000;

/**
 * Carries out one intent: looks whether it is done already, acts, reads back, and writes the outcome.
 * Called again after a crash it begins with the look, so an act is repeated only where nothing shows of it.
 */
export async function runAct(parts: RunnerParts, key: string, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const { intent, validation } = await readAct(parts, key);
  if (intent === undefined || intent.outcome !== null || validation === undefined) return;
  if (intent.object === objectOf(validation) && validation.acting !== key)
    return close(parts, intent, "abandoned", "the validation went on without it");
  switch (intent.act) {
    case "pass":
      return pass({ parts, validation, intent }, recorder, signal);
    case "boot":
      return boot({ parts, validation, intent }, signal);
    case "return-to-service":
    case "open-repair":
      return handOver({ parts, validation, intent }, signal);
    default:
      return close(parts, intent, "failed", `this release cannot ${intent.act}`);
  }
}

function readAct(
  parts: RunnerParts,
  key: string,
): Promise<{ intent: Row<"intents"> | undefined; validation: Validation | undefined }> {
  return parts.store.transaction(async (tx) => {
    const intent = await tx.get("intents", { key });
    const id = intent === undefined ? undefined : validationIdOf(intent);
    return { intent, validation: id === undefined ? undefined : await tx.get("validations", { id }) };
  });
}

const validationIdOf = (intent: Row<"intents">): number =>
  Number(intent.object.startsWith("validation/") ? intent.object.slice(11) : intent.before["validation"]);

/** An act under way, with the validation that it is for. */
interface Act {
  readonly parts: RunnerParts;
  readonly validation: Validation;
  readonly intent: Row<"intents">;
}

async function pass({ parts, validation, intent }: Act, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const ready = await runPass(parts, validation, intent, signal);
  const { counted } = await recorder(ready);
  parts.emit({
    event: "pass",
    validation: validation.id,
    node: validation.node,
    verdict: ready.hold === undefined ? ready.verdict : "held",
    seconds: (ready.finishedAt - ready.startedAt) / 1_000,
    counted,
  });
}

/** A boot is proven by a new boot id, never assumed (law 4). The boot id before is kept with the intent before anything is asked. */
async function boot(act: Act, signal: AbortSignal): Promise<void> {
  const { parts, validation, intent } = act;
  const adapter = parts.adapters.get(validation.adapter);
  const power = adapter?.vendor?.session.power?.bind(adapter.vendor.session);
  if (adapter === undefined || power === undefined)
    return endAct(act, "failed", `${validation.adapter} cannot boot a node`);
  const node = { adapter, host: hostOf(validation), limits: parts.limits, signal };
  let before = intent.before["bootId"];
  if (typeof before !== "string") {
    const seen = await bootIdOf(node);
    if (seen === undefined) return endAct(act, "failed", "the node gave no boot id before its boot");
    before = seen;
    const noted = { ...intent.before, bootId: before };
    await parts.store.transaction((tx) =>
      tx.update("intents", [{ key: { key: intent.key }, set: { before: noted }, when: { outcome: null } }]),
    );
  }
  const deadline = intent.written_at + parts.limits.bootMs;
  for (let asked = false; ;) {
    const now = await bootIdOf(node);
    if (now !== undefined && now !== before) return endAct(act, "done", `boot id ${String(before)} became ${now}`);
    if ((await timeOf(parts.store)) >= deadline)
      return endAct(
        act,
        "failed",
        now === undefined ? "the node did not come back in time" : "the node still has the boot id it had before",
      );
    if (!asked && now !== undefined) {
      const [op = "reboot" as const] = adapter.vendor?.definition.capabilities.power ?? [];
      await power(targetOf(validation), op, { key: intent.key, signal, deadlineMs: parts.limits.vendorCallMs });
      asked = true;
    }
    await parts.clock.sleep(LOOK_MS, signal);
  }
}

/** Gives an act up that only a person can mend: its validation is held with the reason. */
export async function giveUp(parts: RunnerParts, key: string, reason: string): Promise<void> {
  const { intent, validation } = await readAct(parts, key);
  if (intent === undefined || validation === undefined) return;
  if (intent.object === objectOf(validation)) await endAct({ parts, validation, intent }, "failed", reason);
  else await close(parts, intent, "failed", reason);
}

/** Writes an act's outcome; a failed one holds its validation and frees the machine. */
async function endAct({ parts, validation, intent }: Act, outcome: "done" | "failed", reason: string): Promise<void> {
  await parts.store.transaction(async (tx) => {
    const now = await tx.now();
    const ended = await tx.update("intents", [
      { key: { key: intent.key }, set: { outcome, outcome_at: now }, when: { outcome: null } },
    ]);
    const current = await tx.get("validations", { id: validation.id });
    if (ended.length === 0 || current?.acting !== intent.key) return;
    const held = outcome === "failed";
    await tx.update("validations", [
      {
        key: { id: current.id },
        set: {
          acting: null,
          due_at: held ? null : now,
          reason,
          generation: current.generation + 1,
          ...(held ? { status: "held" as const, owner: parts.fleet.clusters.healthOwner } : {}),
        },
        when: { generation: current.generation },
      },
    ]);
    const [id = 0] = await tx.nextIds("event", 1);
    await tx.insert("audit", [
      {
        id,
        at: now,
        actor: parts.worker.id,
        object: objectOf(current),
        from_state: current.status,
        to_state: held ? "held" : current.status,
        reason,
        detail: { intent: intent.key },
      },
    ]);
    if (held) {
      const claim = await tx.get("claims", { machine: current.machine });
      if (claim?.holder === objectOf(current))
        await tx.update("claims", [{ key: { machine: current.machine }, set: { holder: null, at: now } }]);
    }
  });
  if (outcome === "failed") parts.emit({ event: "act-failed", key: intent.key, reason });
  await parts.queue.send("tick", [{ key: objectOf(validation) }]);
}

/** Acts at the vendor whose key makes a repeat harmless: their effect shows in the vendor's events. */
async function handOver({ parts, validation, intent }: Act, signal: AbortSignal): Promise<void> {
  const session = parts.adapters.get(validation.adapter)?.vendor?.session;
  const target = targetOf(validation);
  const options = { key: intent.key, signal, deadlineMs: parts.limits.vendorCallMs };
  if (intent.act === "open-repair")
    await session?.openRepair?.(
      target,
      { category: String(intent.before["cause"]), summary: validation.reason },
      options,
    );
  else await session?.returnToService?.(target, options);
  await close(parts, intent, "done", intent.act);
}

async function close(
  parts: RunnerParts,
  intent: Row<"intents">,
  outcome: "done" | "failed" | "abandoned",
  reason: string,
): Promise<void> {
  await parts.store.transaction(async (tx) => {
    const now = await tx.now();
    const ended = await tx.update("intents", [
      { key: { key: intent.key }, set: { outcome, outcome_at: now }, when: { outcome: null } },
    ]);
    if (ended.length === 0) return;
    const [id = 0] = await tx.nextIds("event", 1);
    await tx.insert("audit", [
      {
        id,
        at: now,
        actor: parts.worker.id,
        object: `intent/${intent.key}`,
        from_state: intent.act,
        to_state: outcome,
        reason,
        detail: { intent: intent.key },
      },
    ]);
  });
}

const targetOf = ({ node, cluster, address }: Validation): TargetRef => ({
  nodeName: node,
  cluster: cluster ?? undefined,
  vendorInstanceId: typeof address?.["vendorInstanceId"] === "string" ? address["vendorInstanceId"] : undefined,
});

/** Whether an act's failure is the user's to mend, so that repeating it soon is in vain. */
export const isHopeless = (error: unknown): boolean =>
  SlipwayError.is(error) && (error.kind === "config" || error.kind === "input");
