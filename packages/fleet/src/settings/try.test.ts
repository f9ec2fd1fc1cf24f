import { inlineReader } from "@slipway/evidence";
import { commandProbe, defineCheck, type Finding, type Format, type ProbeOutput } from "@slipway/plugin-sdk";
import { CLUSTERS_SCHEMA, Clusters } from "@slipway/policy";
import { memoryBlobs, memoryStore } from "@slipway/store/memory";
import { passRow, validationRow } from "@slipway/store/testing";
import { expect, it } from "vitest";
import { fleetOf } from "../files/fleet.ts";
import { tryStored } from "./try.ts";
import type { StagedChange, World } from "./worlds.ts";

const whole: Format<ProbeOutput> = { parse: (output) => output };
const finding = (message: string): Finding => ({
  code: "spoiled",
  verdict: "inconclusive",
  cause: "tool",
  scope: { kind: "node", id: "n1" },
  message,
  evidence: [],
});

/** A check that passes where its probe's bytes are text, it printed no warning and the node's vendor is known. */
const careful = defineCheck({
  id: "careful",
  version: "1.0.0",
  title: "careful",
  probes: [{ probe: commandProbe("p", { id: "p", argv: ["p"], timeoutMs: 1_000, usualSeconds: 1 }), why: "all" }],
  sections: {},
  needs: [],
  codes: { spoiled: { verdict: "inconclusive", causes: ["tool"], meaning: "m", remedy: "r" } },
  judge: (evidence) => {
    const reading = evidence.read("p", whole);
    if (!reading.usable) return [finding(reading.reason)];
    if (reading.output.damaged) return [finding("damaged")];
    if (reading.output.stderr !== "") return [finding("a warning")];
    return evidence.node.vendor === "oci" ? [] : [finding("no vendor")];
  },
});
const world: World = {
  checks: new Map([[careful.id, careful]]),
  digests: {},
  fleet: fleetOf(
    { lanes: [], clusters: Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} }), expectations: [] },
    new Map([[careful.id, careful]]),
  ),
};
const change: StagedChange = {
  build: {
    kind: "check",
    name: "careful",
    version: "1.0.0",
    digest: "new",
    body: null,
    state: "staged",
    first_seen: 0,
    since: 0,
    why: "",
  },
  world,
  problem: undefined,
};
const record = {
  argv: ["p"],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  startedAt: "2026-01-01T00:00:00Z",
  durationMs: 1,
};

/** What a staged check makes of a canary node's stored pass, whose probe left these bytes. */
async function tried(stdout: Buffer, stderr = "", { lost = false } = {}): Promise<readonly string[]> {
  const [store, blobs] = [memoryStore(), memoryBlobs()];
  const [out = "", err = "", expectations = ""] = await blobs.put([stdout, Buffer.from(stderr), Buffer.from("{}")]);
  if (lost) {
    await blobs.remove([err], 0);
    await blobs.purge(0, async () => new Set());
  }
  await store.transaction(async (tx) => {
    await tx.insert("canary_nodes", [{ machine: 1, pool: "c", since: 0, by: "t", active: true }]);
    await tx.insert("validations", [validationRow(1, { machine: 1, vendor: "oci" })]);
    await tx.insert("passes", [
      passRow(1, {
        machine: 1,
        node: "n1",
        judged_by: {
          checks: { careful: { version: "1.0.0", digest: "old" } },
          lane: "",
          expectations,
          image: null,
        },
        evidence: { p: { record, out, err: stderr === "" ? null : err, size: stdout.length } },
      }),
    ]);
  });
  const reader = inlineReader(() => careful);
  await tryStored(store, blobs, { changes: [change], active: world, reader, injected: () => [], now: 1 });
  const trials = await store.transaction((tx) => tx.find("canary_trials", {}));
  return trials.map(({ staged_verdict, why }) => `${staged_verdict} ${why}`);
}

it("judges a canary node's stored pass with its vendor, as the pass was judged", async () => {
  expect(await tried(Buffer.from("whole\n"))).toEqual(["pass pass 1/1/1"]);
});

it("judges stored output with bytes that are no UTF-8 as damaged, as the pass was judged", async () => {
  expect(await tried(Buffer.from([0x6e, 0xff, 0x0a]))).toEqual(["inconclusive pass 1/1/1: careful: damaged"]);
  expect(await tried(Buffer.from("\uFFFD\n"))).toEqual(["pass pass 1/1/1"]);
});

it("makes no trial of a pass whose stderr is gone", async () => {
  expect(await tried(Buffer.from("whole\n"), "warning\n")).toEqual(["inconclusive pass 1/1/1: careful: a warning"]);
  expect(await tried(Buffer.from("whole\n"), "warning\n", { lost: true })).toEqual([]);
});
