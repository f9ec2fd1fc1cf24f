// A check that what its node prints can hang or end, as an error in a parser would.
import { commandProbe, defineCheck, type Format } from "@slipway/plugin-sdk";

const text: Format<string> = { parse: (output) => output.stdout.trim() };

export default defineCheck({
  id: "easily-killed",
  version: "1.0.0",
  title: "Can be hung or ended by its node",
  probes: [{ probe: commandProbe("p", { id: "p", argv: ["p"], timeoutMs: 1_000, usualSeconds: 1 }), why: "all" }],
  sections: {},
  needs: [],
  codes: {},
  judge: (evidence) => {
    const reading = evidence.read("p", text);
    const said = reading.usable ? reading.value : "";
    if (said === "exit") process.exit(7);
    if (said === "throw") throw new Error("planted");
    const filled: string[] = [];
    while (said === "hang" || said === "fill") if (said === "fill") filled.push(`line ${String(filled.length)}`);
    return [];
  },
});
