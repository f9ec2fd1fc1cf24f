import { uncovered, type ActNeeds, type LivingWorker, type WorkersStatus } from "@slipway/queries";
import { printable } from "./printable.ts";

const count = (number: number, one: string): string =>
  `${number.toLocaleString("en-US")} ${one}${number === 1 ? "" : "s"}`;

/** Who works, what each can do, and what waits for whom. */
export function workersText(status: WorkersStatus): string {
  const { workers, needs } = status;
  const lines = workers.length === 0 ? ["no worker is alive: start one with ./slipway up"] : [];
  for (const worker of workers) lines.push(workerText(worker), `  ${coversText(worker)}`);
  if (needs.length > 0) lines.push("", "acts, by what they need of a worker");
  for (const one of needs)
    lines.push(
      uncovered(status).includes(one)
        ? uncoveredText(one)
        : `  ${needsText(one)}: ${count(one.acts, "act")} open${one.failing === 0 ? "" : ` (${String(one.failing)} failing)`}, ${count(one.workers.length, "worker")}`,
    );
  return `${lines.join("\n")}\n`;
}

function coversText({ starting, covers }: LivingWorker): string {
  if (starting) return "starts";
  return covers.length === 0 ? "takes no work now" : `can do what needs ${covers.map(printable).join(", ")}`;
}

/** A worker in a line. */
export function workerText({ id, release, secondsSinceBeat, skewSeconds }: LivingWorker): string {
  const off = Math.abs(skewSeconds ?? 0);
  const clock =
    off <= 2
      ? ""
      : `, its clock is ${off.toFixed(0)} s ${(skewSeconds ?? 0) < 0 ? "behind" : "ahead"}${off > 30 ? ": it takes no work" : ""}`;
  return `${printable(id)} (release ${printable(release)}, ${String(secondsSinceBeat)} s ago${clock})`;
}

const needsText = ({ needs }: ActNeeds): string => needs.map(printable).join(" + ");

/** What nobody who lives can do, in a line. */
export const uncoveredText = (one: ActNeeds): string =>
  `! no living worker has ${needsText(one)}: ${count(one.acts, "act")} and ${count(one.validations, "validation")} wait`;
