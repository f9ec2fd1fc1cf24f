import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidenceOf } from "@slipway/testkit";
import { domainFormat } from "./parse-domain.ts";

const WHOLE = `Nodes:
Node #0   * 10.9.0.1 *       - READY                - Version: 580.95.09       - Hostname: x1
Node #1   - 10.9.0.2         - UNAVAILABLE          - Version:                 - Hostname: x2

 Nodes From\\To  0   1
       0        C   N
       1        I   I

Domain State: DOWN
`;

function essence(stdout: string): unknown {
  const reading = evidenceOf({ probes: { "imex-domain": stdout } }).read("imex-domain", domainFormat);
  if (!reading.usable || reading.value.kind !== "answer") throw new Error(JSON.stringify(reading));
  const { nodes, status, shown } = reading.value.value;
  return { nodes, status, shown };
}

const noise = fc.oneof(
  fc.string().map((text) => text.replaceAll("\n", " ")),
  fc.constantFrom(
    "Node #0   - 10.255.0.1 - UNAVAILABLE",
    "Domain State: UP",
    " Nodes From\\To  0   1",
    "       0        C   C",
    "connection refused",
    '{"level":"warn"}',
    "Failed to read node configuration file",
    "\uFFFD",
  ),
);

describe("I11 by its law", () => {
  it("lines before the list of nodes change nothing, whatever they say", () => {
    fc.assert(
      fc.property(fc.array(noise.filter((line) => line.trim() !== "Nodes:")), (before) => {
        expect(essence([...before, WHOLE].join("\n"))).toEqual(essence(WHOLE));
      }),
    );
  });
});
