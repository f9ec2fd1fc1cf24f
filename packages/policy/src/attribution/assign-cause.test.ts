import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignCause, NEAR_MS, type BanFacts, type NearFinding, type NearJob } from "./assign-cause.ts";
import { Xids, XIDS_SCHEMA, xidCauses, xidsIn } from "./xids.ts";

const AT = Date.UTC(2026, 4, 28);
const facts = (over: Partial<BanFacts> = {}): BanFacts => ({
  cause: "unknown",
  at: AT,
  reason: "",
  findings: [],
  jobs: undefined,
  ...over,
});
const finding = (over: Partial<NearFinding> = {}): NearFinding => ({
  check: "dcdiag",
  code: "test-failed",
  verdict: "fail",
  cause: "hardware",
  scope: "gpu 3",
  message: "Test memory failed.",
  after: false,
  ...over,
});
const workload = finding({
  check: "xid",
  code: "xid-workload",
  verdict: "pass",
  cause: "workload",
  message: "Xid 31 on GPU 0000:3b:00: memory page fault, caused by the job.",
});
const job = (over: Partial<NearJob> = {}): NearJob => ({
  jobId: "j7",
  start: AT - 3_600_000,
  end: AT,
  state: "FAILED",
  bannedWith: 1,
  places: 1,
  ...over,
});
const cause = (over: Partial<BanFacts>, xids = xidCauses()): [string, BanCause] | undefined => {
  const assigned = assignCause(facts(over), xids);
  return assigned === undefined ? undefined : [assigned.rule, assigned.cause];
};

describe("the cause of a ban", () => {
  it.each<[string, Partial<BanFacts>, [string, BanCause] | undefined]>([
    ["a proven fault", { findings: [finding()] }, ["fault-found", "hardware"]],
    [
      "the first by precedence",
      { findings: [finding({ cause: "configuration" }), finding({ cause: "fabric" })] },
      ["fault-found", "fabric"],
    ],
    [
      "a proven fault over what a job did",
      { findings: [finding(), workload], jobs: [job({ bannedWith: 9, places: 4 })] },
      ["fault-found", "hardware"],
    ],
    [
      "a proven fault over what a sender said",
      { cause: "workload", findings: [finding()] },
      ["fault-found", "hardware"],
    ],
    ["a fault found after the ban", { findings: [finding({ after: true })] }, ["fault-found", "hardware"]],
    [
      "a configuration found after the ban",
      { findings: [finding({ cause: "configuration", after: true })] },
      undefined,
    ],
    ["what is inconclusive", { findings: [finding({ verdict: "inconclusive" })] }, undefined],
    ["a tool that failed", { findings: [finding({ cause: "tool" })] }, undefined],
    ["an unknown cause found", { findings: [finding({ cause: "unknown" })] }, undefined],
    ["an Xid of a fault in words", { reason: "NVRM: Xid (PCI:0000:b5:00): 79, pid=1" }, ["xid-named", "hardware"]],
    ["both kinds of Xid in words", { reason: "xids 13, 48" }, ["xid-named", "hardware"]],
    ["words against what a sender said", { cause: "platform", reason: "Xid 79" }, undefined],
    ["an Xid of a job, jobs untold", { findings: [workload] }, ["workload-xid", "workload"]],
    ["an Xid of a job in words", { reason: "XID: 31 again" }, ["workload-xid", "workload"]],
    ["an Xid of a job that ran", { findings: [workload], jobs: [job()] }, ["workload-xid", "workload"]],
    ["an Xid of a job where none ran", { findings: [workload], jobs: [] }, undefined],
    ["an Xid of a job after the ban", { findings: [{ ...workload, after: true }] }, undefined],
    ["an Xid of a job against what a sender said", { cause: "hardware", findings: [workload] }, undefined],
    [
      "a job on many nodes in two places",
      { jobs: [job({ bannedWith: 3, places: 2 })] },
      ["job-on-many-nodes", "workload"],
    ],
    ["a job on many nodes of one rack", { jobs: [job({ bannedWith: 18, places: 1 })] }, undefined],
    ["a job on one node", { jobs: [job()] }, undefined],
    ["a job that the node failed", { jobs: [job({ bannedWith: 3, places: 3, state: "NODE_FAIL" })] }, undefined],
    ["a job that goes on", { jobs: [job({ bannedWith: 3, places: 3, end: null })] }, undefined],
    [
      "a workload where no job ran",
      { cause: "workload", jobs: [job({ end: AT - NEAR_MS - 1 })] },
      ["idle-node", "unknown"],
    ],
    ["a workload where one ended just in time", { cause: "workload", jobs: [job({ end: AT - NEAR_MS })] }, undefined],
    [
      "a workload where one started too late",
      { cause: "workload", jobs: [job({ start: AT + 1, end: null })] },
      ["idle-node", "unknown"],
    ],
    ["a workload, jobs untold", { cause: "workload" }, undefined],
    ["nothing", {}, undefined],
  ])("%s", (_name, over, expected) => {
    expect(cause(over)).toEqual(expected);
  });

  it("uses the fleet's own table of Xid codes where there is one", () => {
    const table = xidCauses(Xids.parse({ schema: XIDS_SCHEMA, causes: { "79": "platform", "999": "workload" } }));
    expect(cause({ reason: "Xid 79" }, table)).toEqual(["xid-named", "platform"]);
    expect(cause({ reason: "Xid 999" }, table)).toEqual(["workload-xid", "workload"]);
    expect(Xids.safeParse({ schema: XIDS_SCHEMA, causes: { "79": "tool" } }).success).toBe(false);
  });

  it("names the evidence for a new cause, and gives no cause that the ban has already", () => {
    expect(assignCause(facts({ findings: [finding()] }), xidCauses())?.reason).toBe(
      "dcdiag found test-failed on gpu 3: hardware",
    );
    const causes = fc.constantFrom(...BAN_CAUSES);
    const anyFinding = fc
      .record({
        check: fc.constantFrom("xid", "dcdiag"),
        verdict: fc.constantFrom("pass" as const, "fail" as const, "inconclusive" as const),
        cause: fc.constantFrom(...BAN_CAUSES, "tool" as const),
        after: fc.boolean(),
      })
      .map(finding);
    fc.assert(
      fc.property(
        causes,
        fc.array(anyFinding, { maxLength: 4 }),
        fc.constantFrom("", "Xid 31", "Xid 48"),
        fc.option(
          fc.array(
            fc
              .integer({ min: -30, max: 30 })
              .map((minutes) => job({ start: AT + (minutes - 5) * 60_000, end: AT + minutes * 60_000 })),
            { maxLength: 2 },
          ),
          { nil: undefined },
        ),
        (said, findings, reason, jobs) => {
          const assigned = assignCause(facts({ cause: said, findings, reason, jobs }), xidCauses());
          expect(assigned?.cause).not.toBe(said);
          if (assigned?.cause === "workload") expect(said).toBe("unknown");
          if (assigned !== undefined) expect(assigned.reason).not.toBe("");
        },
      ),
    );
  });
});

it.each<[string, readonly number[]]>([
  ["Xid 79", [79]],
  ["xids 13 and 31, then Xid=13", [13, 31]],
  ["NVRM: Xid (PCI:0000:b5:00 GPU-I:05): 45, Ch 1", [45]],
  ["SXid 24007", []],
  ["taxid 12 and 7 GPUs", []],
  ["Xid", []],
  [`Xid ${" ".repeat(50_000)}79`, []],
])("the Xid codes in the text %j are found", (text, expected) => {
  expect(xidsIn(text)).toEqual(expected);
});
