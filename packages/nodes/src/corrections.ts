import { SlipwayError } from "@slipway/plugin-sdk";
import { machineName } from "@slipway/policy";
import type { Row, Store } from "@slipway/store";
import { correct, living, refuseWhileValidating, type Correction, type CorrectionOptions } from "./correction.ts";
import { remember, type Forgotten } from "./forget.ts";
import { credit, mergeMachines, type Merged } from "./merge-machines.ts";
import { sameSerial, seenOf } from "./sighting-row.ts";
import { keyOfPass, sideOf, unmerge } from "./unmerge.ts";
import { newMachine } from "./world.ts";

/**
 * Says that two machines are one: `other` goes into `machine`, with its sightings, passes, bans and
 * releases.
 *
 * @throws SlipwayError of kind `input` when they are the same, or one is merged already
 */
export async function merge(
  store: Store,
  machine: number,
  other: number,
  options: CorrectionOptions,
): Promise<Correction> {
  if (machine === other) throw new SlipwayError("input", `${machineName(machine)} cannot be merged with itself`);
  return correct(store, options, async (tx) => {
    await living(tx, machine);
    await living(tx, other);
    await refuseWhileValidating(tx, [machine, other]);
    const before = await mergeMachines(tx, machine, other);
    const why = `${machineName(other)} merged into ${machineName(machine)} by ${options.by}: ${options.reason}`;
    return { event: { kind: "merge", machine, other, sighting: null, why, before }, refold: [machine] };
  });
}

/**
 * Says that a machine is two: its sightings that show one of these serials or names become a new
 * machine's, and its passes with those serials.
 *
 * @throws SlipwayError of kind `input` when none or all of its sightings show them
 */
export async function split(
  store: Store,
  machine: number,
  shown: { readonly serials?: readonly string[]; readonly names?: readonly string[] },
  options: CorrectionOptions,
): Promise<Correction> {
  return correct(store, options, async (tx, { now }) => {
    await living(tx, machine);
    await refuseWhileValidating(tx, [machine]);
    const sightings = await tx.find("sightings", { where: { machine }, orderBy: ["id"] });
    const leaving = sightings.filter(({ body }) => shows(body, shown));
    const words = [...(shown.serials ?? []), ...(shown.names ?? [])].join(", ");
    if (leaving.length === 0)
      throw new SlipwayError("input", `no sighting of ${machineName(machine)} shows ${words}`, {
        hint: `slipway nodes why ${machineName(machine)}`,
      });
    if (leaving.length === sightings.length)
      throw new SlipwayError(
        "input",
        `every sighting of ${machineName(machine)} shows ${words}; there is nothing to split`,
      );
    const [id = 0] = await tx.nextIds("object", 1);
    const at = Math.min(...leaving.map(({ observed_at }) => observed_at));
    await tx.insert("machines", [newMachine(id, at, now).row]);
    const passes = (await tx.find("passes", { where: { machine } })).filter(
      (pass) =>
        sideOf(
          pass,
          leaving,
          sightings.filter((one) => !leaving.includes(one)),
        ) === "leaving",
    );
    await credit(tx, { ...NOTHING, sightings: leaving.map((one) => one.id), passes: passes.map(keyOfPass) }, id);
    const why =
      `${machineName(id)} split from ${machineName(machine)} by ${options.by}: ${String(leaving.length)} of ` +
      `${String(sightings.length)} sightings show ${words}: ${options.reason}`;
    return {
      event: {
        kind: "split",
        machine: id,
        other: machine,
        sighting: null,
        why,
        before: { sightings: leaving.map((one) => one.id), from: machine },
      },
      refold: [machine, id],
    };
  });
}

/**
 * Undoes a merge, a split or the forgetting of a sighting, by whomever it was made. Passes, bans and releases since
 * then go to the machine whose serials their own evidence shows. A contradiction or a duplicate serial
 * without a split is marked as settled.
 *
 * @throws SlipwayError of kind `input` when there is no such event, it is undone, or it changed no identity
 */
export async function undo(store: Store, event: number, options: CorrectionOptions): Promise<Correction> {
  return correct(store, options, async (tx) => {
    const row = await tx.get("identity_events", { id: event });
    if (row === undefined)
      throw new SlipwayError("input", `there is no identity event ${String(event)}`, {
        hint: "slipway nodes history <node> lists them",
      });
    if (row.undone_by !== null)
      throw new SlipwayError("input", `event ${String(event)} is undone already, by event ${String(row.undone_by)}`);
    const why = `event ${String(event)} (${row.kind}) undone by ${options.by}: ${options.reason}`;
    const undoing = {
      kind: "undo",
      machine: row.machine,
      other: row.other,
      sighting: null,
      why,
      before: { event },
    } as const;
    const settled = row.kind === "contradiction" || (row.kind === "duplicate-serial" && !moved(row));
    if (settled) return { event: undoing, refold: [], undone: [event] };
    if (row.kind === "forget") {
      const refold = await remember(tx, row.before as Forgotten);
      return { event: undoing, refold, undone: [event] };
    }
    if (row.other === null || !["merge", "split", "duplicate-serial"].includes(row.kind))
      throw new SlipwayError("input", `event ${String(event)} is a ${row.kind}: it merged and split nothing`);
    await living(tx, row.machine);
    await refuseWhileValidating(tx, [row.machine, row.other]);
    if (row.kind === "merge") {
      await unmerge(tx, { event: row.id, keeper: row.machine, other: row.other }, row.before as Merged);
      return { event: undoing, refold: [row.machine, row.other], undone: [event] };
    }
    await living(tx, row.other);
    await mergeMachines(tx, row.other, row.machine);
    return { event: undoing, refold: [row.other], undone: [event] };
  });
}

function shows(
  body: Readonly<Record<string, unknown>>,
  { serials = [], names = [] }: { readonly serials?: readonly string[]; readonly names?: readonly string[] },
): boolean {
  const { systemSerial, gpuSerials, gpuUuids, nodeName } = seenOf(body);
  return (
    [systemSerial, ...gpuSerials, ...gpuUuids].some((own) => serials.some((serial) => sameSerial(own, serial))) ||
    (nodeName !== null && names.includes(nodeName))
  );
}

/** Whether an event credited sightings to another machine. */
export const moved = ({ before }: Pick<Row<"identity_events">, "before">): boolean =>
  typeof before === "object" && before !== null && "sightings" in before;

const NOTHING = { sightings: [], validations: [], passes: [], bans: [], releases: [], attempts: [], imported: [] };
