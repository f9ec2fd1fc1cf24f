import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VendorPorts } from "@slipway/plugin-sdk";
import { vendorContract } from "@slipway/testkit";
import { afterAll } from "vitest";
import lab from "./index.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "slipway-lab-contract-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A clock that the suite moves. */
function movedClock(): VendorPorts["clock"] & { pass(ms: number): Promise<void> } {
  let now = START;
  const asleep = new Map<() => void, number>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        asleep.set(resolve, now + ms);
        signal?.addEventListener("abort", () => {
          asleep.delete(resolve);
          reject(signal.reason as Error);
        });
      }),
    pass: async (ms) => {
      now += ms;
      for (const [wake, at] of asleep) if (at <= now && asleep.delete(wake)) wake();
      await Promise.resolve();
    },
  };
}

let opened = 0;
vendorContract(lab, async ({ silent }) => {
  const journal = join(folder, `${String((opened += 1))}.jsonl`);
  const clock = movedClock();
  const settings = { seed: 7, start: new Date(START).toISOString(), cells: { "oci-h100-a": 16 }, journal };
  const ports = { clock, log: { info: () => undefined, warn: () => undefined } };
  const session = await lab.open({ ...settings, answerMs: silent ? 1e12 : 0 }, ports);
  const call = { signal: new AbortController().signal, deadlineMs: 30_000 };
  const lines = (): readonly { readonly what: string }[] =>
    readFileSync(journal, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { what: string });
  return {
    session,
    node: { nodeName: "oci-h100-a-r00-t00", cluster: "oci-h100-a" },
    acts: () => lines().filter(({ what }) => ["power", "repair", "service"].includes(what)).length,
    async goOn() {
      const { items } = await session.listNodes(undefined, call);
      for (const { node_name } of items)
        await session.returnToService?.({ nodeName: node_name ?? "" }, { ...call, key: `in/${String(node_name)}` });
      await clock.pass(120 * DAY);
    },
    wait: (ms) => clock.pass(ms),
  };
});
