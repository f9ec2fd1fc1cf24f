import { describe, expect, expectTypeOf, it } from "vitest";
import type { CodeMeaning } from "./check.ts";
import { findingsOf, unusable } from "./findings.ts";

const codes = {
  "fan-stopped": { verdict: "fail", causes: ["hardware", "platform"], meaning: "It stands.", remedy: "Replace it." },
  "fan-unread": { verdict: "inconclusive", causes: ["tool"], meaning: "Not read.", remedy: "Collect again." },
} as const satisfies Record<string, CodeMeaning>;
const finding = findingsOf(codes);
const scope = { kind: "node", id: "n" } as const;

describe("the builder of a check's findings", () => {
  it("takes verdict and sole cause from the code, and leaves out what is undefined", () => {
    expect(finding("fan-unread", { scope, message: "Not read.", expected: undefined, observed: "N/A" })).toEqual({
      code: "fan-unread",
      verdict: "inconclusive",
      cause: "tool",
      scope,
      message: "Not read.",
      observed: "N/A",
      evidence: [],
    });
    expect(finding("fan-stopped", { scope, cause: "platform", message: "It stands." }).cause).toBe("platform");
  });

  it("is refused by the compiler for a cause that the code does not declare, and without one of several", () => {
    type Details<Code extends keyof typeof codes> = Parameters<typeof finding<Code>>[1];
    expectTypeOf<Details<"fan-stopped">["cause"]>().toEqualTypeOf<"hardware" | "platform">();
    expectTypeOf<Details<"fan-unread">["cause"]>().toEqualTypeOf<"tool" | undefined>();
    expectTypeOf<Parameters<typeof finding>[0]>().toEqualTypeOf<"fan-stopped" | "fan-unread">();
  });

  it("G3 says of a probe that a check cannot use why", () => {
    expect(unusable("fans", "its table has no head", scope)).toMatchObject({
      code: "evidence-unusable",
      verdict: "inconclusive",
      message: "The probe fans cannot be used: its table has no head.",
      evidence: [{ probe: "fans" }],
    });
  });
});
