import type { CheckJudgement } from "@slipway/domain";
import { defineCheck } from "@slipway/plugin-sdk";
import { memoryStore } from "@slipway/store/memory";
import { banRow, placementRow } from "@slipway/store/testing";
import { beforeEach, expect, it } from "vitest";
import { breakerFor } from "./breaker-facts.ts";
import type { RunnerParts, Validation } from "../worker/parts.ts";
import { ChangeSet } from "@slipway/reconciler";

const NOW = 3_600_000;
const check = defineCheck({
  id: "ports",
  version: "2.0.0",
  title: "Ports are there",
  probes: [],
  sections: {},
  needs: [],
  codes: {
    "port-missing": {
      verdict: "fail",
      causes: ["hardware"],
      meaning: "A port is gone.",
      remedy: "Look for it.",
      formerly: ["rail-missing"],
    },
  },
  judge: () => [],
});
const parts = {
  fleet: { clusters: { breaker: { share: 0.05, atLeast: 2 } }, ownerOfCheck: () => "fabric" },
  judging: () => Promise.resolve({ checks: new Map([[check.id, check]]) }),
} as unknown as RunnerParts;
const validation = { id: 1, machine: 2, rack: "r1", cluster: "a", sku: "h100" } as Validation;
const failing: CheckJudgement = {
  check: "ports",
  version: "2.0.0",
  verdict: "fail",
  findings: [
    {
      code: "port-missing",
      verdict: "fail",
      cause: "hardware",
      scope: { kind: "port", id: "mlx5_0/1" },
      message: "The port mlx5_0/1 is gone.",
      evidence: [],
    },
  ],
};

let store: ReturnType<typeof memoryStore>;
beforeEach(() => {
  store = memoryStore();
});

const place = (id: number) => placementRow(id, { sku: "h100", cluster: "a", rack: "r1", from_at: 0 });
const judged = (): ReturnType<typeof breakerFor> =>
  store.transaction((tx) => breakerFor({ parts, tx, change: new ChangeSet(NOW, "test", tx) }, validation, [failing]));

it("counts a ban recorded under a code's former name together with those under its current name", async () => {
  await store.transaction(async (tx) => {
    await tx.insert("placements", [place(1), place(2)]);
    await tx.insert("bans", [
      banRow(1, {
        cluster: "a",
        sku: "h100",
        at: NOW - 1,
        attribution: {
          findings: [
            { check: "ports", code: "rail-missing", cause: "hardware", scope: "port mlx5_3/1", message: "It is gone." },
          ],
          rule: "fault-found",
        },
      }),
    ]);
  });
  expect((await judged())?.reason).toContain("2 of 2 machines of rack r1 failed on port-missing (ports)");
});

it("holds failures that an open breaker item stops under the code's former name", async () => {
  await store.transaction((tx) =>
    tx.insert("items", [
      {
        id: 1,
        kind: "breaker",
        subject: "rack r1: rail-missing",
        owner: "fabric",
        title: "too many",
        detail: {},
        opened_at: 0,
        closed_at: null,
      },
    ]),
  );
  expect(await judged()).toEqual({ reason: "bans are stopped: too many", owner: "fabric" });
});
