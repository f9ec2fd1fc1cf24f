import { describe, expect, it } from "vitest";
import { StatsInputError } from "../input-error.ts";
import type { Attempt, Spell } from "../model.ts";
import { decodeCube, encodeCube } from "./codec.ts";
import { LiveCube, liveCubeOf } from "./live-cube.ts";

const options = { required: 3, by: ["vendor"] };
const attempt = (attemptId: string, firstFailedRun: number | null, rest: Partial<Attempt> = {}): Attempt => ({
  attemptId,
  labels: { vendor: "oci" },
  firstFailedRun,
  failedChecks: firstFailedRun === null ? [] : ["dcdiag"],
  runsExecuted: firstFailedRun ?? 3,
  nodeHours: Array.from({ length: firstFailedRun ?? 3 }, () => 2),
  reban: null,
  canaryProbability: null,
  admittedAsCanary: false,
  ...rest,
});
const spell = (admissionId: string, days: number, cause: Spell["cause"], enteredDays = 0): Spell => ({
  admissionId,
  days,
  cause,
  enteredDays,
  labels: { vendor: "oci" },
  node: null,
  startedAt: null,
  attemptId: null,
});

describe("a cube worked by hand", () => {
  const rows = [
    attempt("a", null, { reban: true }),
    attempt("b", null),
    attempt("c", 3, { admittedAsCanary: true, reban: false }),
    attempt("d", 2, { failedChecks: ["imex", "dcdiag"] }),
    attempt("e", 1),
    attempt("f", null, { runsExecuted: 1, nodeHours: [2] }),
  ];
  const { cube } = liveCubeOf(options, rows);

  it("answers every threshold at once", () => {
    expect(
      cube
        .thresholds()
        .map(({ passes, admitted, incomplete, added, nodeHoursSaved, reached, firstFailures }) => [
          passes,
          admitted,
          incomplete,
          added,
          nodeHoursSaved,
          reached,
          firstFailures,
        ]),
    ).toEqual([
      [1, 2, 1, 2, 14, 6, 1],
      [2, 2, 1, 1, 6, 4, 1],
      [3, 2, 1, 0, 0, 3, 1],
    ]);
  });

  it("bounds what a dropped check leaves open, and expects what was seen (A14)", () => {
    const [one, two, three] = cube.thresholds({ drop: ["dcdiag"] });
    expect(one).toMatchObject({ added: 3, uncertain: 0, expected: 3, nodeHoursSaved: 14 });
    // Run 2 was made by four and failed by imex once; run 3 by three and failed by dcdiag alone.
    expect(two).toMatchObject({ added: 1, uncertain: 1, expected: 1.75, nodeHoursSaved: null });
    expect(three).toMatchObject({ added: 1, uncertain: 1, expected: 1.75 });
  });

  it("keeps the canary arm apart from those that nobody let in", () => {
    expect(cube.thresholds()[0]?.standing).toEqual({
      policy: { notAdmitted: 1, notFollowed: 0, kept: 0, rebanned: 0 },
      canary: { notAdmitted: 0, notFollowed: 0, kept: 1, rebanned: 0 },
      override: { notAdmitted: 0, notFollowed: 0, kept: 0, rebanned: 0 },
    });
    const override = liveCubeOf(options, [attempt("a", 2, { reban: true })]).cube;
    expect(override.thresholds()[0]?.standing.override.rebanned).toBe(1);
  });

  it("knows no hours where those of one attempt are not known, and knows them where that one made no run", () => {
    const { cube: partly } = liveCubeOf(options, [attempt("a", null), attempt("b", 2, { nodeHours: null })]);
    expect(partly.thresholds().map(({ nodeHoursSaved }) => nodeHoursSaved)).toEqual([null, 2, 0]);
  });

  it("leaves other lanes out, and takes none in", () => {
    const fast = attempt("a", null, { labels: { vendor: "oci", lane: "fast" } });
    expect(liveCubeOf(options, [fast]).cube.thresholds()[0]).toMatchObject({ admitted: 0, incomplete: 0 });
    expect(() => new LiveCube(options).putAttempt(fast)).toThrow(/lane fast/);
  });

  it("has nothing to count of nothing, and says so of a rate", () => {
    const { cube: empty } = liveCubeOf(options, []);
    expect(empty.thresholds()).toHaveLength(3);
    expect(empty.rate(30, "hardware")).toMatchObject({ estimate: null, status: "no_data", n: 0 });
    expect(decodeCube(encodeCube(empty)).thresholds({ drop: ["dcdiag"] })).toEqual(empty.thresholds());
  });
});

describe("rates of a cube", () => {
  it("hold a ban at the very end of the window, and not one an hour later", () => {
    const { cube } = liveCubeOf(
      options,
      [],
      [spell("a", 30, "hardware"), spell("b", 30 + 1 / 24, "hardware"), spell("c", 0, "fabric"), spell("d", 89, null)],
    );
    expect(cube.rate(30, "hardware")).toMatchObject({ estimate: 0.5, events: 2, n: 4 });
  });

  it("re-classify a ban by touching one admission", () => {
    const live = liveCubeOf(options, [], [spell("a", 3, "hardware"), spell("b", 60, null)]);
    live.putSpell(spell("a", 3, "workload"));
    expect(live.cube.rate(30, "hardware")).toMatchObject({ estimate: 0, n: 2 });
    expect(live.cube.rate(30, "workload")).toMatchObject({ estimate: 0.5 });
    expect(live.cube.curve(30, "workload").at(-1)).toMatchObject({ days: 30, rate: 0.5 });
  });

  it("have no window beyond 90 days, and no label that tells no cell apart", () => {
    const { cube } = liveCubeOf(options, [], [spell("a", 200, "hardware")]);
    expect(cube.rate(90, "hardware")).toMatchObject({ estimate: 0, events: 0, at_risk_at_window: 1 });
    expect(() => cube.rate(91, "hardware")).toThrow(StatsInputError);
    expect(() => cube.curve(0, "hardware")).toThrow(StatsInputError);
    expect(() => cube.rate(30, "hardware", { rack: "r1" })).toThrow(/not told apart by rack/);
  });
});

describe("the bytes of a cube", () => {
  const bytes = encodeCube(
    liveCubeOf(options, [attempt("a", 2), attempt("b", null)], [spell("a", 3, "hardware", 1)]).cube,
  );

  it("say what they are no cube for", () => {
    expect(() => decodeCube(new Uint8Array(40))).toThrow(/no cube/);
    for (const length of [4, 20, 200, bytes.length - 1])
      expect(() => decodeCube(bytes.subarray(0, length)), String(length)).toThrow(StatsInputError);
    const later = bytes.slice();
    later[8] = 2;
    expect(() => decodeCube(later)).toThrow(/version 2/);
  });

  it("hold no cell, check or set that only a revised row had", () => {
    const live = liveCubeOf(options, [
      attempt("a", 2, { labels: { vendor: "azure" }, failedChecks: ["a-check", "imex"] }),
      attempt("b", null),
    ]);
    live.putAttempt(attempt("a", 2));
    live.putSpell(spell("a", 3, "hardware", 1));
    expect([...encodeCube(live.cube)]).toEqual([...bytes]);
  });
});

describe("a cube's limits", () => {
  it("are said, and leave what was there as it was", () => {
    expect(() => new LiveCube({ ...options, required: 0 })).toThrow(StatsInputError);
    const live = liveCubeOf(options, [attempt("a", 2)]);
    const before = [...encodeCube(live.cube)];
    expect(() =>
      live.putAttempt(attempt("a", 1, { failedChecks: Array.from({ length: 33 }, (_, at) => `check-${String(at)}`) })),
    ).toThrow(/more than 32 checks/);
    expect([...encodeCube(live.cube)]).toEqual(before);
  });

  it("in sets of checks leave a row as it was when its revision is refused", () => {
    const set = (bits: number): string[] =>
      Array.from({ length: 17 }, (_, bit) => `check-${String(bit)}`).filter((_, bit) => (bits >>> bit) & 1);
    const live = liveCubeOf(options, [attempt("a", 1, { failedChecks: set(1) })]);
    for (let bits = 2; bits <= 0xffff; bits += 1) live.putAttempt(attempt("b", 1, { failedChecks: set(bits) }));
    expect(() => live.putAttempt(attempt("a", 1, { failedChecks: set(0x1_0000) }))).toThrow(/different sets/);
    expect(live.cube.thresholds()[0]?.firstFailures).toBe(2);
    live.removeAttempt("a");
    live.removeAttempt("b");
    expect(live.cube.thresholds()[0]?.firstFailures).toBe(0);
  });
});

describe("a row that cannot be", () => {
  it.each([
    ["a first failing run that was not made", attempt("a", 3, { runsExecuted: 2 })],
    ["a failing run 0", attempt("a", 0)],
    ["hours below 0", attempt("a", null, { nodeHours: [-1, 1, 1] })],
    ["hours that are no number", attempt("a", null, { nodeHours: [Number.NaN] })],
    ["hours that no column holds", attempt("a", null, { nodeHours: [1_200_000] })],
  ])("is refused as the exact path refuses it, and changes nothing: %s", (_, row) => {
    const live = liveCubeOf(options, [attempt("a", 2)]);
    const before = [...encodeCube(live.cube)];
    expect(() => live.putAttempt(row)).toThrow(StatsInputError);
    expect([...encodeCube(live.cube)]).toEqual(before);
  });

  it.each([
    ["days below 0", spell("a", -1, null)],
    ["days that are no number", spell("a", Number.NaN, "hardware")],
    ["days without end", spell("a", Infinity, null)],
    ["an end before it was seen", spell("a", 1, "hardware", 5)],
    ["a ban at the instant it was first seen", spell("a", 5, "hardware", 5)],
  ])("has no rate: %s", (_, row) => {
    const live = liveCubeOf(options, [], [spell("a", 3, "hardware")]);
    const before = [...encodeCube(live.cube)];
    expect(() => live.putSpell(row)).toThrow(StatsInputError);
    expect([...encodeCube(live.cube)]).toEqual(before);
  });

  it("is one that is there twice", () => {
    expect(() => liveCubeOf(options, [attempt("a", 2), attempt("a", 2)])).toThrow(/attempt a is there twice/);
    expect(() => liveCubeOf(options, [], [spell("a", 2, null), spell("a", 3, null)])).toThrow(
      /admission a is there twice/,
    );
  });

  it("is none for its age: 200 years in service count as beyond 90 days", () => {
    expect(liveCubeOf(options, [], [spell("a", 73_000, "hardware")]).cube.rate(90, "hardware")).toMatchObject({
      estimate: 0,
      n: 1,
      at_risk_at_window: 1,
    });
  });
});
