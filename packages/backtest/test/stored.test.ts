import { join } from "node:path";
import { backtest, openJournal, type BacktestReport, type Flip, type Question } from "@slipway/backtest";
import { Lane, LANE_SCHEMA } from "@slipway/policy";
import type { Spell } from "@slipway/stats";
import { expect, it } from "vitest";
import { changedCheck, failsOn, plant, question, sideOf } from "./planted.ts";
import { AT, storedPasses, type StoredPasses } from "./stored-passes.ts";

let runs = 0;
async function answer(
  folder: string,
  { store }: StoredPasses,
  asked: Question,
  spells: readonly Spell[] = [],
): Promise<{ flips: Flip[]; report: BacktestReport }> {
  const journal = openJournal(join(folder, "journals"), `run-${String((runs += 1))}`, asked);
  try {
    const documents: (Flip | BacktestReport)[] = [];
    for await (const document of backtest(
      journal,
      { store, blobs: join(folder, "blobs"), admissions: async () => spells },
      { threads: 2 },
    ))
      documents.push(document);
    const report = documents.pop();
    if (report?.schema !== "slipway/backtest@1") throw new Error("the last line is no report");
    return { flips: documents as Flip[], report };
  } finally {
    journal.close();
  }
}

const asked = (change: Question["change"], more: Partial<Question> = {}): Question =>
  question(change, null, { asOf: AT + 86_400_000, sinceDays: 30, ...more });
const spell = (attempt: number, entry: string, days: number, cause: Spell["cause"]): Spell => ({
  admissionId: `a${String(attempt)}`,
  days,
  cause,
  enteredDays: 0,
  labels: { vendor: "oci", sku: "H100", cluster: "c1", entry },
  node: `m-${String(attempt)}`,
  startedAt: AT,
  attemptId: `${String(attempt)}/1`,
});
const none = (...runIndexes: readonly number[]) => runIndexes.map((run) => ({ run, virt: "none" }));

it("ends attempts by both sides: refused for certain, and let in within bounds where the first failure hid later runs (A14)", async () => {
  using planted = plant();
  const passes = storedPasses(join(planted.folder, "blobs"));
  await passes.validation(1, [...none(1, 2), { run: 3, virt: "none kvm" }]);
  await passes.validation(2, none(1, 2, 3));
  await passes.validation(3, [{ run: 1, virt: "xen", verdict: "fail" }]);
  await passes.validation(4, [...none(1, 2), { run: 3, virt: "xen", verdict: "fail" }]);
  await passes.validation(5, [
    { run: 1, virt: "xen", verdict: "fail" },
    { run: 2, virt: "xen none", verdict: "fail", kind: "after-failure" },
    { run: 3, virt: "kvm", kind: "after-failure" },
  ]);
  await passes.validation(6, none(1, 2), { finished_at: null, status: "running" });
  const change = changedCheck(
    "virt",
    planted.check("virt", "1.0.0", failsOn("xen")),
    planted.check("virt", "2.0.0", failsOn("kvm")),
  );
  const spells = [
    spell(1, "ofr", 5, "hardware"),
    spell(2, "ofr", 40, null),
    spell(3, "canary", 3, "hardware"),
    spell(4, "override", 40, null),
  ];
  const { report, flips } = await answer(planted.folder, passes, asked(change), spells);
  expect(flips.map(({ bundle, before, after }) => `${bundle} ${before}→${after}`)).toEqual([
    "1/1/3 pass→fail",
    "3/1/1 fail→pass",
    "4/1/3 fail→pass",
    "5/1/1 fail→pass",
    "5/1/2 fail→pass",
    "5/1/3 pass→fail",
  ]);
  expect(flips[0]).toMatchObject({ machine: "m-1", node: "n1", segment: "fleet", of: "virt" });
  expect(report.attempts).toEqual({
    judged: 5,
    unchanged: 2,
    flips: { "fail→open": 1, "fail→pass": 1, "pass→fail": 1 },
    newly_refused: { lo: 1, hi: 1 },
    // Attempt 3 lacks runs 2 and 3. By the changed check run 2 failed 0 of 5 times, run 3 failed 2 of 4 times.
    newly_admitted: { lo: 1, hi: 2, expected: 1.5 },
    unfinished: 1,
    unknown: 0,
    cut: 0,
  });
  expect(report.admissions?.newly_refused[0]).toMatchObject({
    cell: {},
    n: 1,
    events: 1,
    window_days: 30,
    estimate: 1,
  });
  expect(report.admissions?.newly_refused[1]).toMatchObject({
    cell: { vendor: "oci", sku: "H100", cluster: "c1" },
    n: 1,
  });
  expect(report.admissions?.newly_admitted).toMatchObject({
    point: null,
    identified: false,
    bounds_none: [0, 1],
    bounds_monotone: [0.5, 1],
  });
  expect(report.admissions?.newly_admitted.bounds_monotone_ci?.[0]).toBeLessThan(0.5);
  expect(report.admissions?.let_in_otherwise).toMatchObject({
    canary: { n: 1, events: 1 },
    override: { n: 1, events: 0 },
  });
  expect(report).toMatchObject({
    source: "database",
    drift: 0,
    since: "2025-12-12T00:00:00Z",
    as_of: "2026-01-11T00:00:00Z",
  });
});

it("judges the bytes, not what was stored of them, and counts what has expired", async () => {
  using planted = plant();
  const passes = storedPasses(join(planted.folder, "blobs"));
  await passes.validation(1, [{ run: 1, virt: "gone" }, ...none(2, 3)]);
  await passes.validation(2, [{ run: 1, virt: "xen", verdict: "pass" }, ...none(2, 3)]);
  await passes.validation(3, none(1, 2, 3), { created_at: AT - 40 * 86_400_000, finished_at: AT - 39 * 86_400_000 });
  await passes.validation(4, [...none(2, 3), { run: 1, virt: "none", at: AT - 40 * 86_400_000 }]);
  const [gone = ""] = await passes.blobs.put([Buffer.from("gone")]);
  await passes.blobs.remove([gone], 0);
  await passes.blobs.purge(0, async () => new Set());
  const check = planted.check("virt", "1.0.0", failsOn("xen"));
  const { report, flips } = await answer(
    planted.folder,
    passes,
    asked(changedCheck("virt", check, planted.check("virt", "1.0.1", failsOn("xen")))),
  );
  expect(flips).toEqual([]);
  expect(report).toMatchObject({
    bundles: 8,
    judged: 7,
    unchanged: 7,
    evidence_missing: 1,
    missing: { virt: 1 },
    drift: 1,
    drift_by: [{ check: "virt", stored: "pass", now: "fail", count: 1 }],
    attempts: { judged: 1, unknown: 1, cut: 1 },
  });
});

it("ends an attempt by all checks of its passes, and leaves passes alone that the check is not part of", async () => {
  using planted = plant();
  const passes = storedPasses(join(planted.folder, "blobs"));
  await passes.validation(1, [{ run: 1, virt: "xen ice", verdict: "fail", checks: { virt: "fail", other: "fail" } }]);
  await passes.validation(2, [{ run: 1, virt: "ice", verdict: "fail", checks: { other: "fail" } }]);
  await passes.validation(3, [
    { run: 1, virt: "kvm", checks: { virt: "pass", other: "pass" } },
    { run: 2, virt: "none", checks: { other: "pass" } },
    { run: 3, virt: "none", checks: { other: "pass" } },
  ]);
  const other = planted.check("other", "1.0.0", failsOn("ice"));
  const change = changedCheck(
    "virt",
    planted.check("virt", "1.0.0", failsOn("xen")),
    planted.check("virt", "2.0.0", failsOn("kvm")),
    { other },
  );
  const { report } = await answer(planted.folder, passes, asked(change));
  expect(report).toMatchObject({
    judged: 2,
    not_concerned: 3,
    flips: { "fail→pass": 1, "pass→fail": 1 },
    attempts: { judged: 2, unchanged: 1, flips: { "pass→fail": 1 } },
  });
});

it("compares lanes by attempts: fewer passes, a check dropped, more passes than were made", async () => {
  using planted = plant();
  const passes = storedPasses(join(planted.folder, "blobs"));
  const checks = {
    virt: planted.check("virt", "1.0.0", failsOn("xen")),
    other: planted.check("other", "1.0.0", failsOn("ice")),
  };
  const all = { virt: "pass", other: "pass" } as const;
  const lane = (more: object): Lane =>
    Lane.parse({ schema: LANE_SCHEMA, lane: "slow", kind: "slow", passes: 3, checks: ["virt", "other"], ...more });
  const asks = { checks: ["virt", "other"] };
  await passes.validation(
    1,
    [
      { run: 1, virt: "none", checks: all },
      { run: 2, virt: "none", checks: all },
      { run: 3, virt: "xen", verdict: "fail", checks: { ...all, virt: "fail" } },
    ],
    asks,
  );
  await passes.validation(2, [{ run: 1, virt: "ice", verdict: "fail", checks: { ...all, other: "fail" } }], asks);
  await passes.validation(
    3,
    [1, 2, 3].map((run) => ({ run, virt: "none", checks: all })),
    asks,
  );
  await passes.validation(4, [{ run: 1, virt: "none", checks: all }], { ...asks, lane: "gone" });
  const policy = async (next: object): Promise<{ flips: Flip[]; report: BacktestReport }> =>
    answer(
      planted.folder,
      passes,
      asked({
        kind: "policy",
        name: "slow",
        before: sideOf("running", checks, { lanes: [lane({})] }),
        after: sideOf("lane.yaml", checks, { lanes: [lane(next)] }),
        made: [],
      }),
    );
  const two = await policy({ passes: 2 });
  expect(two.report).toMatchObject({
    unit: "attempt",
    bundles: 8,
    judged: 3,
    unchanged: 2,
    flips: { "fail→pass": 1 },
    not_concerned: 1,
    attempts: { newly_admitted: { lo: 1, hi: 1, expected: null } },
  });
  expect(two.flips).toMatchObject([
    { of: "attempt", bundle: "1/1/3", before: "fail", after: "pass", findings_before: [{ check: "virt" }] },
  ]);
  const dropped = await policy({ checks: ["virt"] });
  expect(dropped.report).toMatchObject({
    flips: { "fail→open": 1 },
    attempts: { newly_admitted: { lo: 0, hi: 1, expected: 0.5 } },
  });
  expect(dropped.flips).toMatchObject([
    { bundle: "2/1/1", before: "fail", after: "open", findings_before: [{ check: "other" }], findings_after: [] },
  ]);
  const more = await policy({ passes: 5 });
  expect(more.report).toMatchObject({ flips: { "pass→open": 1 }, attempts: { newly_refused: { lo: 0, hi: 1 } } });
  expect(more.report.not_known.join()).toContain("lacks the runs that the changed lane asks for");
});

it("says of a span without passes that nothing was judged", async () => {
  using planted = plant();
  const passes = storedPasses(join(planted.folder, "blobs"));
  const check = planted.check("virt", "1.0.0", failsOn("xen"));
  const { report } = await answer(planted.folder, passes, asked(changedCheck("virt", check, check)));
  expect(report).toMatchObject({
    bundles: 0,
    judged: 0,
    flips: {},
    admissions: { newly_refused: [{ status: "no_data", n: 0 }] },
  });
  expect(report.not_known).toContain("no evidence lies in this span: nothing was judged");
});
