import { inlineReader } from "@slipway/evidence";
import { commandProbe, defineCheck, type Check } from "@slipway/plugin-sdk";
import { Clusters, CLUSTERS_SCHEMA, Lane, LANE_SCHEMA } from "@slipway/policy";
import { describe, expect, it } from "vitest";
import { fleetOf } from "@slipway/fleet";
import { probesOnTrial } from "./canary-trials.ts";
import { positiveTrial, type CanaryPass } from "@slipway/fleet";
import type { StagedChange, World } from "@slipway/fleet";

const probe = (id: string) => commandProbe(id, { id, argv: [id], timeoutMs: 1000, usualSeconds: 1 });
/** A check that passes where its probe was collected. */
const check = (id: string): Check =>
  defineCheck({
    id,
    version: "1.0.0",
    title: id,
    probes: [{ probe: probe(id), why: "all" }],
    sections: {},
    needs: [],
    codes: {},
    judge: (evidence) => {
      evidence.read(id, { parse: () => true });
      return [];
    },
  });
const checks = new Map(["gpus", "rails", "virt"].map((id) => [id, check(id)]));

const world = (own: string, named: readonly string[]): World => ({
  checks,
  digests: {},
  fleet: fleetOf(
    {
      lanes: [
        {
          lane: Lane.parse({ schema: LANE_SCHEMA, lane: "slow", kind: "slow", passes: 1, checks: named }),
          file: "slow.yaml",
        },
      ],
      clusters: Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} }),
      expectations: [{ layer: "sku", name: "a", path: "a.yaml", text: `checks: ${own}\n` }],
    },
    checks,
  ),
});
const NAMED = ["gpus", "rails"];
const active = world("[gpus]", NAMED);
const staged = (kind: "expectation" | "lane" | "check", name: string, instead: World): StagedChange => ({
  build: { kind, name, version: "", digest: "new", body: null, state: "staged", first_seen: 0, since: 0, why: "" },
  world: instead,
  problem: undefined,
});

describe("a staged change of what a node has to prove", () => {
  const asked = (change: StagedChange) =>
    probesOnTrial([change], { sku: "a" }, NAMED, [probe("gpus")]).map(({ id }) => id);
  /** The trial of a pass that was judged by `[gpus]`, with these probes collected. */
  const tried = (change: StagedChange, ...collected: string[]) => {
    const record = { argv: [], exitCode: 0 };
    const pass: CanaryPass = {
      machine: 1,
      label: "pass 1",
      source: {
        node: { name: "n1" },
        outputs: new Map(collected.map((id) => [id, { record, stdout: Buffer.from("x\n"), stderr: Buffer.alloc(0) }])),
      },
      expectations: active.fleet.expectations.resolve({ sku: "a" }).expect,
      subject: { sku: "a" },
      checks: NAMED,
      image: null,
    };
    const reader = inlineReader((id) => checks.get(id));
    return positiveTrial(change, { active, reader, now: 0 }, pass);
  };

  it("has a check's probe collected that the node's `checks` adds, where the lane names it", () => {
    expect(asked(staged("expectation", "sku/a", world("[gpus, rails, virt]", NAMED)))).toEqual(["rails"]);
    expect(asked(staged("expectation", "sku/a", world("[gpus]", NAMED)))).toEqual([]);
  });

  it("has a check's probe collected that the lane adds, where the node's `checks` names it", () => {
    expect(asked(staged("lane", "slow", world("[gpus, virt]", ["gpus", "rails", "virt"])))).toEqual(["virt"]);
  });

  it("is tried by what each of both worlds requires", async () => {
    const more = staged("expectation", "sku/a", world("[gpus, rails]", NAMED));
    expect(await tried(more, "gpus", "rails")).toMatchObject({ active_verdict: "pass", staged_verdict: "pass" });
    expect(await tried(more, "gpus")).toMatchObject({ active_verdict: "pass", staged_verdict: "inconclusive" });
    const none = staged("expectation", "sku/a", world("[virt]", NAMED));
    expect(await tried(none, "gpus", "rails")).toMatchObject({
      active_verdict: "pass",
      staged_verdict: "inconclusive",
    });
  });

  it("makes no trial of a changed check that the node need not prove", async () => {
    expect(await tried(staged("check", "rails", active), "gpus", "rails")).toBeUndefined();
    expect(await tried(staged("check", "gpus", active), "gpus")).toMatchObject({ staged_verdict: "pass" });
  });
});
