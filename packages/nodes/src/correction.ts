import { formatObject } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { machineName, type Precedence } from "@slipway/policy";
import { inTheNameOf, type Said } from "@slipway/reconciler";
import type { Store, Tx } from "@slipway/store";
import { enterIdentityGate } from "./identity-gate.ts";
import { refold } from "./refold.ts";
import type { PendingEvent } from "./world.ts";
import { writeEvents } from "./write-world.ts";

/** Who corrects, and why; stored with the event. */
export interface CorrectionOptions extends Said {
  readonly precedence: Precedence;
}

/** The same within a transaction. */
export interface Correcting extends CorrectionOptions {
  /** The store's time, in milliseconds since 1970. */
  readonly now: number;
}

export interface Correction {
  /** The event to name when undoing it. */
  readonly event: number;
  /** Both machines. */
  readonly machines: readonly [number, number];
  readonly why: string;
}

/** What a correction changed in its transaction, and what its event records. */
export interface Corrected {
  readonly event: PendingEvent;
  /** Machines that are derived again from all their sightings. */
  readonly refold: readonly number[];
  /** Events that it takes back. */
  readonly undone?: readonly number[];
}

/** Corrects in one transaction: the event, the events it undoes, the derived machines and the audit row commit together. */
export async function correct(
  store: Store,
  options: CorrectionOptions,
  work: (tx: Tx, correcting: Correcting) => Promise<Corrected>,
): Promise<Correction> {
  return inTheNameOf(store, options, async (tx, change) => {
    await enterIdentityGate(tx);
    const correcting = { ...options, now: change.now };
    const done = await work(tx, correcting);
    const [event = 0] = await writeEvents(tx, [done.event], change.now);
    if (done.undone !== undefined && done.undone.length > 0)
      await tx.update(
        "identity_events",
        done.undone.map((id) => ({ key: { id }, set: { undone_by: event } })),
      );
    if (done.refold.length > 0) await refold(tx, done.refold, correcting);
    const { kind, machine, other, why } = done.event;
    change.audit(formatObject({ kind: "machine", id: machine }), {
      from: null,
      to: kind,
      reason: why,
      detail: { event },
    });
    return { event, machines: [machine, other ?? machine], why };
  });
}

export async function living(tx: Tx, id: number): Promise<void> {
  const row = await tx.get("machines", { id });
  if (row === undefined) throw new SlipwayError("input", `there is no machine ${machineName(id)}`);
  if (row.merged_into !== null)
    throw new SlipwayError("input", `${machineName(id)} is merged into ${machineName(row.merged_into)}`, {
      hint: `slipway nodes history ${machineName(id)} names the event to undo`,
    });
}

export async function refuseWhileValidating(tx: Tx, machines: readonly number[]): Promise<void> {
  const [open] = await tx.find("validations", { where: { machine: { in: machines }, finished_at: null }, limit: 1 });
  if (open !== undefined)
    throw new SlipwayError("input", `validation ${String(open.id)} of ${machineName(open.machine)} is under way`, {
      hint: "a machine under validation is neither merged nor split; wait for its end",
    });
}
