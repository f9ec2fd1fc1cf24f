// A check that fails nodes whose probe says anything but "well".
import { commandProbe, defineCheck, nodeScope, type Format } from "@slipway/plugin-sdk";

const text: Format<string> = { parse: (output) => output.stdout.trim() };

export default defineCheck({
  id: "steady",
  version: "1.0.0",
  title: "Says what is wrong",
  probes: [{ probe: commandProbe("p", { id: "p", argv: ["p"], timeoutMs: 1_000, usualSeconds: 1 }), why: "all" }],
  sections: {},
  needs: [],
  codes: { unwell: { verdict: "fail", causes: ["hardware"], meaning: "m", remedy: "r" } },
  judge: (evidence) => {
    const reading = evidence.read("p", text);
    if (!reading.usable || reading.value === "well") return [];
    return [
      {
        code: "unwell",
        verdict: "fail",
        cause: "hardware",
        scope: nodeScope(evidence),
        message: `It says ${reading.value}.`,
        evidence: [{ probe: "p" }],
      },
    ];
  },
});
