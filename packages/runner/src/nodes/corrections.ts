import { SlipwayError } from "@slipway/plugin-sdk";
import { isSpecific, machineName, type Precedence } from "@slipway/policy";
import type { Row, Store, Tx } from "@slipway/store";
import { enterIdentityGate } from "./ingest.ts";
import { unique } from "./load-world.ts";
import { credit, mergeMachines, type Merged } from "./merge-machines.ts";
import { refold } from "./refold.ts";
import { seenOf } from "./sighting-row.ts";
import { newMachine, type PendingEvent } from "./world.ts";
import { writeEvents } from "./write-world.ts";

/** Who corrects, and why: kept with the event. */
export interface CorrectionOptions {
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly precedence: Precedence;
}

export interface Correction {
  /** The event to name when undoing it. */
  readonly event: number;
  /** Both machines. */
  readonly machines: readonly [number, number];
  readonly why: string;
}

type Sighting = Row<"sightings">;

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
  return correct(store, options, async (tx) => {
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
    await tx.insert("machines", [newMachine(id, at, options.now).row]);
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
 * Takes a merge or a split back, by whomever it was made. What was earned since goes to the machine
 * whose serials its own evidence shows. A contradiction or a duplicate serial without a split is
 * marked as settled.
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
    if (settled) return { event: undoing, refold: [], undone: event };
    if (row.other === null || !["merge", "split", "duplicate-serial"].includes(row.kind))
      throw new SlipwayError("input", `event ${String(event)} is a ${row.kind}: it merged and split nothing`);
    await living(tx, row.machine);
    await refuseWhileValidating(tx, [row.machine, row.other]);
    if (row.kind === "merge") {
      await unmerge(tx, { event: row.id, keeper: row.machine, other: row.other }, row.before as Merged);
      return { event: undoing, refold: [row.machine, row.other], undone: event };
    }
    await living(tx, row.other);
    await mergeMachines(tx, row.other, row.machine);
    return { event: undoing, refold: [row.other], undone: event };
  });
}

async function unmerge(
  tx: Tx,
  { event, keeper, other }: { readonly event: number; readonly keeper: number; readonly other: number },
  before: Merged,
): Promise<void> {
  const all = await tx.find("sightings", { where: { machine: keeper } });
  const given = new Set(before.sightings);
  const theirs = all.filter(({ id }) => given.has(id));
  const own = all.filter(({ id }) => !given.has(id) && id < event);
  const since = all.filter(({ id }) => !given.has(id) && id > event);
  const backSightings = since.filter(
    ({ body }) =>
      sideOf({ system_serial: seenOf(body).systemSerial, gpu_serials: seenOf(body).gpuSerials }, theirs, own) ===
      "leaving",
  );
  const settled = new Set([...before.passes, ...before.keeper.passes].map((key) => JSON.stringify(keyOfPass(key))));
  const earned = (await tx.find("passes", { where: { machine: keeper } })).filter(
    (pass) => !settled.has(JSON.stringify(keyOfPass(pass))),
  );
  const backPasses = earned.filter((pass) => sideOf(pass, theirs, own) === "leaving");
  // A validation since then follows its passes, and its release and ban follow it.
  const validations = unique(backPasses.map(({ validation }) => validation)).filter(
    (id) => !before.keeper.validations.includes(id),
  );
  const following = async (table: "bans" | "releases"): Promise<number[]> =>
    validations.length === 0
      ? []
      : (await tx.find(table, { where: { machine: keeper, validation: { in: validations } } })).map(({ id }) => id);
  await credit(
    tx,
    {
      ...before,
      sightings: [...before.sightings, ...backSightings.map(({ id }) => id)],
      passes: [...before.passes, ...backPasses.map(keyOfPass)],
      validations: unique([...before.validations, ...validations]),
      bans: unique([...before.bans, ...(await following("bans"))]),
      releases: unique([...before.releases, ...(await following("releases"))]),
    },
    other,
  );
  await tx.update("machines", [{ key: { id: other }, set: { merged_into: null } }]);
}

/** To which side hardware belongs: by its system serial where only one side has it, else by most of its GPUs. */
function sideOf(
  hardware: { readonly system_serial: string | null; readonly gpu_serials: readonly string[] },
  leaving: readonly Sighting[],
  staying: readonly Sighting[],
): "leaving" | "staying" {
  const serials = (rows: readonly Sighting[]): { systems: Set<string | null>; gpus: Set<string> } => ({
    systems: new Set(rows.map(({ body }) => seenOf(body).systemSerial)),
    gpus: new Set(rows.flatMap(({ body }) => seenOf(body).gpuSerials)),
  });
  const [a, b] = [serials(leaving), serials(staying)];
  const { system_serial: system } = hardware;
  if (isSpecific(system) && a.systems.has(system) !== b.systems.has(system))
    return a.systems.has(system) ? "leaving" : "staying";
  const shared = (gpus: ReadonlySet<string>): number =>
    hardware.gpu_serials.filter((serial) => gpus.has(serial)).length;
  return shared(a.gpus) > shared(b.gpus) ? "leaving" : "staying";
}

function shows(
  body: Readonly<Record<string, unknown>>,
  { serials = [], names = [] }: { readonly serials?: readonly string[]; readonly names?: readonly string[] },
): boolean {
  const { systemSerial, gpuSerials, nodeName } = seenOf(body);
  return (
    [systemSerial, ...gpuSerials].some((serial) => serial !== null && serials.includes(serial)) ||
    (nodeName !== null && names.includes(nodeName))
  );
}

async function correct(
  store: Store,
  options: CorrectionOptions,
  work: (tx: Tx) => Promise<{ event: PendingEvent; refold: readonly number[]; undone?: number }>,
): Promise<Correction> {
  return store.transaction(async (tx) => {
    await enterIdentityGate(tx);
    const done = await work(tx);
    const [event = 0] = await writeEvents(tx, [done.event], options.now);
    if (done.undone !== undefined)
      await tx.update("identity_events", [{ key: { id: done.undone }, set: { undone_by: event } }]);
    if (done.refold.length > 0) await refold(tx, done.refold, options);
    const [auditId = 0] = await tx.nextIds("event", 1);
    const { kind, machine, other, why } = done.event;
    await tx.insert("audit", [
      {
        id: auditId,
        at: options.now,
        actor: options.by,
        object: `machine/${String(machine)}`,
        from_state: null,
        to_state: kind,
        reason: why,
        detail: { event },
      },
    ]);
    return { event, machines: [machine, other ?? machine], why };
  });
}

async function living(tx: Tx, id: number): Promise<void> {
  const row = await tx.get("machines", { id });
  if (row === undefined) throw new SlipwayError("input", `there is no machine ${machineName(id)}`);
  if (row.merged_into !== null)
    throw new SlipwayError("input", `${machineName(id)} is merged into ${machineName(row.merged_into)}`, {
      hint: `slipway nodes history ${machineName(id)} names the event to undo`,
    });
}

async function refuseWhileValidating(tx: Tx, machines: readonly number[]): Promise<void> {
  const [open] = await tx.find("validations", { where: { machine: { in: machines }, finished_at: null }, limit: 1 });
  if (open !== undefined)
    throw new SlipwayError("input", `validation ${String(open.id)} of ${machineName(open.machine)} is under way`, {
      hint: "a machine under validation is neither merged nor split; wait for its end",
    });
}

/** Whether an event credited sightings to another machine. */
export const moved = ({ before }: Pick<Row<"identity_events">, "before">): boolean =>
  typeof before === "object" && before !== null && "sightings" in before;

const keyOfPass = ({
  validation,
  attempt,
  run_index,
  try: tried,
}: Pick<Row<"passes">, "validation" | "attempt" | "run_index" | "try">): {
  validation: number;
  attempt: number;
  run_index: number;
  try: number;
} => ({ validation, attempt, run_index, try: tried });
const NOTHING = { sightings: [], validations: [], passes: [], bans: [], releases: [], attempts: [], imported: [] };
