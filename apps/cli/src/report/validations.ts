import type { PassShown, ValidationShown, WholeValidation } from "@slipway/queries";
import { printable } from "./printable.ts";

const instant = (at: number | null): string => (at === null ? "-" : new Date(at).toISOString().replace(/\.\d+Z$/, "Z"));

function age(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 60
    ? `${String(minutes)} min`
    : minutes < 2_880
      ? `${(minutes / 60).toFixed(1)} h`
      : `${(minutes / 1_440).toFixed(1)} d`;
}

/** Passes as a person counts them: `######......` of twelve. */
const bar = (done: number, required: number): string =>
  required > 24
    ? `${String(done)}/${String(required)}`
    : `${"#".repeat(Math.min(done, required))}${".".repeat(Math.max(0, required - done))}`;

/** Validations, a line each, and how many more there are. */
export function validationsText(rows: readonly ValidationShown[], now: number, more = 0): string {
  if (rows.length === 0) return "no validation is open\n";
  const width = Math.max(4, ...rows.map(({ node }) => printable(node).length));
  const head =
    `${"id".padStart(7)}  ${"node".padEnd(width)}  ${"lane".padEnd(22)} ` +
    `${"status".padEnd(9)} ${"passes".padEnd(14)} ${"age".padStart(8)}  why`;
  const lines = rows.map(
    (row) =>
      `${String(row.id).padStart(7)}  ${printable(row.node).padEnd(width)}  ${printable(row.lane).padEnd(22)} ` +
      `${row.status.padEnd(9)} ${bar(row.passes_done, row.passes_required).padEnd(14)} ` +
      `${age(now - row.created_at).padStart(8)}  ${printable(row.reason)}`,
  );
  const rest = more > 0 ? [`and ${String(more)} more: --limit shows them`] : [];
  return `${[head, ...lines, ...rest].join("\n")}\n`;
}

/** The host key and the jump host that a pass reached its node by, where the way to it has them. */
const way = ({ host_key, route }: PassShown): string =>
  host_key === null
    ? ""
    : `, host key ${host_key} ${route === "direct" ? "direct" : `through ${printable(route ?? "")}`}`;

/** One validation with everything that was proven in it. */
export function validationText(whole: WholeValidation): string {
  const {
    id,
    node,
    machine,
    cluster,
    lane,
    lane_reason,
    status,
    reason,
    owner,
    passes_done,
    passes_required,
    checks,
    created_at,
    finished_at,
    coin,
    passes,
    results,
    audit,
  } = whole;
  const lines = [
    `validation ${String(id)}: ${printable(node)} (machine m-${String(machine)}) in ${printable(cluster ?? "no cluster")}`,
    `  ${status}: ${printable(reason)}${owner === null ? "" : `; owner ${printable(owner)}`}`,
    `  lane ${printable(lane)}, because ${printable(lane_reason)}; checks ${printable(checks.join(", "))}`,
    `  ${bar(passes_done, passes_required)} ${String(passes_done)} of ${String(passes_required)} passes; planned ` +
      `${instant(created_at)}, ended ${instant(finished_at)}`,
  ];
  if (coin !== null)
    lines.push(
      `  canary arm: probability ${String(coin.probability)}, drawn ${coin.drawn.toFixed(4)}: ` +
        `${coin.admitted ? "admitted whatever fails" : "judged like any other"}`,
    );
  for (const pass of passes) {
    const name = `${String(pass.attempt)}/${String(pass.run_index)}${pass.try === 0 ? "" : `/${String(pass.try)}`}`;
    const kind = pass.kind === "required" ? "" : ` (${pass.kind})`;
    const boot = printable(pass.boot_id ?? "unknown");
    lines.push("", `  pass ${name}${kind}: ${pass.verdict}, ${instant(pass.started_at)}, boot ${boot}${way(pass)}`);
    for (const result of results.filter(
      (one) => one.attempt === pass.attempt && one.run_index === pass.run_index && one.try === pass.try,
    )) {
      for (const finding of (result.findings ?? []).filter(({ verdict }) => verdict !== "pass"))
        lines.push(
          `    ${result.check} ${finding.verdict}: ${finding.code} on ${finding.scope.kind} ` +
            `${printable(finding.scope.id)} (${finding.cause}): ${printable(finding.message)}`,
        );
    }
  }
  if (audit.length > 0)
    lines.push(
      "",
      "  what happened:",
      ...audit.map(
        (row) =>
          `    ${instant(row.at)}  ${row.from_state ?? "new"} → ${row.to_state}  ${printable(row.reason)}  (${printable(row.actor)})`,
      ),
    );
  return `${lines.join("\n")}\n`;
}
