import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SlipwayError, type VendorPorts, type VendorSession, answerOf } from "@slipway/plugin-sdk";
import { afterAll, describe, expect, it } from "vitest";
import lab from "./index.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY = 86_400_000;
const CALL = { signal: new AbortController().signal, deadlineMs: 30_000 };
const folder = mkdtempSync(join(tmpdir(), "slipway-lab-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A lab with a clock that the test sets. */
async function open(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{ session: VendorSession; time: { now: number } }> {
  const time = { now: START };
  const ports: VendorPorts = {
    clock: { now: () => time.now, sleep: async (ms) => void (time.now += ms) },
    log: { info: () => undefined, warn: () => undefined },
  };
  return {
    session: await lab.open(
      { seed: 7, start: new Date(START).toISOString(), cells: { "oci-h100-a": 16, "az-gb300-a": 18 }, ...settings },
      ports,
    ),
    time,
  };
}
const exec = async (
  session: VendorSession,
  node: string,
  id: string,
): Promise<{ stdout: string; startError: string | null }> => {
  const connection = await session.transport?.connect({ name: node }, new AbortController().signal);
  const result = await connection?.exec(
    { id, argv: [id], timeoutMs: 1e9, usualSeconds: 1 },
    { timeoutMs: 1e9, maxBytes: 1e9 },
  );
  connection?.close();
  return {
    stdout: result === undefined ? "" : (answerOf(result.stdout) ?? ""),
    startError: result?.startError ?? null,
  };
};

describe("the lab", () => {
  it("is the same world for the same seed and journal, and another for another seed", async () => {
    const [a, b, c] = [await open(), await open(), await open({ seed: 8 })];
    for (const one of [a, b, c]) one.time.now = START + 30 * DAY;
    const list = async ({ session }: typeof a): Promise<string> =>
      JSON.stringify((await session.listNodes(undefined, CALL)).items);
    expect(await list(a)).toBe(await list(b));
    expect(await list(a)).not.toBe(await list(c));
    const node = (await a.session.listNodes(undefined, CALL)).items[0]?.node_name ?? "";
    expect((await exec(a.session, node, "nvidia-smi")).stdout).toBe((await exec(b.session, node, "nvidia-smi")).stdout);
  });

  it("says of a node's rack the runtime facts alone, which no file of a fleet gives", async () => {
    const { session } = await open();
    const { items } = await session.listNodes(undefined, CALL);
    const keys = items.flatMap(({ expect: said }) =>
      Object.entries(said as Readonly<Record<string, object>>).flatMap(([section, values]) =>
        Object.keys(values).map((key) => `${section}.${key}`),
      ),
    );
    expect([...new Set(keys)].sort()).toEqual(["ib.pkey", "ib.rails", "imex.domainActive", "imex.members"]);
  });

  it("prints each machine's own serials, and a boot id that only a boot changes", async () => {
    const { session, time } = await open();
    const [sighting] = (await session.listNodes(undefined, CALL)).items;
    const node = sighting?.node_name ?? "";
    expect((await exec(session, node, "dmi")).stdout).toContain(sighting?.system_serial ?? "?");
    for (const serial of sighting?.gpu_serials ?? [])
      expect((await exec(session, node, "nvidia-smi")).stdout).toContain(serial);
    const before = (await exec(session, node, "boot-id")).stdout;
    expect((await exec(session, node, "boot-id")).stdout).toBe(before);
    await session.power?.({ nodeName: node }, "reboot", { ...CALL, key: "k" });
    await expect(session.transport?.connect({ name: node }, new AbortController().signal)).rejects.toMatchObject({
      kind: "unreachable",
    });
    time.now += 300_000;
    const after = (await exec(session, node, "boot-id")).stdout;
    expect(after).not.toBe(before);
    await session.power?.({ nodeName: node }, "reboot", { ...CALL, key: "k" });
    expect((await exec(session, node, "boot-id")).stdout).toBe(after);
  });

  it("keeps its world in the journal: another process goes on with it", async () => {
    const journal = join(folder, "journal.jsonl");
    const first = await open({ journal });
    const node = (await first.session.listNodes(undefined, CALL)).items[0]?.node_name ?? "";
    await first.session.power?.({ nodeName: node }, "reboot", { ...CALL, key: "one" });
    const second = await open({ journal });
    second.time.now = first.time.now = START + 600_000;
    expect((await exec(second.session, node, "boot-id")).stdout).toBe(
      (await exec(first.session, node, "boot-id")).stdout,
    );
    const lines = readFileSync(journal, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { what: string });
    expect(lines.map(({ what }) => what)).toEqual(["power", "session", "probe", "end", "session", "probe", "end"]);
  });

  it("bans, repairs and returns what was put in service, and says each once", async () => {
    const { session, time } = await open();
    time.now = START + 90 * DAY;
    const nodes = (await session.listNodes(undefined, CALL)).items;
    for (const { node_name } of nodes)
      await session.returnToService?.({ nodeName: node_name ?? "" }, { ...CALL, key: `in/${String(node_name)}` });
    time.now += 120 * DAY;
    const { items, cursor } = (await session.listEvents?.(undefined, CALL)) ?? { items: [], cursor: "" };
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(new Set(items.map(({ kind }) => kind))).toContain("ban");
    expect(items.filter(({ cause }) => cause === "workload").length).toBeGreaterThan(0);
    const failed = items.find(({ kind, cause }) => kind === "ban" && cause !== "workload");
    expect(failed).toBeDefined();
    await session.openRepair?.(
      failed?.node ?? { nodeName: "" },
      { category: "hardware", summary: "x" },
      { ...CALL, key: "repair" },
    );
    time.now += 20 * DAY;
    const after = (await session.listEvents?.(cursor, CALL))?.items.filter(
      ({ node }) => node.nodeName === failed?.node.nodeName,
    );
    expect(after?.map(({ kind }) => kind)).toEqual(["out-for-repair", "returned"]);
  });

  it("has whole racks of NVL72, and about 1,200 nodes at the demo's share", async () => {
    const { session, time } = await open({ cells: undefined, share: 0.26 });
    time.now = START + 91 * DAY;
    const all: { cluster?: string | null | undefined; rack?: string | null | undefined }[] = [];
    for (let page: string | undefined; ;) {
      const { items, next } = await session.listNodes(page, CALL);
      all.push(...items);
      if (next === undefined) break;
      page = next;
    }
    expect(all.length).toBeGreaterThan(1_100);
    expect(all.length).toBeLessThan(1_300);
    const racks = Map.groupBy(
      all.filter(({ cluster }) => cluster?.includes("gb")),
      ({ cluster, rack }) => `${String(cluster)} ${String(rack)}`,
    );
    for (const trays of racks.values()) expect(trays).toHaveLength(18);
  });

  it.each([
    [{ seed: "x" }, "seed"],
    [{ start: "yesterday" }, "start"],
    [{ cells: { mars: 3 } }, "cells.mars"],
    [{ speed: -1 }, "speed"],
    [{ shape: 1 }, "shape"],
  ])("refuses %j, naming the setting", async (settings, key) => {
    await expect(open(settings)).rejects.toSatisfy((error) => SlipwayError.is(error) && error.message.includes(key));
  });
});
