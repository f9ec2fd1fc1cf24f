import { styleText } from "node:util";
import { usualSecondsOf, type CollectEvent, type Plan } from "@slipway/collect";
import type { Host } from "@slipway/plugin-sdk";
import { collectEvents, collectPlanDocument, jsonLine } from "@slipway/queries";
import { printable } from "./printable.ts";

export interface CollectProgress {
  event(event: CollectEvent): void;
  /** Something a person should know, beside the events. */
  note(text: string): void;
  end(): void;
}

/** Where a person looks, a line that moves and the troubles; else one JSON document an event on stdout. */
export function collectProgress(hosts: number, json: boolean): CollectProgress {
  const note = (text: string): void =>
    void process.stderr.write(`${process.stderr.isTTY ? "\r\u001b[K" : ""}slipway: ${printable(text)}\n`);
  if (json || !process.stdout.isTTY)
    return { event: (event) => void process.stdout.write(jsonLine(collectEvents, event)), note, end: () => undefined };
  return terminalProgress(hosts, note);
}

const REDRAW_MS = 100;

function terminalProgress(hosts: number, note: (text: string) => void): CollectProgress {
  let done = 0;
  let probes = 0;
  let drawn = 0;
  const running = new Map<string, string>();
  const erase = (): void => void process.stdout.write("\r\u001b[K");
  const say = (text: string): void => {
    erase();
    process.stdout.write(`${text}\n`);
  };
  const draw = (now: boolean): void => {
    if (!now && performance.now() - drawn < REDRAW_MS) return;
    drawn = performance.now();
    const line = `${String(done)}/${String(hosts)} hosts, ${String(probes)} probes${waitingText(running)}`;
    process.stdout.write(`\r\u001b[K${line.slice(0, (process.stdout.columns || 80) - 1)}`);
  };
  return {
    event(event) {
      switch (event.event) {
        case "round":
          done = 0;
          break;
        case "host-started":
          running.set(event.host, "");
          break;
        case "probe":
          probes += 1;
          running.set(event.host, event.probe);
          if (event.timedOut) say(`${styleText("yellow", "time limit")}   ${printable(event.host)}  ${event.probe}`);
          break;
        case "unreachable":
          say(`${styleText("red", "unreachable")}  ${printable(event.host)}  ${printable(event.reason)}`);
          break;
        case "connection-lost":
          say(`${styleText("red", "lost")}         ${printable(event.host)}  ${printable(event.reason)}`);
          break;
        case "host-skipped":
        case "host-done":
        case "round-done":
        case "started":
          break;
        case "summary": {
          erase();
          process.stdout.write(summaryText(event));
          return;
        }
      }
      if (event.event === "unreachable" || event.event === "host-done" || event.event === "host-skipped") {
        done += 1;
        running.delete(event.host);
      }
      draw(event.event === "host-done");
    },
    note,
    end: erase,
  };
}

/** The host that was asked longest ago and is not done, after its last probe, and how many others there are. */
function waitingText(running: ReadonlyMap<string, string>): string {
  const [oldest] = running;
  if (oldest === undefined) return "";
  const [host, probe] = oldest;
  const others = running.size > 1 ? ` and ${String(running.size - 1)} more` : "";
  return `  ${printable(host)}${probe === "" ? "" : ` after ${probe}`}${others}`;
}

function summaryText(event: Extract<CollectEvent, { readonly event: "summary" }>): string {
  const { hosts, complete, skipped, unreachable, partial, aborted, durationMs } = event;
  const parts = [
    `${String(complete)} complete`,
    skipped > 0 ? `${String(skipped)} complete before` : "",
    unreachable.length > 0 ? `${String(unreachable.length)} unreachable` : "",
    partial.length > 0 ? `${String(partial.length)} partial` : "",
  ].filter((part) => part !== "");
  const counts = styleText("bold", `${String(hosts)} hosts: ${parts.join(", ")}`);
  const troubles = [...unreachable, ...partial].map(
    ({ host, reason }) => `  ${printable(host)}: ${printable(reason)}\n`,
  );
  return `${counts} in ${(durationMs / 1000).toFixed(1)} s${aborted ? " (interrupted)" : ""}\n` + troubles.join("");
}

/** What `--dry-run` prints: hosts with the same commands share one list. */
export function printPlan(plans: readonly { host: Host; plan: Plan }[], json: boolean): void {
  if (json) {
    for (const { host, plan } of plans) {
      const commands = [
        ...plan.commands.map((command) => ({ ...command, withheld: false })),
        ...plan.withheld.map((command) => ({ ...command, withheld: true })),
      ];
      for (const { id: probe, argv, program, usualSeconds, timeoutMs, waits = false, withheld } of commands) {
        const line = { host: host.name, probe, argv, program, usualSeconds, timeoutMs, waits, withheld };
        process.stdout.write(jsonLine(collectPlanDocument, line));
      }
    }
    return;
  }
  for (const [, same] of Map.groupBy(plans, ({ plan }) => JSON.stringify(plan))) {
    const plan = same[0]?.plan ?? { commands: [], withheld: [] };
    const total = usualSecondsOf(plan.commands);
    const hosts = same.map(({ host }) => printable(host.name)).join(", ");
    process.stdout.write(`${hosts}: ${String(plan.commands.length)} commands, usually ${total.toFixed(0)} s\n`);
    for (const { id, argv, usualSeconds } of plan.commands)
      process.stdout.write(
        `  ${`${usualSeconds.toFixed(1)} s`.padStart(9)}  ${id.padEnd(16)}  ` +
          `${argv.map((part) => (/^[\w./:=-]+$/.test(part) ? part : JSON.stringify(part))).join(" ")}\n`,
      );
    for (const { id, usualSeconds } of plan.withheld)
      process.stdout.write(
        `  withheld   ${id.padEnd(16)}  loads the node for about ${usualSeconds.toFixed(0)} s; ` +
          "name it with --probes or give --disruptive\n",
      );
  }
}
