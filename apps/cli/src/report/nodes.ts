import { FieldName } from "@slipway/domain";
import { machineName } from "@slipway/policy";
import { csvLine } from "@slipway/records";
import type { IngestSummary, listConflicts, NodeDetail, NodeRow } from "@slipway/nodes";
import { printable } from "./printable.ts";

/** Times as people read them: UTC, to the second. */
export const instant = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

const said = (value: unknown): string =>
  printable(typeof value === "string" ? value : Array.isArray(value) ? value.join(" ") : (JSON.stringify(value) ?? ""));

/** Rows in columns as wide as their widest cell; the last is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("  ")}\n`,
    )
    .join("");
}

export function listText(rows: readonly NodeRow[], filtered = false): string {
  if (rows.length === 0)
    return filtered ? "No node is like that.\n" : "No node is known. Load some: slipway nodes load FILE\n";
  const cells = rows.map(({ machine, placement }) =>
    [
      machineName(machine.id),
      placement?.node_name,
      placement?.cluster,
      machine.vendor,
      machine.sku,
      placement?.rack,
      machine.system_serial,
      machine.account,
    ].map((cell) => printable(cell ?? "-")),
  );
  return (
    `${columns([["machine", "node", "cluster", "vendor", "sku", "rack", "system serial", "account"], ...cells])}` +
    `${String(rows.length)} machine${rows.length === 1 ? "" : "s"}\n`
  );
}

export function showText({ machine, placement, values, conflicts }: NodeDetail): string {
  const fields = FieldName.options.flatMap((name) => {
    const current = values[name];
    if (current === undefined) return [];
    const losing = current.losing
      .map(({ value, source, observedAt }) => `${said(value)} (${printable(source)}, ${instant(observedAt)})`)
      .join("; ");
    return [
      [
        `  ${name}`,
        said(current.value),
        `${printable(current.source)}, ${instant(current.observedAt)}`,
        losing === "" ? "" : `over ${losing}`,
      ],
    ];
  });
  const merged = machine.merged_into === null ? "" : `, merged into ${machineName(machine.merged_into)}`;
  const head =
    `${machineName(machine.id)}${merged}: ${printable(placement?.node_name ?? "placed nowhere")}` +
    `${(placement?.cluster ?? null) === null ? "" : ` in ${printable(placement?.cluster ?? "")}`}, ${machine.account}` +
    ` since ${instant(machine.account_since)}\n`;
  const disputes = conflicts
    .map(({ field, owner }) => `  sources disagree on ${field}; owner ${printable(owner)}\n`)
    .join("");
  return head + columns(fields) + disputes;
}

export function eventsText({ events }: Pick<NodeDetail, "events">): string {
  return columns(
    events.map(({ id, at, kind, why, undone_by }) => [
      `event ${String(id)}`,
      instant(at),
      kind,
      `${printable(why)}${undone_by === null ? "" : ` [undone by event ${String(undone_by)}]`}`,
    ]),
  );
}

export function historyText(detail: NodeDetail): string {
  const placements = detail.placements.map(({ node_name, cluster, rack, from_at, until_at }) => [
    `  ${instant(from_at)}`,
    until_at === null ? "now" : instant(until_at),
    [
      printable(node_name ?? "-"),
      cluster === null ? "" : ` in ${printable(cluster)}`,
      rack === null ? "" : `, rack ${printable(rack)}`,
    ].join(""),
  ]);
  const accounts = detail.ledger.map(({ at, from_account, to_account, cause }) => [
    `  ${instant(at)}`,
    `${from_account ?? "-"} → ${to_account}`,
    printable(cause),
  ]);
  return [
    `${machineName(detail.machine.id)}\n`,
    `placements\n${columns(placements)}`,
    `identity\n${eventsText(detail)}`,
    `accounts\n${columns(accounts)}`,
  ].join("");
}

export function conflictsText({ fields, identities }: Awaited<ReturnType<typeof listConflicts>>): string {
  if (fields.length + identities.length === 0)
    return "No source disagrees with another, and no identity is in doubt.\n";
  const rows = fields.map(({ machine, node, field, owner, values }) => [
    machineName(machine),
    printable(node ?? "-"),
    field,
    printable(owner),
    values.map(({ value, source }) => `${said(value)} (${printable(source)})`).join(" over "),
  ]);
  const doubts = identities.map(({ id, kind, machine, owner, why }) => [
    machineName(machine),
    kind,
    printable(owner),
    `${printable(why)} (event ${String(id)})`,
  ]);
  return `${columns(rows)}${columns(doubts)}`;
}

export function summaryText(
  { sightings, duplicates, machines, events, conflicts, respelt = {} }: IngestSummary,
  seconds: number,
): string {
  const vendors = Object.entries(respelt).map(([vendor, id]) => `vendor ${printable(vendor)} is taken as ${id}\n`);
  const told = Object.entries(events)
    .map(([kind, count]) => `${String(count)} ${kind}`)
    .join(", ");
  return (
    `${String(sightings)} sightings (${String(duplicates)} known already) in ${seconds.toFixed(1)} s: ` +
    `${String(machines.new)} new machines, ${String(machines.known)} known\n${told === "" ? "" : `events: ${told}\n`}` +
    `${vendors.join("")}${conflicts === 0 ? "" : `${String(conflicts)} conflicts between sources: slipway nodes conflicts\n`}`
  );
}

/** Rows of sightings as CSV, GPU serials separated by `;`. */
export function sightingsCsv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = ["source", "observed_at", ...FieldName.options];
  const cell = (value: unknown): string => {
    if (typeof value === "string") return value;
    return value === undefined ? "" : Array.isArray(value) ? value.join(";") : JSON.stringify(value);
  };
  return [names, ...rows.map((row) => names.map((name) => cell(row[name])))].map(csvLine).join("");
}
