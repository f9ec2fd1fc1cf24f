import { SlipwayError, type ActOptions, type VendorSession } from "@slipway/plugin-sdk";
import { closeAct, failTry, noteSent, parkDeadly, type Act } from "./act-outcome.ts";
import { targetOf, type AtVendor } from "../worker/at-vendor.ts";
import { askVendor } from "../worker/ask-vendor.ts";
import { Superseded } from "./fence.ts";
import { validationNamed, type RunnerParts } from "../worker/parts.ts";
import { sessionOf } from "../worker/routing.ts";

/**
 * Carries out one act at a vendor for a ban or a release, and writes the outcome; a failed try is written on its row.
 *
 * @param signal aborted when this worker stops or the job went to another: whoever takes over looks first
 */
export async function runVendorAct(parts: RunnerParts, key: string, signal: AbortSignal): Promise<void> {
  const act = await readAct(parts, key);
  if (act === undefined) return;
  try {
    await handOver(act, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof Superseded) await closeAct(parts, act.intent, "abandoned", error.message);
    else await failTry(act, error);
  }
}

/** Ends an act of which workers die, for a person to look at. */
export async function parkVendorAct(parts: RunnerParts, key: string): Promise<void> {
  const act = await readAct(parts, key);
  if (act !== undefined) await parkDeadly(act);
}

/** Reads an open intent whose time has come, and the validation that it is for, where it is for one. */
function readAct(parts: RunnerParts, key: string): Promise<Act | undefined> {
  return parts.store.transaction(async (tx) => {
    const intent = await tx.get("intents", { key });
    if (intent === undefined || intent.outcome !== null) return undefined;
    // A job before its time is dropped: the sweep sends another one when the pause is over.
    if (intent.tries > 0 && intent.look_again_at > (await tx.now())) return undefined;
    const id = validationNamed(intent.object) ?? intent.before["validation"];
    return { parts, intent, validation: typeof id === "number" ? await tx.get("validations", { id }) : undefined };
  });
}

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
