import { simulate, tallyTable, value, type Attempt } from "@slipway/stats";
import { describe, expect, it } from "vitest";
import { simulationSentence, valueSentence } from "./sentences.ts";

const attempt = (attemptId: string, firstFailedRun: number | null, rest: Partial<Attempt> = {}): Attempt => ({
  attemptId,
  labels: {},
  firstFailedRun,
  failedChecks: firstFailedRun === null ? [] : ["dcdiag"],
  runsExecuted: firstFailedRun ?? 12,
  nodeHours: Array.from({ length: firstFailedRun ?? 12 }, () => 2),
  reban: firstFailedRun === null ? false : null,
  canaryProbability: null,
  admittedAsCanary: false,
  ...rest,
});
const admitted = (count: number, rebanned: number): Attempt[] =>
  Array.from({ length: count }, (_, at) => attempt(`p${String(at)}`, null, { reban: at < rebanned }));
const say = (attempts: readonly Attempt[], passes = 10, drop: readonly string[] = []): string =>
  simulate({ attempts, of: 12, passes: [passes], drop, windowDays: 30, endpoint: "hardware", asOf: null })
    .map(simulationSentence)
    .join("\n");

describe("simulationSentence", () => {
  it("says how many nodes fewer passes let in, the hours saved, and a bound where their re-ban rate is unknown", () => {
    // Two hours a run: two runs of each of the hundred, one of a, two of b.
    expect(say([...admitted(100, 30), attempt("a", 11), attempt("b", 12)])).toBe(
      "Requiring 10 passes instead of 12 would have let in 2 more nodes and saved 406 node-hours. None of these " +
        "nodes was ever in service, so their re-ban rate is unknown. If they are no better than the nodes that were " +
        "admitted it is between 22 % and 100 %. Turn on canaries to measure it (about 93 needed).",
    );
  });

  it("says that few canaries tell no rate, and gives the canaries' rate when there are enough", () => {
    const canaries = (count: number): Attempt[] =>
      Array.from({ length: count }, (_, at) =>
        attempt(`c${String(at)}`, 11, { admittedAsCanary: true, canaryProbability: 1, reban: at < 2 }),
      );
    expect(say([...admitted(10, 1), ...canaries(3)])).toContain(
      "Of these nodes only 3 canaries were ever in service, which do not tell the re-ban rate of all: it is unknown.",
    );
    expect(say([...admitted(10, 1), ...canaries(10)])).toContain(
      "Of these, 10 were let in as canaries, by a coin: by them the re-ban rate of all is 20 % (6-51 %).",
    );
  });

  it("says when no node is added, when the number added is only bounded, and when no node was admitted", () => {
    expect(say(admitted(3, 0), 12)).toBe("Requiring 12 passes would have let in no more nodes and saved 0 node-hours.");
    expect(say([...admitted(3, 0), attempt("a", 2)], 12, ["dcdiag"])).toContain(
      "Requiring 12 passes, without dcdiag, would have let in between 0 and 1 more node",
    );
    expect(say([attempt("a", 11)])).toContain("Nothing is known of admitted nodes to bound it by.");
  });

  it("never predicts what refused nodes would have done in service", () => {
    expect(say([...admitted(100, 30), attempt("a", 11)])).not.toMatch(/would have re-banned|re-bans? saved/);
  });
});

describe("valueSentence", () => {
  const said = (admittedRate?: number): string[] =>
    value(
      tallyTable([
        { run: 1, reached: 8404, firstFailures: 440, nodeHoursPerRun: 2 },
        { run: 2, reached: 7964, firstFailures: 44, nodeHoursPerRun: 2 },
        { run: 3, reached: 0, firstFailures: 0, nodeHoursPerRun: 2 },
      ]),
      admittedRate === undefined ? {} : { admittedRate },
    ).map(valueSentence);

  it("says how many nodes a run failed, how many of those failures were real, and its price as a range", () => {
    expect(said()).toEqual([
      "Run 1 failed 440 of 8,404 nodes (5.24 %). Between 373 and 440 of these were real; 38 node-hours per failure found.",
      "Run 2 failed 44 of 7,964 nodes (0.55 %). Between 0 and 44 of these were real; 362 node-hours per failure found.",
      "No node came to run 3.",
    ]);
    expect(said(0.03)[1]).toContain(
      "362 node-hours per failure found, at least 362 and at most 12,067 per re-ban avoided",
    );
  });
});
