import { changedLines } from "@slipway/queries";
import type { AppliedSettings, FleetDifference, LaneChecks, SettingChange } from "@slipway/fleet";
import { columns, instant } from "./nodes.ts";
import { printable } from "./printable.ts";

const OUTCOMES: Readonly<Record<SettingChange["outcome"], string>> = {
  active: "decides at once",
  staged: "is staged: canary nodes try it first",
  waits: "is staged already",
  withdrawn: "withdraws what is staged",
  rejected: "was rejected, and stays so",
};
/** Lines of one setting's content that are shown. */
const SHOWN = 12;

const short = (digest: string | undefined): string => digest?.slice(0, 12) ?? "none";
const nameOf = ({ setting: { kind, name } }: SettingChange): string => `${kind}/${name}`;

function linesOf(change: SettingChange): readonly string[] {
  const { setting, active } = change;
  const version =
    setting.version === (active?.version ?? "") ? "" : `, version ${active?.version ?? "none"} -> ${setting.version}`;
  const head = `${nameOf(change)}: ${short(active?.digest)} -> ${short(setting.digest)}${version}; ${OUTCOMES[change.outcome]}`;
  if (setting.kind === "check") return [head];
  const lines = changedLines(change);
  const more = lines.length - SHOWN;
  return [
    head,
    ...lines.slice(0, SHOWN).map((line) => `    ${line}`),
    ...(more > 0 ? [`    and ${String(more)} more`] : []),
  ];
}

const changesText = (changes: readonly SettingChange[]): string =>
  changes
    .map((change) =>
      linesOf(change)
        .map((line) => `${printable(`  ${line}`)}\n`)
        .join(""),
    )
    .join("");

function releaseText(applied: FleetDifference["applied"]): string {
  if (applied === null) return "no release";
  return `release ${String(applied.release)}, applied by ${applied.by} at ${instant(applied.at)} (${applied.reason})`;
}

export function differenceText(folder: string, { applied, empty, changes }: FleetDifference): string {
  const against = empty ? "a database without settings" : releaseText(applied);
  if (changes.length === 0)
    return `${printable(`${folder} and this checkout's checks are what is applied: ${against}`)}\n`;
  return (
    `${printable(`${folder} and this checkout's checks, against ${against}:`)}\n${changesText(changes)}` +
    "apply them by: slipway fleet apply --by WHO --reason WHY\n"
  );
}

export function appliedText({ release, changes }: AppliedSettings): string {
  const head = printable(releaseText(release));
  if (changes.length === 0) return `nothing differs from ${head}\n`;
  const staged = changes.some(({ outcome }) => outcome === "staged" || outcome === "waits");
  return `${head}\n${changesText(changes)}${staged ? "what is staged waits for its canary nodes: slipway canary status\n" : ""}`;
}

export function checkText(
  folder: string,
  counts: { readonly lanes: number; readonly clusters: number; readonly expectations: number; readonly checks: number },
  lanes: readonly LaneChecks[],
): string {
  const left = lanes.filter(({ notRequired }) => notRequired.length > 0);
  const head =
    `${printable(folder)} is sound: ${String(counts.lanes)} lanes, ${String(counts.clusters)} clusters, ` +
    `${String(counts.expectations)} expectations files, ${String(counts.checks)} checks\n`;
  if (left.length === 0) return head;
  const rows = left.map(({ lane, field, sku, cluster, notRequired }) =>
    [`${lane} ${field}`, cluster === null ? sku : `${sku} in ${cluster}`, notRequired.join(", ")].map(printable),
  );
  return `${head}what lanes name and the nodes' own \`checks\` leaves out is not run:\n${columns([["lane", "nodes", "not run"], ...rows])}`;
}
