import { comparableSerial } from "@slipway/plugin-sdk";
import {
  IDENTITY_RULES,
  machineName,
  sameMachine,
  type Hardware,
  type Likeness,
  type Precedence,
} from "@slipway/policy";
import type { Row, Store, Tx } from "@slipway/store";
import { enterIdentityGate } from "./identity-gate.ts";
import { unique } from "./load-world.ts";
import { mergeMachines } from "./merge-machines.ts";
import { refold } from "./refold.ts";
import { doubtNames } from "./separate-duplicates.ts";
import { writeEvents } from "./write-world.ts";

/** A machine that turned out to be another. */
export interface Joined {
  readonly into: number;
  readonly from: number;
  readonly why: string;
}

type Machine = Row<"machines">;

/** Machines per transaction; those that ever shared a name with them are folded along. */
const BATCH = 200;

/**
 * Folds every machine again that an earlier release folded by other rules of identity, and joins those that
 * are one machine by the rules of this release, with an event of kind `merge` that `nodes undo` takes back.
 * Machines that a person or an overlap in time told apart stay apart. Killed midway, it goes on where it
 * ended; several at a time wait for each other.
 *
 * @returns what was joined, in order; empty where nothing waits
 */
export async function renewIdentities(
  store: Store,
  options: { readonly now: number; readonly precedence: Precedence },
): Promise<readonly Joined[]> {
  const all: Joined[] = [];
  for (;;) {
    const joined = await store.transaction((tx) => renewSome(tx, options));
    if (joined === undefined) return all;
    all.push(...joined);
  }
}

const waiting = { identity_rules: { lt: IDENTITY_RULES }, merged_into: null } as const;

async function renewSome(
  tx: Tx,
  options: { readonly now: number; readonly precedence: Precedence },
): Promise<readonly Joined[] | undefined> {
  if ((await tx.find("machines", { where: waiting, columns: ["id"], limit: 1 })).length === 0) return undefined;
  await enterIdentityGate(tx);
  const rows = await tx.find("machines", { where: waiting, columns: ["id"], orderBy: ["id"], limit: BATCH });
  const ids = rows.map(({ id }) => id);
  const world = await refold(tx, ids, options);
  const joined = await joinAlike(
    tx,
    [...world.machines.keys()].sort((a, b) => a - b),
    options.now,
  );
  const into = unique(joined.map((one) => one.into));
  if (into.length > 0) await refold(tx, into, options);
  await writeEvents(tx, await doubtNames(tx, unique([...ids, ...into])), options.now);
  return joined;
}

/** Merges each machine into the oldest that is the same, and tells it. */
async function joinAlike(tx: Tx, ids: readonly number[], now: number): Promise<readonly Joined[]> {
  const joined: Joined[] = [];
  for (const id of ids) {
    const machine = await tx.get("machines", { id });
    if (machine === undefined || machine.merged_into !== null) continue;
    for (const other of await neighbours(tx, machine)) {
      const likeness = sameMachine(hardwareOf(machine), hardwareOf(other));
      if (likeness?.same !== true || (await toldApart(tx, id, other.id))) continue;
      const [into, from] = [Math.min(id, other.id), Math.max(id, other.id)];
      const before = await mergeMachines(tx, into, from);
      const why = `${machineName(from)} is ${machineName(into)}: ${likenessText(likeness)}`;
      await writeEvents(tx, [{ kind: "merge", machine: into, other: from, sighting: null, why, before }], now);
      joined.push({ into, from, why });
      if (from === id) break;
    }
  }
  return joined;
}

/** Living machines that now share a serial or a UUID with one, oldest first. */
async function neighbours(tx: Tx, { id, system_serial, gpu_serials, gpu_uuids }: Machine): Promise<readonly Machine[]> {
  const keys = unique([system_serial, ...gpu_serials, ...gpu_uuids]).map(comparableSerial);
  if (keys.length === 0) return [];
  const found = await tx.find("serials", {
    where: { kind: { in: ["system", "gpu", "uuid"] }, serial: { in: unique(keys) }, current: true },
  });
  const others = unique(found.map(({ machine }) => machine)).filter((machine) => machine !== id);
  if (others.length === 0) return [];
  return tx.find("machines", { where: { id: { in: others }, merged_into: null }, orderBy: ["id"] });
}

/** Whether a person or an overlap in time said of two machines that they are not one. */
async function toldApart(tx: Tx, a: number, b: number): Promise<boolean> {
  const told = await tx.find("identity_events", {
    where: { machine: { in: [a, b] }, other: { in: [a, b] }, kind: { in: ["split", "duplicate-serial", "undo"] } },
    limit: 1,
  });
  return told.length > 0;
}

const hardwareOf = ({ system_serial, gpu_serials, gpu_uuids }: Machine): Hardware => ({
  systemSerial: system_serial,
  gpuSerials: gpu_serials,
  gpuUuids: gpu_uuids,
});

const likenessText = ({ by, shared, of }: Likeness): string =>
  by === "system serial" ? "equal system serial" : `${String(shared)} of ${String(of)} ${by} are equal`;
