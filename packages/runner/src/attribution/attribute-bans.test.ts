import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BanCause, Finding } from "@slipway/domain";
import type { JobRow } from "@slipway/records";
import type { Row } from "@slipway/store";
import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { banRow, machineRow, passRow, placementRow, releaseRow } from "@slipway/store/testing";
import { beforeEach, describe, expect, it } from "vitest";
import type { Fleet } from "@slipway/fleet";
import { attributeBans, type AttributionRun } from "./attribute-bans.ts";
import { reclassify } from "./reclassify.ts";

const AT = Date.UTC(2026, 4, 28);
const MINUTE = 60_000;
const fleet = {
  ownerOf: (_cluster: string | null, cause: string) => (cause === "configuration" ? "fleet-infra" : "hwh"),
} as Fleet;
const fleetFolder = mkdtempSync(join(tmpdir(), "slipway-attribution-"));

let store: MemoryStore;
beforeEach(() => {
  store = memoryStore();
});

async function machine(id: number, rack: string): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.insert("machines", [
      machineRow(id, {
        system_serial: `S${String(id)}`,
        gpu_serials: [],
        account: "Banned",
        account_since: 0,
        vendor: "oci",
        sku: "h100",
      }),
    ]);
    await tx.insert("placements", [placementRow(id, { vendor: "oci", sku: "h100", cluster: "a", rack, from_at: 0 })]);
  });
}

const ban = (id: number, over: Partial<Row<"bans">> = {}): Promise<unknown> =>
  store.transaction((tx) =>
    tx.insert("bans", [
      banRow(id, {
        cluster: "a",
        sku: "h100",
        at: AT,
        cause: "unknown",
        attribution: { findings: [], rule: "said by slurm" },
        why: "reported by slurm",
        source: "slurm",
        ...over,
      }),
    ]),
  );

const finding = (cause: Finding["cause"], verdict: Finding["verdict"]): Finding => ({
  code: verdict === "pass" ? "xid-workload" : "test-failed",
  verdict,
  cause,
  scope: { kind: "gpu", id: "3" },
  message: "Test memory failed.",
  evidence: [],
});

/** A pass of a machine with one finding. */
async function pass(machineId: number, finishedAt: number, check: string, found: Finding): Promise<void> {
  const place = { validation: 900 + machineId, attempt: 1, run_index: 1, try: 0 };
  await store.transaction(async (tx) => {
    await tx.insert("passes", [
      passRow(place.validation, {
        machine: machineId,
        cluster: "a",
        started_at: finishedAt,
        finished_at: finishedAt,
      }),
    ]);
    await tx.insert("results", [{ ...place, check, version: "1", verdict: "pass", findings: [found] }]);
  });
}

const job = (node: string, over: Partial<JobRow> = {}): JobRow => ({
  jobId: "j1",
  node,
  start: AT - 60 * MINUTE,
  end: AT,
  state: "FAILED",
  labels: {},
  ...over,
});
const run = (jobs: readonly JobRow[] | undefined, dryRun = false): Promise<AttributionRun> =>
  attributeBans(store, fleet, { fleetFolder, jobs, dryRun, by: "rules" });
const causes = async (): Promise<readonly BanCause[]> =>
  store.transaction(async (tx) => (await tx.find("bans", { orderBy: ["id"] })).map(({ cause }) => cause));

describe("bans whose cause nobody proved", () => {
  it("get the cause that a pass close in time found, as a new revision with an audit row", async () => {
    await machine(1, "r1");
    await ban(1);
    await pass(1, AT - 60 * MINUTE, "dcdiag", finding("hardware", "fail"));
    expect(await run(undefined, true)).toMatchObject({
      considered: 1,
      attributed: [{ ban: 1, from: "unknown", to: "hardware", rule: "fault-found", revision: 2, applied: false }],
    });
    expect(await causes()).toEqual(["unknown"]);
    expect(await run(undefined)).toMatchObject({ attributed: [{ applied: true }] });
    const [row, [audited]] = await store.transaction(
      async (tx) => [await tx.get("bans", { id: 1 }), await tx.find("audit", { where: { object: "ban/1" } })] as const,
    );
    expect(row).toMatchObject({
      cause: "hardware",
      revision: 2,
      attribution: {
        rule: "fault-found: dcdiag found test-failed on gpu 3: hardware",
        findings: [{ check: "dcdiag" }],
      },
    });
    expect(audited).toMatchObject({
      actor: "rules",
      from_state: "unknown",
      to_state: "hardware",
      detail: { revision: 2, before: { cause: "unknown", attribution: { rule: "said by slurm" } } },
    });
    expect(await run(undefined)).toMatchObject({ attributed: [] });
  });

  it("get no cause from passes too far away in time, or after the machine was released again", async () => {
    await machine(1, "r1");
    await machine(2, "r1");
    await ban(1);
    await ban(2);
    await pass(1, AT - 25 * 60 * MINUTE, "dcdiag", finding("hardware", "fail"));
    await pass(2, AT + 120 * MINUTE, "dcdiag", finding("hardware", "fail"));
    await store.transaction((tx) =>
      tx.insert("releases", [releaseRow(1, { machine: 2, entry: "override", at: AT + MINUTE })]),
    );
    expect(await run(undefined)).toMatchObject({ considered: 2, attributed: [] });
  });

  it("get the cause workload where one job failed on machines of several racks", async () => {
    for (const [id, rack] of [
      [1, "r1"],
      [2, "r1"],
      [3, "r2"],
      [4, "r2"],
    ] as const) {
      await machine(id, rack);
      await ban(id, { at: AT + id * MINUTE });
    }
    await pass(4, AT, "dcdiag", finding("hardware", "fail"));
    const jobs = [1, 2, 3, 4].map((id) => job(`n${String(id)}`));
    expect((await run(jobs)).attributed.map(({ rule, to }) => [rule, to])).toEqual([
      ...[1, 2, 3].map(() => ["job-on-many-nodes", "workload"]),
      ["fault-found", "hardware"],
    ]);
    expect(await causes()).toEqual(["workload", "workload", "workload", "hardware"]);
  });

  it("get no cause without job records, and lose the cause workload where no job ran", async () => {
    await machine(1, "r1");
    await machine(2, "r1");
    await ban(1, { cause: "workload" });
    await ban(2, { cause: "workload" });
    const jobs = [
      job("m-1", { end: AT - 40 * MINUTE }),
      job("S1", { jobId: "j2", start: AT + 30 * MINUTE, end: null, state: "RUNNING" }),
    ];
    expect((await run(jobs)).attributed).toMatchObject([{ ban: 1, rule: "idle-node", to: "unknown" }]);
  });

  it("keep a cause that a person set, or that a validation proved", async () => {
    await machine(1, "r1");
    await machine(2, "r1");
    await ban(1);
    await ban(2, { source: "validation", cause: "platform" });
    await reclassify(store, fleet, { ban: 1, cause: "configuration", by: "ada", reason: "wrong image" });
    await pass(1, AT, "dcdiag", finding("hardware", "fail"));
    expect(await run(undefined)).toEqual({ considered: 0, attributed: [] });
    expect(await store.transaction((tx) => tx.get("bans", { id: 1 }))).toMatchObject({
      cause: "configuration",
      owner: "fleet-infra",
      revision: 2,
    });
    await expect(
      reclassify(store, fleet, { ban: 1, cause: "configuration", by: "ada", reason: "again" }),
    ).rejects.toThrow("put down to configuration already");
    await expect(reclassify(store, fleet, { ban: 9, cause: "fabric", by: "ada", reason: "x" })).rejects.toThrow(
      "there is no ban 9",
    );
    expect(
      await reclassify(store, fleet, { ban: 1, cause: "fabric", by: "rules", reason: "x", when: 1 }),
    ).toBeUndefined();
  });

  it("are not attributed by an invalid table of Xids, which is refused with its line", async () => {
    writeFileSync(join(fleetFolder, "xids.yaml"), 'schema: slipway/xids@1\ncauses: { "79": gremlins }\n');
    await expect(run(undefined)).rejects.toThrow(/xids\.yaml:2:\d+: causes\.79/);
  });
});
