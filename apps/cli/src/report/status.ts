import type { FleetStatus, LivingWorker } from "@slipway/queries";
import { failingText } from "./failing.ts";
import { printable } from "./printable.ts";
import { uncoveredText, workerText } from "./workers.ts";

const ORDER = [
  "InPool",
  "Offered",
  "Validating",
  "Spare",
  "Banned",
  "OFR",
  "RMA",
  "PlannedOut",
  "OutMaintenance",
  "Lost",
];
const number = (value: number): string => value.toLocaleString("en-US");
const BAR = 40;

/** Who works, for what. */
function workText(worker: LivingWorker): string {
  if (worker.starting) return `${workerText(worker)} starts`;
  return `${workerText(worker)} ${worker.covers.length === 0 ? "takes no work now" : `for ${worker.covers.map(printable).join(", ")}`}`;
}

/** The fleet as a person wants to see it: where capacity is, by cluster, and what needs somebody. */
export function statusText(status: FleetStatus): string {
  const accounts = ORDER.filter((account) => (status.accounts[account] ?? 0) > 0);
  const widest = Math.max(1, ...accounts.map((account) => status.accounts[account] ?? 0));
  const lines = [`${number(status.machines)} machines, ${number(status.passes)} passes run`, ""];
  for (const account of accounts) {
    const count = status.accounts[account] ?? 0;
    lines.push(
      `  ${account.padEnd(14)} ${number(count).padStart(7)}  ${"#".repeat(Math.max(1, Math.round((count / widest) * BAR)))}`,
    );
  }
  const open = ["queued", "running", "held"].map((name) => `${number(status.validations[name] ?? 0)} ${name}`);
  const ended = ["released", "banned", "cancelled"].map((name) => `${number(status.validations[name] ?? 0)} ${name}`);
  lines.push("", `validations: ${open.join(", ")}; ${ended.join(", ")}`);
  const causes = Object.entries(status.bansByCause).sort((a, b) => b[1] - a[1]);
  if (causes.length > 0)
    lines.push(`banned machines by cause: ${causes.map(([cause, count]) => `${cause} ${number(count)}`).join(", ")}`);
  if (status.takenOut.length > 0)
    lines.push(
      `taken out of service by bans within a day: ${status.takenOut
        .map(({ cluster, machines, of }) => `${number(machines)} of ${number(of)} in ${printable(cluster)}`)
        .join(", ")}`,
    );
  if (status.oldestOpen !== null)
    lines.push(
      `oldest open: ${printable(status.oldestOpen.node)}, ${status.oldestOpen.status} for ` +
        `${status.oldestOpen.hours.toFixed(1)} h, owner ${printable(status.oldestOpen.owner ?? "nobody")}`,
    );
  lines.push(
    status.past !== null
      ? `the lab's past is being made: day ${String(status.past.day)} of ${String(status.past.days)}; live nodes begin where it ends`
      : status.workers.length === 0
        ? "no worker is alive: start one with ./slipway up"
        : `workers: ${status.workers.map(workText).join("; ")}`,
  );
  if (status.applied !== null)
    lines.push(
      `settings: release ${String(status.applied.release)}, applied by ${printable(status.applied.by)} at ${status.applied.at}`,
    );
  for (const one of status.uncovered) lines.push(uncoveredText(one));
  lines.push(...failingText(status.failing));
  if (status.staged.length > 0)
    lines.push(`! staged, and not in force: ${status.staged.map(printable).join(", ")} (slipway canary status)`);
  for (const { id, kind, owner, title } of status.items)
    lines.push(`! item ${String(id)} ${kind}, for ${printable(owner)}: ${printable(title)}`);
  const more = Object.values(status.itemsByKind).reduce((sum, count) => sum + count, 0) - status.items.length;
  if (more > 0) lines.push(`! and ${number(more)} more items: slipway items list`);
  if (status.byCluster.length > 0) {
    const columns = accounts.slice(0, 7);
    lines.push("", `  ${"cluster".padEnd(18)}${columns.map((account) => account.padStart(12)).join("")}`);
    for (const { cluster, accounts: own } of status.byCluster)
      lines.push(
        `  ${printable(cluster).padEnd(18)}${columns.map((account) => number(own[account] ?? 0).padStart(12)).join("")}`,
      );
  }
  return `${lines.join("\n")}\n`;
}
