import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { expect } from "vitest";
import check from "../src/index.ts";

export const NAMES = ["a", "b", "c"];
export const ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

interface Case {
  readonly members?: readonly string[];
  readonly model?: string;
  /** Text of the nodes file, or how its probe went. */
  readonly nodes?: string | ProbeSketch | undefined;
  readonly resolve?: string | ProbeSketch | undefined;
  /** Host of each node of the domain; host names are NAMES unless `anonymous`. */
  readonly hosts?: readonly string[];
  readonly hostNames?: readonly string[];
}

export function judge(given: Case = {}): CheckJudgement {
  const {
    members = NAMES,
    model = "host",
    nodes = "a\nb\nc\n",
    resolve = "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\n",
    hosts = ADDRESSES,
    hostNames = NAMES,
  } = given;
  const entries = hosts.map((host, index) => [
    index,
    {
      status: "READY",
      host,
      hostName: hostNames[index],
      connections: Object.fromEntries(hosts.map((_, peer) => [peer, { status: "CONNECTED" }])),
    },
  ]);
  const sketch = (value: string | ProbeSketch): ProbeSketch => (typeof value === "string" ? { stdout: value } : value);
  return runCheck(
    check,
    evidenceOf({
      node: { name: "n1" },
      probes: {
        "imex-local": { stdout: "READY\n" },
        "imex-domain": { stdout: JSON.stringify({ nodes: Object.fromEntries(entries) as unknown, status: "UP" }) },
        ...("nodes" in given && given.nodes === undefined ? {} : { "imex-nodes": sketch(nodes) }),
        ...("resolve" in given && given.resolve === undefined ? {} : { "imex-resolve": sketch(resolve) }),
      },
    }),
    { imex: { model, members, domainActive: true } },
  );
}

/** The verdict, then `code scope` of each finding. */
export const answer = (given: Case): string[] => {
  const { verdict, findings } = judge(given);
  expect(findings.filter(({ scope }) => scope.kind !== "node")).toEqual([]);
  return [verdict, ...findings.map(({ code, scope }) => `${code} ${scope.id}`)];
};
