import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backtest, openJournal, type BacktestReport, type Flip, type Question } from "@slipway/backtest";
import { expect, it } from "vitest";
import { changedCheck, failsOn, plant, question, sideOf } from "./planted.ts";

let runs = 0;
async function answer(
  folder: string,
  asked: Question,
  { threads = 2, hangsMs }: { readonly threads?: number; readonly hangsMs?: number } = {},
): Promise<{ flips: Flip[]; report: BacktestReport; text: string }> {
  const journal = openJournal(join(folder, "journals"), `run-${String((runs += 1))}`, asked);
  try {
    const documents: (Flip | BacktestReport)[] = [];
    for await (const document of backtest(journal, undefined, {
      threads,
      ...(hangsMs === undefined ? {} : { hangsMs }),
    }))
      documents.push(document);
    const report = documents.pop();
    if (report?.schema !== "slipway/backtest@1") throw new Error("the last line is no report");
    return { flips: documents as Flip[], report, text: JSON.stringify([...documents, report]) };
  } finally {
    journal.close();
  }
}

it("tells each verdict that flips, with its evidence, by path and in order whatever the number of threads", async () => {
  using planted = plant();
  for (let index = 0; index < 40; index += 1)
    planted.bundle(`b${String(index).padStart(2, "0")}`, index % 4 === 0 ? "kvm" : index % 4 === 1 ? "xen" : "none", {
      cluster: index < 20 ? "c1" : "c2",
    });
  const change = changedCheck(
    "virt",
    planted.check("virt", "1.0.0", failsOn("xen")),
    planted.check("virt", "1.1.0", failsOn("kvm")),
  );
  const one = await answer(planted.folder, question(change, planted.bundles), { threads: 1 });
  const three = await answer(planted.folder, question(change, planted.bundles), { threads: 3 });
  expect(three.text).toBe(one.text);
  expect(one.flips.map(({ bundle }) => bundle)).toEqual(one.flips.map(({ bundle }) => bundle).toSorted());
  expect(one.flips[0]).toMatchObject({
    schema: "slipway/backtest-flip@1",
    bundle: "b00",
    node: "node-b00",
    machine: "S-b00",
    vendor: "oci",
    sku: "H100",
    cluster: "c1",
    segment: "fleet",
    of: "virt",
    before: "pass",
    after: "fail",
    findings_before: [],
    findings_after: [{ check: "virt", code: "virt-unexpected", evidence: [{ probe: "virt", line: 1 }] }],
  });
  expect(one.flips[0]?.bundle_hash).toMatch(/^[0-9a-f]{64}$/);
  expect(one.report).toMatchObject({
    unit: "bundle",
    bundles: 40,
    judged: 40,
    unchanged: 20,
    flips: { "fail→pass": 10, "pass→fail": 10 },
    errors: 0,
    drift: 0,
    attempts: null,
    admissions: null,
  });
  expect(one.report.cells.map(({ cell, judged, flips }) => [cell.cluster, judged, flips])).toEqual([
    ["c1", 20, { "fail→pass": 5, "pass→fail": 5 }],
    ["c2", 20, { "fail→pass": 5, "pass→fail": 5 }],
  ]);
  expect(Object.keys(one.report.per_segment)).toEqual(["fleet", "unknown"]);
});

it("counts what it cannot judge and says why: expired output, a probe nobody collected, a bundle that is none", async () => {
  using planted = plant();
  planted.bundle("a-well", "none");
  rmSync(join(planted.bundle("b-expired", "none"), "virt.out"));
  mkdirSync(join(planted.bundles, "c-broken"));
  writeFileSync(join(planted.bundles, "c-broken", "bundle.json"), "{");
  const old = planted.check("virt", "1.0.0", failsOn("xen"));
  const same = await answer(
    planted.folder,
    question(changedCheck("virt", old, planted.check("virt", "2.0.0", failsOn("kvm"))), planted.bundles),
  );
  expect(same.report).toMatchObject({
    judged: 1,
    unchanged: 1,
    evidence_missing: 1,
    probe_missing: 0,
    errors: 1,
    missing: { virt: 1 },
  });
  expect(same.report.error_list[0]).toMatchObject({ bundle: "c-broken" });
  const asksMore = planted.check("virt", "3.0.0", 'read("cmdline"); return [];', ["virt", "cmdline"]);
  const more = await answer(planted.folder, question(changedCheck("virt", old, asksMore), planted.bundles));
  expect(more.report).toMatchObject({ judged: 0, flips: {}, evidence_missing: 1, probe_missing: 1, errors: 1 });
  expect(more.report.not_known.join()).toContain("a probe that the changed side needs was never collected");
});

it("lets a proven fault count whatever else is missing", async () => {
  using planted = plant();
  planted.bundle("a", "kvm");
  const change = changedCheck(
    "virt",
    planted.check("virt", "1.0.0", "return [];"),
    planted.check("virt", "2.0.0", `read("cmdline"); ${failsOn("kvm")}`, ["virt", "cmdline"]),
  );
  expect((await answer(planted.folder, question(change, planted.bundles))).report).toMatchObject({
    judged: 1,
    probe_missing: 0,
  });
});

it("names the bundle on which a check throws, ends its thread or hangs, and goes on with the others", async () => {
  using planted = plant();
  for (let index = 0; index < 24; index += 1)
    planted.bundle(
      `b${String(index).padStart(2, "0")}`,
      index === 3 ? "throw" : index === 7 ? "exit" : index === 12 ? "hang" : "kvm",
    );
  const bad =
    'const said = read("virt"); if (said === "throw") throw new Error("planted"); if (said === "exit") ' +
    'process.exit(7); while (said === "hang"); return [finding("virt-unexpected", "fail")];';
  const { report, flips } = await answer(
    planted.folder,
    question(
      changedCheck(
        "virt",
        planted.check("virt", "1.0.0", 'read("virt"); return [];'),
        planted.check("virt", "2.0.0", bad),
      ),
      planted.bundles,
    ),
    { hangsMs: 1_000 },
  );
  expect(report).toMatchObject({ bundles: 24, judged: 21, errors: 3, flips: { "pass→fail": 21 } });
  expect(report.error_list.map(({ bundle }) => bundle)).toEqual(["b03", "b07", "b12"]);
  expect(report.error_list.map(({ why }) => why)).toEqual([
    expect.stringContaining("planted"),
    "the check ended its thread (7)",
    "judging took longer than 1 s",
  ]);
  expect(flips).toHaveLength(21);
});

it("refuses a side that cannot be loaded, and a folder that holds no evidence", async () => {
  using planted = plant();
  const well = planted.check("virt", "1.0.0", failsOn("xen"));
  await expect(answer(planted.folder, question(changedCheck("virt", well, well), planted.bundles))).rejects.toThrow(
    "holds no evidence bundle",
  );
  planted.bundle("a", "none");
  await expect(
    answer(
      planted.folder,
      question(changedCheck("virt", well, planted.check("other", "1.0.0", "return [];")), planted.bundles),
    ),
  ).rejects.toThrow("is not the check virt");
  await expect(
    answer(planted.folder, question(changedCheck("virt", well, well), join(planted.folder, "none"))),
  ).rejects.toThrow("cannot be read");
});

it("takes a check that was not there before as one that did not apply, and holds flips to and from inconclusive apart", async () => {
  using planted = plant();
  planted.bundle("a", "none");
  planted.bundle("b", "kvm");
  const made = planted.check("virt", "1.0.0", failsOn("kvm"));
  expect(
    (await answer(planted.folder, question(changedCheck("virt", undefined, made), planted.bundles))).report.flips,
  ).toEqual({ "not-applicable→fail": 1, "not-applicable→pass": 1 });
  const unsure = planted.check("virt", "2.0.0", 'return [finding("virt-unclear", "inconclusive")];');
  expect(
    (await answer(planted.folder, question(changedCheck("virt", made, unsure), planted.bundles))).report.flips,
  ).toEqual({ "fail→inconclusive": 1, "pass→inconclusive": 1 });
});

it("leaves out bundles that need not prove the check, and those of other days; links are not followed", async () => {
  using planted = plant();
  planted.bundle("a", "kvm");
  planted.bundle("b", "kvm", { expect: { checks: ["imex"] } });
  planted.bundle("late", "kvm", { collectedAt: "2026-03-01T00:00:00Z" });
  planted.bundle("deep/er/c", "kvm");
  const change = changedCheck(
    "virt",
    planted.check("virt", "1.0.0", failsOn("xen")),
    planted.check("virt", "2.0.0", failsOn("kvm")),
  );
  const { report, flips } = await answer(
    planted.folder,
    question(change, planted.bundles, { asOf: Date.parse("2026-01-02T00:00:00Z"), sinceDays: 7 }),
  );
  expect(report).toMatchObject({
    bundles: 3,
    judged: 2,
    not_concerned: 1,
    since: "2025-12-26T00:00:00Z",
    as_of: "2026-01-02T00:00:00Z",
  });
  expect(flips.map(({ bundle }) => bundle)).toEqual(["a", "deep/er/c"]);
});

it("reports where a stored judgement says otherwise, and does not believe it", async () => {
  using planted = plant();
  const dir = planted.bundle("a", "kvm");
  writeFileSync(
    join(dir, "judgement.json"),
    JSON.stringify({
      schema: "slipway/judgement@1",
      node: "node-a",
      verdict: "pass",
      checks: [{ check: "virt", version: "0.9.0", verdict: "pass", findings: [] }],
    }),
  );
  const now = planted.check("virt", "1.0.0", failsOn("kvm"));
  expect(
    (await answer(planted.folder, question(changedCheck("virt", now, now), planted.bundles))).report,
  ).toMatchObject({
    unchanged: 1,
    flips: {},
    drift: 1,
    drift_by: [{ check: "virt", stored: "pass", now: "fail", count: 1 }],
  });
});

it("judges by another expectations file: in its layer where its word was the last, or in the place of all", async () => {
  using planted = plant();
  const text = (virt: string): { layer: "cluster"; name: string; path: string; text: string } => ({
    layer: "cluster",
    name: "c1",
    path: "c1.yaml",
    text: `checks: [${virt}]\n`,
  });
  const never = planted.check("never", "1.0.0", 'read("virt"); return [finding("never-well", "fail")];');
  planted.bundle("files-word", "none", { expect: { checks: ["virt"] } });
  planted.bundle("racks-word", "none", { expect: { checks: ["virt", "virt"] } });
  const both = { virt: planted.check("virt", "1.0.0", 'read("virt"); return [];'), never };
  const layered = {
    kind: "expectation" as const,
    name: "cluster/c1",
    before: sideOf("before", both, { expectations: [text("virt")] }),
    after: sideOf("after", both, { expectations: [text("never")] }),
    made: [text("virt")],
  };
  const { report, flips } = await answer(planted.folder, question(layered, planted.bundles));
  expect(report.flips).toEqual({ "pass→fail": 1 });
  expect(flips).toMatchObject([{ bundle: "files-word", of: "node" }]);
  const whole = {
    ...layered,
    made: [],
    before: sideOf("before", both),
    after: sideOf("after", both, { whole: { checks: ["never"] } }),
  };
  expect((await answer(planted.folder, question(whole, planted.bundles))).report.flips).toEqual({ "pass→fail": 2 });
});
