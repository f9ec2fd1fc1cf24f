import { describe, expect, it } from "vitest";
import { pass, read, START, validation } from "../../test/database-rows.ts";
import { attemptsOfRuns } from "./read-database.ts";

describe("readDatabase", () => {
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
