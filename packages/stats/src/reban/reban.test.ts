import type { BanCause } from "@slipway/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Spell } from "../model.ts";
import { compareRebans, parseComparison } from "./compare.ts";
import type { RebanQuestion } from "./question.ts";
import { rateOf } from "./rate.ts";
import { dataQuality, ranked, reban, type RebanAnswer } from "./reban.ts";

let made = 0;
function spell(
  days: number,
  cause: BanCause | null,
  labels: Readonly<Record<string, string>> = {},
  rest: Partial<Spell> = {},
): Spell {
  made += 1;
  return {
    admissionId: `a${String(made)}`,
    days,
    cause,
    enteredDays: 0,
    labels,
    node: null,
    startedAt: null,
    attemptId: null,
    ...rest,
  };
}

/** Admissions of one cell: so many banned for hardware on day 5, the others followed for 60 days. */
const cell = (banned: number, n: number, labels: Readonly<Record<string, string>>): Spell[] =>
  Array.from({ length: n }, (_, at) => (at < banned ? spell(5, "hardware", labels) : spell(60, null, labels)));

const ask = (question: Partial<RebanQuestion> = {}): RebanQuestion => ({
  windows: [30],
  endpoint: "hardware",
  asOf: "2026-03-31T00:00:00Z",
  ...question,
});
const oneOf = (answers: readonly RebanAnswer[]): RebanAnswer => {
  expect(answers).toHaveLength(1);
  return answers[0] as RebanAnswer;
};

describe("reban", () => {
  const spells = [
    ...cell(3, 10, { vendor: "oci", sku: "H100", cluster: "o-1" }),
    ...cell(1, 20, { vendor: "oci", sku: "H100", cluster: "o-2" }),
    ...cell(0, 5, { vendor: "azure", sku: "GB300", cluster: "z-1" }),
  ];

  it("answers as slipway/reban@1, with what it rests on", () => {
    const answer = oneOf(reban(cell(1, 4, { vendor: "oci" }), ask()));
    expect(Object.keys(answer)).toEqual([
      "schema",
      "cell",
      "window_days",
      "endpoint",
      "estimate",
      "status",
      "interval",
      "bounds",
      "n",
      "events",
      "censored",
      "at_risk_at_window",
      "by_cause",
      "net",
      "unknown_either_way",
      "small",
      "excluded",
      "as_of",
      "definition_version",
      "assumptions",
    ]);
    expect(answer).toMatchObject({
      schema: "slipway/reban@1",
      cell: {},
      window_days: 30,
      estimate: 0.25,
      n: 4,
      as_of: "2026-03-31T00:00:00Z",
      definition_version: "stats/1",
    });
    expect(answer.assumptions).toContain(
      "events are first terminal bans of every class but workload; terminal workload bans compete",
    );
  });

  it("I2 has one cell without `by`, also of nothing, and objects by the names of `by` otherwise", () => {
    expect(reban([], ask()).map(({ cell: each, status }) => [each, status])).toEqual([[{}, "no_data"]]);
    expect(reban(spells, ask({ by: ["vendor", "cluster"] })).map(({ cell: each, n }) => [each, n])).toEqual([
      [{ vendor: "azure", cluster: "z-1" }, 5],
      [{ vendor: "oci", cluster: "o-1" }, 10],
      [{ vendor: "oci", cluster: "o-2" }, 20],
    ]);
    expect(reban([spell(1, null, { cell: "A" })], ask({ by: ["cell"] })).map(({ cell: each }) => each)).toEqual([
      { cell: "A" },
    ]);
    expect(reban([spell(1, null)], ask({ by: ["vendor"] })).map(({ cell: each }) => each)).toEqual([{ vendor: null }]);
  });

  it("I1 answers declared cells without admissions: no data, and everything possible", () => {
    const answers = reban(spells, ask({ by: ["vendor"], cells: ["coreweave", "oci"] }));
    expect(answers.map(({ cell: each }) => each["vendor"])).toEqual(["azure", "coreweave", "oci"]);
    expect(answers[1]).toMatchObject({
      status: "no_data",
      n: 0,
      estimate: null,
      interval: null,
      bounds: { lo: 0, hi: 1 },
    });
    expect(
      reban(spells, ask({ by: ["vendor", "cluster"], cells: ["oci/o-3"] })).map(({ cell: each }) => each["cluster"]),
    ).toContain("o-3");
    expect(() => reban(spells, ask({ cells: ["oci"] }))).toThrow(/declared by the labels/);
    expect(() => reban(spells, ask({ by: ["vendor", "cluster"], cells: ["oci"] }))).toThrow(
      /a value for each of vendor\/cluster/,
    );
  });

  it("answers every window of a cell in the order asked", () => {
    expect(
      reban(spells, ask({ by: ["vendor"], windows: [30, 7, 90] })).map(({ cell: each, window_days, status }) => [
        each["vendor"],
        window_days,
        status,
      ]),
    ).toEqual([
      ["azure", 30, "ok"],
      ["azure", 7, "ok"],
      ["azure", 90, "insufficient_follow_up"],
      ["oci", 30, "ok"],
      ["oci", 7, "ok"],
      ["oci", 90, "insufficient_follow_up"],
    ]);
    expect(() => reban(spells, ask({ windows: [] }))).toThrow(/no window/);
  });

  it("filters by the values of labels", () => {
    expect(oneOf(reban(spells, ask({ where: { vendor: ["oci"], cluster: ["o-1", "z-1"] } }))).n).toBe(10);
    expect(oneOf(reban(spells, ask({ where: { owner: ["nobody"] } }))).status).toBe("no_data");
  });

  it("leaves overrides, canaries and unvalidated admissions out of post-OFR rates, and counts them", () => {
    const kinds = ["ofr", "new", "move", "maintenance", "override", "canary", "canary", "unvalidated"].map((entry) =>
      spell(60, null, { entry }),
    );
    expect(oneOf(reban([...kinds, spell(60, null)], ask()))).toMatchObject({
      n: 5,
      excluded: { canary: 2, override: 1, unvalidated: 1 },
    });
    expect(oneOf(reban(kinds, ask({ population: "canary" }))).n).toBe(2);
    expect(reban(kinds, ask({ by: ["entry"] })).map(({ cell: each, n }) => [each["entry"], n])).toEqual([
      ["canary", 2],
      ["maintenance", 1],
      ["move", 1],
      ["new", 1],
      ["ofr", 1],
      ["override", 1],
      ["unvalidated", 1],
    ]);
    expect(oneOf(reban(kinds, ask({ where: { entry: ["override"] } }))).n).toBe(1);
  });

  it("I6 shrinks the cells of each vendor by themselves, and ranks by nothing else", () => {
    const answers = reban(spells, ask({ by: ["vendor", "cluster"], cells: ["oci/o-9"] }));
    const [azure, first, second, empty] = answers;
    expect(azure?.shrunken).toEqual({ estimate: 0, lo: null, hi: null, prior_strength: null });
    expect(first?.shrunken?.estimate).toBeLessThan(0.3);
    expect(second?.shrunken?.estimate).toBeGreaterThan(0.05);
    expect(empty).toMatchObject({ status: "no_data", estimate: null, shrunken: { estimate: 4 / 30 } });
    expect(first?.estimate).toBeCloseTo(0.3, 12);
    expect(ranked(answers).map(({ cell: each }) => each["cluster"])).toEqual(["o-1", "o-2", "z-1"]);
    expect(reban(spells, ask({ by: ["vendor"] }))[0]?.shrunken).toBeUndefined();
  });

  it("flags cells of fewer than 20 admissions", () => {
    expect(reban(spells, ask({ by: ["cluster"] })).map(({ small }) => small)).toEqual([true, false, true]);
  });

  it("A18 standardises vendors by the SKUs of all of them, and says when their order reverses", () => {
    // In each SKU x is better, and it has more of the worse one.
    const mix = [
      ...cell(1, 10, { vendor: "x", sku: "s" }),
      ...cell(36, 90, { vendor: "x", sku: "t" }),
      ...cell(18, 90, { vendor: "y", sku: "s" }),
      ...cell(5, 10, { vendor: "y", sku: "t" }),
    ];
    const [x, y] = reban(mix, ask({ by: ["vendor"], standardise: "sku" }));
    expect(x?.estimate).toBeCloseTo(0.37, 12);
    expect(y?.estimate).toBeCloseTo(0.23, 12);
    expect(x?.standardised?.estimate).toBeCloseTo(0.5 * 0.1 + 0.5 * 0.4, 12);
    expect(y?.standardised?.estimate).toBeCloseTo(0.5 * 0.2 + 0.5 * 0.5, 12);
    expect([x?.standardised?.ranking_reverses, y?.standardised?.ranking_reverses]).toEqual([true, true]);
  });

  it("A18 has no standardised rate of a vendor without one of the SKUs, or not followed in one", () => {
    const [azure, oci] = reban(spells, ask({ by: ["vendor"], standardise: "sku" }));
    expect([azure?.standardised, oci?.standardised]).toEqual([
      { estimate: null, ranking_reverses: false },
      { estimate: null, ranking_reverses: false },
    ]);
    expect(
      oneOf(
        reban(
          [...cell(2, 8, { vendor: "x", sku: "s" }), spell(3, null, { vendor: "x", sku: "t" })],
          ask({ by: ["vendor"], standardise: "sku" }),
        ),
      ).standardised?.estimate,
    ).toBeNull();
    expect(() => reban(spells, ask({ by: ["vendor", "sku"], standardise: "sku" }))).toThrow(/vendors alone/);
  });

  const march = (day: number): number => Date.UTC(2026, 2, day);
  it("A20 keeps of a mature cohort the admissions whose window has ended, and censors those that moved", () => {
    const rows = [
      spell(5, "hardware", {}, { startedAt: march(1) }),
      spell(10, null, {}, { startedAt: march(1) }),
      spell(30, null, {}, { startedAt: march(1) }),
      spell(2, "hardware", {}, { startedAt: march(2) }),
    ];
    const answer = oneOf(reban(rows, ask({ mature: true, endpoint: "any" })));
    expect(answer).toMatchObject({ n: 3, events: 1, censored: 1, at_risk_at_window: 1 });
    expect(answer.assumptions).toContain("mature cohort: only admissions whose window has ended");
    expect(() => reban([spell(5, null)], ask({ mature: true }))).toThrow(/needs the time of each admission/);
  });

  it("makes a cell of each month of admission", () => {
    const rows = [
      spell(5, null, { vendor: "oci" }, { startedAt: march(0) }),
      spell(5, null, { vendor: "oci" }, { startedAt: march(1) }),
    ];
    expect(reban(rows, ask({ cohort: "month", by: ["vendor"] })).map(({ cell: each }) => each)).toEqual([
      { vendor: "oci", cohort: "2026-02" },
      { vendor: "oci", cohort: "2026-03" },
    ]);
    expect(() => reban([spell(5, null)], ask({ cohort: "month" }))).toThrow(/needs the time of each admission/);
  });

  it("draws the curve from day 0 to the end, ending in the rate and interval of the answer", () => {
    const rows = [
      spell(2, "hardware"),
      spell(3, "workload"),
      spell(9, "hardware"),
      spell(12, null),
      spell(60, null),
      spell(60, null),
    ];
    const { curve, estimate, interval } = oneOf(reban(rows, ask({ curve: true })));
    expect(curve?.map(({ days, at_risk }) => [days, at_risk])).toEqual([
      [0, 6],
      [2, 6],
      [9, 4],
      [30, 2],
    ]);
    expect(curve?.at(-1)).toMatchObject({ rate: estimate, lo: interval?.lo, hi: interval?.hi });
    expect(oneOf(reban([], ask({ curve: true }))).curve).toEqual([]);
    expect(
      oneOf(reban([spell(0, "hardware"), spell(4, null)], ask({ curve: true }))).curve?.map(({ days, rate }) => [
        days,
        rate,
      ]),
    ).toEqual([
      [0, 0.5],
      [4, 0.5],
    ]);
    expect(
      oneOf(reban([spell(1, "workload"), spell(4, null)], ask({ curve: true }))).curve?.map(({ days, rate }) => [
        days,
        rate,
      ]),
    ).toEqual([
      [0, 0],
      [4, 0],
    ]);
  });

  it("warns that nodes of one NVL72 rack fail together", () => {
    const warns = (sku: string): boolean =>
      oneOf(reban([spell(60, null, { sku })], ask())).assumptions.some((line) => line.includes("NVL72"));
    expect([warns("GB300"), warns("Standard_ND128isr_GB300_v6"), warns("H100")]).toEqual([true, true, false]);
  });

  it("says in words what was asked, and what was left out", () => {
    const rows = [spell(3, null, { entry: "override" }), spell(60, null, {}, { enteredDays: 2 }), spell(4, null)];
    const { assumptions } = oneOf(reban(rows, ask({ followNode: true })));
    expect(assumptions).toContain("left out as populations of their own: 1 override");
    expect(assumptions.some((line) => line.startsWith("follow the node"))).toBe(true);
    expect(assumptions.some((line) => line.startsWith("late rows"))).toBe(true);
    expect(assumptions.some((line) => line.startsWith("admissions whose follow-up ended early"))).toBe(true);
  });

  it("has a data-quality line also of a file that no rule fired on", () => {
    expect(dataQuality()).toEqual({
      schema: "slipway/data-quality@1",
      duplicate_rows: 0,
      coalesced_bans: 0,
      skew_clamped: 0,
      orphan_bans: 0,
      duplicate_admits: 0,
      implicit_leaves: 0,
      after_as_of: 0,
    });
  });
});

describe("compareRebans", () => {
  const spells = [
    ...cell(56, 70, { vendor: "a", sku: "s" }),
    ...cell(48, 80, { vendor: "b", sku: "s" }),
    ...cell(2, 2, { vendor: "c", sku: "s" }),
  ];

  it("gives the difference with Newcombe's interval, and standardised for vendors", () => {
    const [found] = compareRebans(spells, ask(), { label: "vendor", values: ["a", "b"] });
    expect(found?.difference).toBeCloseTo(0.2, 12);
    expect(found?.interval).toMatchObject({ method: "newcombe-hybrid", level: 0.95 });
    // Stat. Med. 17, 1998, 873-890, table II, 56/70 less 48/80 by method 10.
    expect([found?.interval?.lo.toFixed(4), found?.interval?.hi.toFixed(4)]).toEqual(["0.0524", "0.3339"]);
    expect(found?.standardised_difference).toBeCloseTo(0.2, 12);
    expect(found?.ranking_reverses).toBe(false);
    expect(found?.rates.map(({ cell: each }) => each["vendor"])).toEqual(["a", "b"]);
  });

  it("has no difference where a rate is not known, and no interval where one has none", () => {
    expect(compareRebans(spells, ask(), { label: "vendor", values: ["a", "nobody"] })[0]).toMatchObject({
      difference: null,
      interval: null,
      ranking_reverses: false,
    });
    expect(compareRebans(spells, ask(), { label: "vendor", values: ["c", "b"] })[0]).toMatchObject({
      difference: 0.4,
      interval: null,
    });
    expect(compareRebans(spells, ask(), { label: "sku", values: ["s", "t"] })[0]).toMatchObject({
      difference: null,
      ranking_reverses: null,
      standardised_difference: null,
    });
  });

  it("reads a comparison, and nothing else", () => {
    expect(parseComparison("vendor=oci,coreweave")).toEqual({ label: "vendor", values: ["oci", "coreweave"] });
    for (const text of ["vendor", "vendor=oci", "=a,b", "vendor=a,a", "vendor=a,b,c", "vendor=,b"])
      expect(() => parseComparison(text)).toThrow(/compares nothing/);
  });
});

const anySpell = fc
  .record({
    days: fc.integer({ min: 0, max: 240 }),
    cause: fc.option(fc.constantFrom("hardware" as const, "fabric" as const, "unknown" as const, "workload" as const)),
    vendor: fc.constantFrom("x", "y"),
    cluster: fc.constantFrom("1", "2", "3"),
    entry: fc.constantFrom("ofr", "canary"),
  })
  .map(({ days, cause, ...labels }) => spell(days / 4, cause, labels));

describe("reban, whatever the admissions", () => {
  const question = ask({ by: ["vendor", "cluster"], windows: [7, 30], curve: true });

  it("has the same bytes in every order, and when the file is split and put together again", () => {
    fc.assert(
      fc.property(
        fc
          .array(anySpell, { maxLength: 50 })
          .chain((rows) =>
            fc.tuple(
              fc.constant(rows),
              fc.shuffledSubarray(rows, { minLength: rows.length }),
              fc.integer({ min: 0, max: 50 }),
            ),
          ),
        ([rows, shuffled, cut]) => {
          const answer = JSON.stringify(reban(rows, question));
          expect(JSON.stringify(reban(shuffled, question))).toBe(answer);
          expect(JSON.stringify(reban([...rows.slice(cut), ...rows.slice(0, cut)], question))).toBe(answer);
        },
      ),
    );
  });

  it("adds admissions, events and censorings over cells up to those of the filter", () => {
    fc.assert(
      fc.property(fc.array(anySpell, { maxLength: 50 }), (rows) => {
        const cells = reban(rows, ask({ by: ["vendor", "cluster"] }));
        const all = oneOf(reban(rows, ask()));
        for (const key of ["n", "events", "censored", "at_risk_at_window"] as const)
          expect(cells.reduce((sum, each) => sum + each[key], 0)).toBe(all[key]);
      }),
    );
  });

  it("permutes the answers when cells are renamed", () => {
    const renamed: Readonly<Record<string, string>> = { "1": "3", "2": "1", "3": "2" };
    fc.assert(
      fc.property(fc.array(anySpell, { maxLength: 50 }), (rows) => {
        const other = rows.map((each) => ({
          ...each,
          labels: { ...each.labels, cluster: renamed[each.labels["cluster"] ?? ""] ?? "" },
        }));
        const bare = (answers: readonly RebanAnswer[], name: (cluster: string) => string): string[] =>
          answers
            .map((each) =>
              JSON.stringify({ ...each, cell: { ...each.cell, cluster: name(each.cell["cluster"] ?? "") } }),
            )
            .sort();
        // Sums over a vendor's cells add in another order, so that shrunken rates may differ in their last digits.
        const by = ask({ by: ["cluster"], curve: true });
        expect(bare(reban(other, by), (cluster) => cluster)).toEqual(
          bare(reban(rows, by), (cluster) => renamed[cluster] ?? ""),
        );
      }),
    );
  });

  it("never has 0 in JSON for what is not known", () => {
    fc.assert(
      fc.property(fc.array(anySpell, { maxLength: 6 }), (rows) => {
        for (const answer of reban(rows, ask({ cells: ["9"], by: ["cluster"], windows: [45] }))) {
          const parsed = JSON.parse(JSON.stringify(answer)) as RebanAnswer;
          if (answer.status !== "ok")
            expect(
              [
                parsed.estimate,
                parsed.interval,
                parsed.net,
                ...Object.values(parsed.by_cause),
                ...Object.values(parsed.unknown_either_way),
              ].every((value) => value === null),
            ).toBe(true);
          else
            expect(parsed.estimate).toBe(
              rateOf(
                rows.filter(({ labels }) => labels["cluster"] === answer.cell["cluster"] && labels["entry"] === "ofr"),
                45,
                "hardware",
              ).estimate,
            );
        }
      }),
    );
  });
});
