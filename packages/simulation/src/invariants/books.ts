import type { Row } from "@slipway/store";
import { ENDS, objectOf, type View } from "./view.ts";

/** Rows about an act of a validation, besides those about the validation itself. */
const isOfAct = ({ to_state }: Row<"audit">): boolean =>
  to_state === "done" || to_state === "failed" || to_state === "abandoned";

/** Replayed, the ledger has every machine in exactly one account at each instant, and ends where the machines stand. */
export function* ledgerSums({ tables }: View): Iterable<string> {
  const accounts = new Map<number, string>();
  for (const { id, machine, from_account, to_account } of tables.ledger) {
    const stands = accounts.get(machine) ?? null;
    if (stands !== from_account)
      yield `ledger ${String(id)} takes machine ${String(machine)} from ${String(from_account)}, and it stood in ${String(stands)}`;
    accounts.set(machine, to_account);
  }
  for (const { id, account } of tables.machines)
    if (accounts.get(id) !== account)
      yield `machine ${String(id)} is in ${account}, and the ledger has it in ${String(accounts.get(id))}`;
  if (accounts.size !== tables.machines.length)
    yield `the ledger knows ${String(accounts.size)} machines, and there are ${String(tables.machines.length)}`;
}

/** The audit of each validation is one chain of states that begins in line, ends where the row stands, and does not go on after an end. */
export function* auditIsWhole({ tables, auditOf }: View): Iterable<string> {
  for (const validation of tables.validations) {
    let state: string | null = null;
    for (const row of auditOf.get(objectOf(validation)) ?? []) {
      if (isOfAct(row)) continue;
      const { id, from_state, to_state, reason } = row;
      if (from_state !== state)
        yield `audit ${String(id)} takes ${objectOf(validation)} from ${String(from_state)}, and it was ${String(state)}`;
      if (state !== null && ENDS.includes(state))
        yield `audit ${String(id)}: ${objectOf(validation)} went on after it was ${state}: ${reason}`;
      state = to_state;
    }
    if (state !== validation.status)
      yield `${objectOf(validation)} is ${validation.status}, and its audit ends ${String(state)}`;
  }
}

/** A machine is validating from the claim of its validation on, not while that waits in line. */
export function* validatingIsClaimed({ tables, validation }: View): Iterable<string> {
  for (const { id, at, machine, to_account, cause } of tables.ledger) {
    const of = validation.get(Number(cause.slice(cause.indexOf("/") + 1)));
    if (to_account !== "Validating" || of === undefined || !cause.startsWith("validation/")) continue;
    if (of.started_at === null || of.started_at > at)
      yield `ledger ${String(id)} has machine ${String(machine)} validating before ${objectOf(of)} claimed it`;
  }
}

/** Claims belong to validations that run, and each of those has its machine. A machine has one open validation at most. */
export function* claimsAreHeld({ tables, validation }: View): Iterable<string> {
  const holders = new Map<number, string>();
  for (const { machine, holder } of tables.claims) {
    if (holder === null) continue;
    holders.set(machine, holder);
    const of = validation.get(Number(holder.slice(holder.indexOf("/") + 1)));
    if (of?.machine !== machine || of.status !== "running")
      yield `machine ${String(machine)} is claimed by ${holder}, which is ${of?.status ?? "unknown"}`;
  }
  const open = new Set<number>();
  for (const row of tables.validations) {
    if (row.status === "running" && holders.get(row.machine) !== objectOf(row))
      yield `${objectOf(row)} runs without its machine, which is ${holders.get(row.machine) ?? "nobody's"}`;
    if (ENDS.includes(row.status)) continue;
    if (open.has(row.machine)) yield `machine ${String(row.machine)} has two open validations`;
    open.add(row.machine);
  }
}
