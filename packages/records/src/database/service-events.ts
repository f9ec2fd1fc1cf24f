import { formatObject, parseObject, type Account } from "@slipway/domain";
import type { EventRow, Labels } from "@slipway/stats";
import type { Row, Tx } from "@slipway/store";
import { present } from "../kinds/present.ts";
import type { Machines } from "./machines.ts";
import type { FleetNames } from "./read-database.ts";
import type { ValidationRuns } from "./validation-runs.ts";

/** Accounts of machines that do their work. */
const IN_SERVICE: readonly Account[] = ["InPool", "Offered", "PlannedOut"];

/**
 * Releases as admissions, bans, and leaves: a machine that goes out of service unbanned. Four kinds of rows are not
 * what they look like. A release of a machine that another's ban keeps out is no admission. A ban by the validation
 * of a machine that was not in service is a refusal, which its runs tell already. One by a test of a machine in
 * service is a ban of its stay, so the test is no leave. A lifted ban is an `unban` only when it put the machine back
 * to work; else the machine was proven again, and entered anew.
 */
export async function serviceEvents(
  tx: Tx,
  machines: Machines,
  fleet: FleetNames,
  { attemptOf, testedInService }: Omit<ValidationRuns, "runs">,
): Promise<EventRow[]> {
  const { releases: all, bans, out, back, kept } = await readRows(tx);
  const keptOut = new Set(kept.map(({ cause }) => cause));
  const releases = all.filter(({ id }) => !keptOut.has(formatObject({ kind: "release", id })));
  const bannedBy = new Set(bans.map(({ validation }) => (validation === null ? "" : validationObject(validation))));
  const tests = out.filter(
    ({ to_account, cause }) =>
      to_account === "Validating" && bannedBy.has(cause) && testedInService(Number(parseObject(cause)?.id)),
  );
  const tested = new Set(tests.map(({ cause }) => cause));
  const gaveBack = new Set(back.map(({ cause }) => cause));
  const places = placesOf(releases);

  const rows: EventRow[] = releases.map((row) =>
    event(`release-${String(row.id)}`, "admit", {
      ts: row.at,
      node: machines.name(row.machine),
      cluster: row.cluster,
      labels: labelsOf(row, fleet, { entry: row.entry }),
      attemptId: row.validation === null ? null : attemptOf(row.validation),
    }),
  );
  for (const row of bans) {
    if (row.validation !== null && !tested.has(validationObject(row.validation))) continue;
    const id = `ban-${String(row.id)}`;
    const of = { node: machines.name(row.machine), cluster: row.cluster, labels: labelsOf(row, fleet) };
    rows.push({ ...event(id, "ban", { ...of, ts: row.at }), revision: row.spec_generation, cause: row.cause });
    if (row.lifted_at !== null && gaveBack.has(formatObject({ kind: "ban", id: row.id })))
      rows.push(event(`${id}-lifted`, "unban", { ...of, ts: row.lifted_at }));
  }
  for (const { id, at, machine, to_account, cause } of out) {
    if (
      to_account === "Banned" ||
      IN_SERVICE.includes(to_account) ||
      (to_account === "Validating" && tested.has(cause))
    )
      continue;
    rows.push(
      event(`leave-${String(id)}`, "leave", { ts: at, node: machines.name(machine), cluster: places(machine, at) }),
    );
  }
  return rows;
}

const validationObject = (id: number): string => formatObject({ kind: "validation", id });

/** Releases, bans, what went out of service, what was put back to work when its ban was lifted, and what was proven and kept out. */
async function readRows(tx: Tx) {
  const releases = await tx.find("releases", {
    orderBy: ["id"],
    columns: ["id", "validation", "machine", "cluster", "vendor", "sku", "segment", "entry", "at"],
  });
  const bans = await tx.find("bans", {
    orderBy: ["id"],
    columns: [
      "id",
      "spec_generation",
      "validation",
      "machine",
      "cluster",
      "vendor",
      "sku",
      "segment",
      "cause",
      "at",
      "lifted_at",
    ],
  });
  const out = await tx.find("ledger", {
    where: { from_account: { in: IN_SERVICE } },
    orderBy: ["id"],
    columns: ["id", "at", "machine", "to_account", "cause"],
  });
  const back = await tx.find("ledger", { where: { from_account: "Banned", to_account: "InPool" }, columns: ["cause"] });
  const kept = await tx.find("ledger", {
    where: { from_account: "Validating", to_account: "Banned" },
    columns: ["cause"],
  });
  return { releases, bans, out, back, kept };
}

type Place = Pick<Row<"releases">, "cluster" | "vendor" | "sku" | "segment">;

function event(
  eventId: string,
  type: EventRow["type"],
  {
    ts,
    node,
    cluster,
    labels,
    attemptId = null,
  }: Pick<EventRow, "ts" | "node"> & {
    readonly cluster: string | null;
    readonly labels?: Labels;
    readonly attemptId?: string | null;
  },
): EventRow {
  return {
    eventId,
    revision: 1,
    type,
    node,
    cluster: cluster ?? "",
    ts,
    ingestedTs: null,
    cause: null,
    labels: labels ?? present({ cluster }),
    attemptId,
  };
}

const labelsOf = ({ cluster, vendor, sku, segment }: Place, fleet: FleetNames, more: Labels = {}): Labels =>
  present({ cluster, vendor, sku, segment, owner: cluster === null ? null : fleet.ownerOf(cluster), ...more });

/** The cluster that a machine was last let into before a time. */
function placesOf(
  releases: readonly Pick<Row<"releases">, "machine" | "cluster" | "at">[],
): (machine: number, at: number) => string | null {
  const byMachine = Map.groupBy(releases, ({ machine }) => machine);
  return (machine, at) =>
    (byMachine.get(machine) ?? []).reduce<(typeof releases)[number] | undefined>(
      (last, row) => (row.at <= at && row.at >= (last?.at ?? -Infinity) ? row : last),
      undefined,
    )?.cluster ?? null;
}
