import { SlipwayError, type ActOptions, type VendorSession } from "@slipway/plugin-sdk";
import { timeOf } from "@slipway/store";
import { closeAct, endAct, failTry, noteSent, type Act, type Outcome, type ValidationAct } from "./act-outcome.ts";
import { targetOf, type AtVendor } from "../worker/at-vendor.ts";
import { askVendor } from "../worker/ask-vendor.ts";
import { ClaimWatch } from "./claim-watch.ts";
import { Superseded } from "./fence.ts";
import { bootIdOf } from "../worker/gather.ts";
import { objectOf, validationNamed, type RunnerParts } from "../worker/parts.ts";
import { recorderOf, type Recorder } from "./recorder.ts";
import { adapterOf, sessionOf } from "../worker/routing.ts";
import { hostOf, runPass } from "./run-pass.ts";

/** Between two reads of a node's boot id while it boots. */
const LOOK_MS = 5_000;
/** How long a boot that may have been sent is waited for before it is sent again, under the same key. */
const ASK_AGAIN_MS = 5 * 60_000;

/**
 * Carries out one intent: checks whether it is done already, acts, reads the result back, and writes the outcome; a
 * failed try is written on its row. Called again after a crash it begins with that check, so an act is repeated only
 * where no effect of it is seen.
 *
 * @param signal aborted when this worker stops or the job went to another: whoever takes over looks first
 */
export async function runAct(parts: RunnerParts, key: string, worker: Carrier, signal: AbortSignal): Promise<void> {
  const act = await readAct(parts, key);
  if (act === undefined) return;
  let own = signal;
  try {
    await worker.claims.during(act, signal, (watched) => carryOut(act, worker.record, (own = watched)));
  } catch (error) {
    if (signal.aborted) throw error;
    const superseded: unknown = own.aborted ? own.reason : error;
    if (superseded instanceof Superseded) await closeAct(parts, act.intent, "abandoned", superseded.message);
    else await failTry(act, error);
  }
}

/** What the acts of one worker share. */
export interface Carrier {
  readonly record: Recorder;
  readonly claims: ClaimWatch;
}

export const carrierOf = (parts: RunnerParts): Carrier => ({
  record: recorderOf(parts),
  claims: new ClaimWatch(parts),
});

async function carryOut(act: Act, record: Recorder, signal: AbortSignal): Promise<void> {
  const { parts, validation, intent } = act;
  if (intent.act === "return-to-service" || intent.act === "open-repair") return handOver(act, signal);
  if (validation === undefined) throw new SlipwayError("input", `there is no ${intent.object}`);
  if (intent.object === objectOf(validation) && validation.acting !== intent.key)
    return closeAct(parts, intent, "abandoned", "the validation went on without it");
  switch (intent.act) {
    case "pass":
      return pass({ parts, validation, intent }, record, signal);
    case "boot":
      return boot({ parts, validation, intent }, signal);
    default:
      throw new SlipwayError("input", `this release cannot ${intent.act}`);
  }
}

/** Reads an open intent whose time has come, and the validation that it is for, where it is for one. */
export function readAct(parts: RunnerParts, key: string): Promise<Act | undefined> {
  return parts.store.transaction(async (tx) => {
    const intent = await tx.get("intents", { key });
    if (intent === undefined || intent.outcome !== null) return undefined;
    // A job before its time is dropped: the sweep sends another one when the pause is over.
    if (intent.tries > 0 && intent.look_again_at > (await tx.now())) return undefined;
    const id = validationNamed(intent.object) ?? intent.before["validation"];
    return { parts, intent, validation: typeof id === "number" ? await tx.get("validations", { id }) : undefined };
  });
}

async function pass(
  { parts, validation, intent }: ValidationAct,
  record: Recorder,
  signal: AbortSignal,
): Promise<void> {
  const ready = await runPass(parts, validation, intent, signal);
  const { counted } = await record(ready);
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
async function boot(act: ValidationAct, signal: AbortSignal): Promise<void> {
  const { parts, validation, intent } = act;
  const [op] = parts.fleet.capabilities.get(validation.adapter)?.power ?? [];
  if (op === undefined) return endAct(act, unproven(`${validation.adapter} cannot boot a node`));
  const adapter = adapterOf(parts, validation);
  const session = sessionOf(parts, validation);
  const power = session.power?.bind(session);
  if (power === undefined) throw undeclared(validation, "power");
  const node = { adapter, host: hostOf(validation), limits: parts.limits, reader: parts.reader, signal };
  let before = intent.before["bootId"];
  if (typeof before !== "string") {
    const seen = await bootIdOf(node);
    if (seen === undefined) return endAct(act, unproven("the node gave no boot id before its boot"));
    before = seen;
    const noted = { ...intent.before, bootId: before };
    await parts.store.transaction((tx) =>
      tx.update("intents", [{ key: { key: intent.key }, set: { before: noted }, when: { outcome: null } }]),
    );
  }
  for (let sentAt = intent.sent_at; ;) {
    const now = await bootIdOf(node);
    if (now !== undefined && now !== before)
      return endAct(act, { outcome: "done", code: "Booted", reason: `boot id ${String(before)} became ${now}` });
    const waited = (await timeOf(parts.store)) - (sentAt ?? Infinity);
    if (waited >= parts.limits.bootMs)
      return endAct(
        act,
        unproven(
          now === undefined ? "the node did not come back in time" : "the node still has the boot id it had before",
        ),
      );
    // A worker that had this act before may have sent it, so its effect is waited for before it is sent again.
    if (now !== undefined && (sentAt === null || (sentAt === intent.sent_at && waited >= ASK_AGAIN_MS))) {
      sentAt = await noteSent(act);
      await ask(act, signal, (options) => power(targetOf(validation), op, options));
    }
    await parts.clock.sleep(LOOK_MS, signal);
  }
}

const unproven = (reason: string): Outcome => ({ outcome: "failed", code: "BootUnproven", reason });

/** Acts at the vendor whose key makes a repeat harmless: their effect shows in the vendor's events. */
async function handOver(act: Act, signal: AbortSignal): Promise<void> {
  const { parts, intent } = act;
  const at = atVendorOf(act);
  const session = sessionOf(parts, at);
  if (intent.act === "open-repair") {
    const openRepair = session.openRepair?.bind(session);
    if (openRepair === undefined) throw undeclared(at, "openRepair");
    const report = { category: String(intent.before["cause"]), summary: at.summary };
    await noteSent(act);
    await ask(act, signal, (options) => openRepair(at.target, report, options));
  } else {
    const returnToService = session.returnToService?.bind(session);
    if (returnToService === undefined) throw undeclared(at, "returnToService");
    await noteSent(act);
    await ask(act, signal, (options) => returnToService(at.target, options));
  }
  await closeAct(parts, intent, "done", intent.act);
}

/** Asks the vendor under the intent's key, and waits no longer than one call may take. */
const ask = <T>({ parts, intent }: Act, signal: AbortSignal, call: (options: ActOptions) => Promise<T>): Promise<T> =>
  askVendor(parts.clock, { signal, deadlineMs: parts.limits.vendorCallMs }, (options) =>
    call({ ...options, key: intent.key }),
  );

const undeclared = ({ adapter }: Pick<AtVendor, "adapter">, method: keyof VendorSession): SlipwayError =>
  new SlipwayError("contract", `${adapter} declares what its session does not have: ${method}`);

/** Where an act at a vendor goes, and why. An intent of an earlier release names the validation that it is for instead. */
function atVendorOf({ intent: { key, before }, validation }: Act): AtVendor {
  const { adapter, target, summary = "" } = before as Partial<AtVendor>;
  if (adapter !== undefined && target !== undefined) return { adapter, target, summary };
  if (validation === undefined) throw new SlipwayError("input", `${key}: there is no validation of it`);
  return { adapter: validation.adapter, target: targetOf(validation), summary: validation.reason };
}
