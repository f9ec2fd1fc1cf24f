import { sessionise, type EventRow } from "@slipway/stats";
import type { Row, Store, TableName } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { describe, expect, it } from "vitest";
import { attemptsOfRuns, readDatabase, type DatabaseRows, type FleetNames } from "./read-database.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const fleet: FleetNames = {
  ownerOf: (cluster) => (cluster === "c1" ? "fleet-infra" : undefined),
  laneKindOf: (lane) => ({ slow: "slow", "post-repair-oci": "post-repair", fast: "fast" })[lane],
};

const machine = (id: number, over: Partial<Row<"machines">> = {}): Row<"machines"> => ({
  id,
  system_serial: `S${String(id)}`,
  gpu_serials: [],
  account: "InPool",
  account_since: START,
  vendor: "oci",
  sku: "H100",
  merged_into: null,
  created_at: START,
  generation: 1,
  ...over,
});
const validation = (id: number, over: Partial<Row<"validations">> = {}): Row<"validations"> => ({
  id,
  machine: 1,
  node: "n1",
  address: null,
  adapter: "lab",
  vendor: "oci",
  sku: "H100",
  cluster: "c1",
  rack: null,
  segment: "fleet",
  trigger: "new-hardware",
  lane: "slow",
  lane_digest: "d",
  lane_reason: "new",
  checks: ["imex"],
  first_checks: [],
  passes_required: 12,
  passes_done: 0,
  policy: {
    counting: "consecutive",
    onFail: "ban",
    maxAttempts: 1,
    inconclusiveRetries: 2,
    freshBootEvery: 0,
    confirmations: 0,
    keepRunning: 0,
    minutesBetween: 0,
  },
  attempt: 1,
  run_index: 1,
  tries: 0,
  status: "released",
  reason: "",
  owner: null,
  priority: 0,
  coin: null,
  keeps_running: false,
  acting: null,
  due_at: null,
  failures: 0,
  created_at: START,
  started_at: null,
  finished_at: null,
  generation: 1,
  ...over,
});
const pass = (of: number, run_index: number, over: Partial<Row<"passes">> = {}): Row<"passes"> => ({
  validation: of,
  attempt: 1,
  run_index,
  try: 0,
  kind: "required",
  machine: 1,
  node: "n1",
  cluster: "c1",
  verdict: "pass",
  failed_checks: [],
  boot_id: null,
  system_serial: null,
  gpu_serials: [],
  started_at: START,
  finished_at: START,
  node_hours: 2,
  judged_by: { checks: {}, lane: "d", expectations: "e", image: null },
  evidence: {},
  ...over,
});
const release = (id: number, over: Partial<Row<"releases">> = {}): Row<"releases"> => ({
  id,
  validation: null,
  machine: 1,
  node: "n1",
  cluster: "c1",
  vendor: "oci",
  sku: "H100",
  segment: "fleet",
  entry: "new",
  at: START,
  decided_by: "policy",
  record: {},
  ...over,
});
const ban = (id: number, over: Partial<Row<"bans">> = {}): Row<"bans"> => ({
  id,
  revision: 1,
  machine: 1,
  node: "n1",
  cluster: "c1",
  vendor: "oci",
  sku: "H100",
  segment: "fleet",
  at: START + DAY,
  cause: "hardware",
  attribution: { findings: [], rule: "r" },
  owner: "hwh",
  reason: "",
  by: "x",
  source: "lab",
  external_id: String(id),
  validation: null,
  release: null,
  lifted_at: null,
  lifted_by: null,
  lift_reason: null,
  ...over,
});
const move = (
  id: number,
  to_account: Row<"ledger">["to_account"],
  over: Partial<Row<"ledger">> = {},
): Row<"ledger"> => ({ id, at: START + DAY, machine: 1, from_account: "InPool", to_account, cause: "x", ...over });

async function read(rows: { readonly [Name in TableName]?: readonly Row<Name>[] }): Promise<DatabaseRows> {
  const store: Store = memoryStore();
  await store.transaction(async (tx) => {
    for (const [table, of] of Object.entries({ machines: [machine(1)], ...rows }) as [TableName, readonly never[]][])
      await tx.insert(table, of);
  });
  return readDatabase(store, fleet);
}
const told = ({ events }: DatabaseRows): string[] =>
  [...events]
    .sort((a, b) => a.ts - b.ts)
    .map(({ type, cause, node, cluster }) => [type, cause, node, cluster].filter((part) => part !== null).join(" "));
const spellsOf = (events: readonly EventRow[]): readonly (readonly [number, string | null])[] =>
  sessionise(events, { asOf: START + 30 * DAY }).spells.map(({ days, cause }) => [days, cause]);

describe("readDatabase", () => {
  it("tells releases as admissions of the machine, with their validation's attempt", async () => {
    const { events } = await read({
      validations: [validation(7, { attempt: 2 })],
      releases: [release(9, { validation: 7, entry: "ofr" })],
    });
    expect(events).toEqual([
      {
        eventId: "release-9",
        revision: 1,
        type: "admit",
        node: "m-1",
        cluster: "c1",
        ts: START,
        ingestedTs: null,
        cause: null,
        labels: { cluster: "c1", vendor: "oci", sku: "H100", segment: "fleet", owner: "fleet-infra", entry: "ofr" },
        attemptId: "7/2",
      },
    ]);
  });

  it("tells a merged machine as the one it was merged into", async () => {
    expect(
      told(
        await read({
          machines: [machine(1, { merged_into: 2 }), machine(2, { merged_into: 3 }), machine(3)],
          releases: [release(9)],
        }),
      ),
    ).toEqual(["admit m-3 c1"]);
  });

  it("tells bans with their newest revision, and one in service ends the stay", async () => {
    const { events } = await read({
      releases: [release(9)],
      bans: [ban(5, { revision: 3, cause: "fabric", release: 9 })],
      ledger: [move(1, "Banned", { cause: "ban/5" })],
    });
    expect(events.find(({ type }) => type === "ban")).toMatchObject({ eventId: "ban-5", revision: 3, cause: "fabric" });
    expect(spellsOf(events)).toEqual([[1, "fabric"]]);
  });

  it("tells a lifted ban only where it put the machine back to work", async () => {
    const bans = [ban(5, { cause: "workload", lifted_at: START + 2 * DAY })];
    const back = await read({
      releases: [release(9)],
      bans,
      ledger: [move(1, "Banned"), move(2, "InPool", { from_account: "Banned", at: START + 2 * DAY, cause: "ban/5" })],
    });
    expect(told(back)).toEqual(["admit m-1 c1", "ban workload m-1 c1", "unban m-1 c1"]);
    expect(spellsOf(back.events)).toEqual([[30, null]]);
    const proven = await read({
      releases: [release(9), release(10, { at: START + 3 * DAY })],
      bans,
      ledger: [move(1, "Banned"), move(2, "Spare", { from_account: "Banned", at: START + 2 * DAY, cause: "ban/5" })],
    });
    expect(spellsOf(proven.events)).toEqual([
      [1, "workload"],
      [27, null],
    ]);
  });

  it("does not tell a refusal by validation as a ban: its runs do", async () => {
    const rows = await read({
      validations: [validation(7, { status: "banned" })],
      bans: [ban(5, { validation: 7 })],
      passes: [pass(7, 1, { verdict: "fail", failed_checks: ["imex"] })],
    });
    expect(rows.events).toEqual([]);
    expect(rows.runs.map(({ result }) => result)).toEqual(["fail"]);
  });

  it("tells a test in service that failed as a ban of the stay, and one that passed as a leave and an admission", async () => {
    const tested = validation(7, { trigger: "on-demand" });
    const failed = await read({
      validations: [tested],
      releases: [release(9)],
      bans: [ban(5, { validation: 7, at: START + 2 * DAY, release: 9 })],
      ledger: [
        move(1, "Validating", { cause: "validation/7" }),
        move(2, "Banned", { from_account: "Validating", at: START + 2 * DAY }),
      ],
    });
    expect(spellsOf(failed.events)).toEqual([[2, "hardware"]]);
    const passed = await read({
      validations: [tested],
      releases: [release(9), release(10, { validation: 7, at: START + 2 * DAY, entry: "maintenance" })],
      ledger: [move(1, "Validating", { cause: "validation/7" })],
    });
    expect(spellsOf(passed.events)).toEqual([
      [1, null],
      [28, null],
    ]);
  });

  it("tells a move that failed its validation as a leave: it was refused where it came to", async () => {
    const rows = await read({
      validations: [validation(7, { trigger: "re-entry", cluster: "c2" })],
      releases: [release(9)],
      bans: [ban(5, { validation: 7, cluster: "c2", at: START + 2 * DAY, release: 9 })],
      ledger: [move(1, "Validating", { cause: "validation/7" })],
    });
    expect(told(rows)).toEqual(["admit m-1 c1", "leave m-1 c1"]);
  });

  it("tells what goes out of service unbanned as a leave, of the cluster it was let into", async () => {
    const rows = await read({
      releases: [release(9), release(10, { at: START + 5 * DAY, cluster: "c2" })],
      ledger: [
        move(1, "OFR"),
        move(2, "Offered", { at: START + 6 * DAY }),
        move(3, "Lost", { from_account: "Offered", at: START + 7 * DAY }),
      ],
    });
    expect(told(rows)).toEqual(["admit m-1 c1", "leave m-1 c1", "admit m-1 c2", "leave m-1 c2"]);
  });

  it("tells every pass as a run with its result, the kind of its lane, and the coin", async () => {
    const coin = { probability: 0.05, seed: "s", drawn: 0.01, admitted: true };
    const { runs } = await read({
      validations: [
        validation(7, { coin, lane: "post-repair-oci", passes_required: 6 }),
        validation(8, { lane: "fast", cluster: null }),
      ],
      passes: [
        pass(7, 1),
        pass(7, 2, { verdict: "inconclusive", node_hours: 1 }),
        pass(7, 2, { try: 1, verdict: "fail", failed_checks: ["imex", "dcdiag"] }),
        pass(7, 3, { kind: "after-failure" }),
        pass(7, 1, { attempt: 2 }),
        pass(8, 1),
      ],
    });
    expect(
      runs.map(({ attemptId, runIndex, result, failedChecks, nodeHours }) => [
        attemptId,
        runIndex,
        result,
        failedChecks.join(";"),
        nodeHours,
      ]),
    ).toEqual([
      ["7/1", 1, "pass", "", 2],
      ["7/1", 2, "inconclusive", "", 1],
      ["7/1", 2, "fail", "imex;dcdiag", 2],
      ["7/1", 3, "pass", "", 2],
      ["7/2", 1, "pass", "", 2],
      ["8/1", 1, "pass", "", 2],
    ]);
    expect(runs[0]?.labels).toEqual({
      node_id: "m-1",
      vendor: "oci",
      sku: "H100",
      cluster: "c1",
      segment: "fleet",
      owner: "fleet-infra",
      lane: "slow",
      passes_required: "6",
      canary_probability: "0.05",
    });
    expect(runs.at(-1)?.labels).toEqual({
      node_id: "m-1",
      vendor: "oci",
      sku: "H100",
      segment: "fleet",
      lane: "fast",
      passes_required: "12",
    });
    const { attempts } = attemptsOfRuns(runs);
    expect(attempts.find(({ attemptId }) => attemptId === "7/1")).toMatchObject({
      firstFailedRun: 2,
      canaryProbability: 0.05,
      admittedAsCanary: false,
    });
    expect(attempts.find(({ attemptId }) => attemptId === "7/1")?.labels).not.toHaveProperty("canary_probability");
  });

  it("tells history from before Slipway by the machine that its serial means now", async () => {
    const { events, runs } = await read({
      serials: [{ kind: "system", serial: "S1", machine: 1, first_seen: START, last_seen: START, current: true }],
      imported_events: [
        {
          event_id: "x1",
          revision: 1,
          event_type: "admit",
          machine: null,
          serial: "S1",
          at: START,
          body: {
            event_id: "x1",
            revision: 1,
            event_type: "admit",
            node_id: "S1",
            cluster_id: "c1",
            ts: "2026-01-01T00:00:00Z",
            entry: "ofr",
            imported_at: "2026-02-01T00:00:00Z",
          },
        },
        {
          event_id: "x2",
          revision: 2,
          event_type: "ban",
          machine: null,
          serial: "S9",
          at: START,
          body: {
            event_id: "x2",
            revision: "2",
            event_type: "ban",
            node_id: "S9",
            cluster_id: null,
            ts: "2026-01-02T00:00:00Z",
            cause: "fabric",
          },
        },
      ],
      imported_attempts: [
        {
          attempt_id: "a",
          machine: 1,
          serial: "S1",
          body: { attempt_id: "a", node_id: "S1", vendor: "oci" },
          runs: [{ attempt_id: "a", run_index: 1, failed_checks: "imex;nccl", node_id: "S1" }],
        },
      ],
    });
    expect(events.map(({ node, type, cause, labels }) => [node, type, cause, labels])).toEqual([
      ["m-1", "admit", null, { cluster: "c1", entry: "ofr", sku: "H100", vendor: "oci" }],
      ["S9", "ban", "fabric", {}],
    ]);
    expect(runs).toEqual([
      {
        attemptId: "a",
        runIndex: 1,
        result: "fail",
        failedChecks: ["imex", "nccl"],
        nodeHours: null,
        labels: { vendor: "oci", sku: "H100", node_id: "m-1" },
      },
    ]);
  });
});
