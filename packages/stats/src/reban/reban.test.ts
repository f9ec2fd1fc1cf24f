import { describe, expect, it } from "vitest";
import { ask, cell, oneOf, spell } from "../../test/reban-spells.ts";
import { dataQuality, ranked, reban } from "./reban.ts";

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
