import { answer, type Answer, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { DAMAGED, printed } from "../test/printed.ts";
import check from "./index.ts";

const EXPECTED = { __SECTION__: { __KEY__: __EXPECTED__ } };

const judge = (probe: string | ProbeSketch, expectations: object = EXPECTED): Answer =>
  answer(check, { probes: { "__PROBE__": probe }, expect: { ...expectations } });

describe("__ID__ by its rules", () => {
  it("G1 passes with the expected version and fails with any other", () => {
    expect(judge(printed("__VALUE__")).said).toEqual(["pass"]);
    for (const version of ["0.0.0", "__VALUE__.1", "__VALUE__ __VALUE__"])
      expect(judge(printed(version)).said, version).toEqual([
        "fail",
        "firmware-wrong fail configuration node node-1",
      ]);
  });

  it("says what is expected, what was read, and where", () => {
    const [finding] = judge(printed("0.0.0")).findings;
    expect(finding).toMatchObject({
      message: "The firmware is 0.0.0, not __VALUE__.",
      expected: "__VALUE__",
      observed: "0.0.0",
      evidence: [{ probe: "__PROBE__" }],
    });
    expect(finding?.evidence[0]?.line ?? finding?.evidence[0]?.path).toBeTruthy();
  });

  it("G8 takes a word that stands for no value for no version", () => {
    for (const word of ["N/A", "[Not Supported]", "Unknown Error", ""]) {
      const { said, findings } = judge(printed(word));
      expect(said, word).toEqual(["inconclusive", "firmware-unreadable inconclusive tool node node-1"]);
      expect(findings[0]).toMatchObject({ message: "No firmware version is printed.", observed: word });
    }
  });

  it("G3 is inconclusive where the version is absent, doubled, or the text was cut", () => {
    for (const text of DAMAGED)
      expect(judge(text).said, text).toEqual(["inconclusive", "evidence-unusable inconclusive tool node node-1"]);
  });

  it("G11 is inconclusive without an expectation", () => {
    expect(judge(printed("__VALUE__"), {}).said).toEqual([
      "inconclusive",
      "expectation-missing inconclusive configuration node node-1",
    ]);
  });

  it("asks one probe of a node", () => {
    expect(check.probes.map(({ probe }) => probe.id)).toEqual(["__PROBE__"]);
  });
});
