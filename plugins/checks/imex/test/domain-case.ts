import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const NAMES = ["a", "b", "c", "d"];

export interface Node {
  readonly status?: unknown;
  readonly host?: unknown;
  readonly hostName?: unknown;
  readonly version?: unknown;
}
export interface Case {
  readonly members?: readonly string[];
  readonly model?: string;
  readonly version?: string;
  readonly status?: unknown;
  /** Changes to the nodes of the four members, by name; a further name is a further node; null takes one away. */
  readonly nodes?: Readonly<Record<string, Node | null>>;
  /** Status words by direction, such as `ab`; null = not listed. */
  readonly pairs?: Readonly<Record<string, unknown>>;
  readonly resolve?: ProbeSketch | undefined;
  readonly domain?: ProbeSketch;
}

export const addressOf = (name: string): string => `10.0.0.${String(name.charCodeAt(0) - 96)}`;

export function document({ status = "UP", nodes = {}, pairs = {} }: Case): string {
  const listed = [...new Set([...NAMES, ...Object.keys(nodes)])].filter((name) => nodes[name] !== null);
  const entries = listed.map((name, index) => {
    const connections = listed.flatMap((peer, to) =>
      pairs[name + peer] === null ? [] : [[to, { host: "x", status: pairs[name + peer] ?? "CONNECTED" }]],
    );
    return [
      index,
      {
        status: "READY",
        host: addressOf(name),
        hostName: name,
        version: "580.1",
        connections: Object.fromEntries(connections) as unknown,
        ...nodes[name],
      },
    ];
  });
  return JSON.stringify({ nodes: Object.fromEntries(entries) as unknown, timestamp: "1/1/2026 00:00:00.000", status });
}

export function judge(given: Case = {}): CheckJudgement {
  const {
    members = NAMES,
    model = "host",
    version,
    resolve = { stdout: NAMES.map((name) => `${name}\t${addressOf(name)}\n`).join("") },
  } = given;
  return runCheck(
    check,
    evidenceOf({
      node: { name: "n1" },
      probes: {
        "imex-local": { stdout: "READY\n" },
        "imex-domain": given.domain ?? { stdout: document(given) },
        "imex-nodes": { stdout: members.map((member) => `${member}\n`).join("") },
        ...("resolve" in given && given.resolve === undefined ? {} : { "imex-resolve": resolve }),
      },
    }),
    { imex: { model, members, domainActive: true, version } },
  );
}

/** The verdict, then `code scope` of each finding. */
export const answer = (given: Case = {}): string[] => {
  const { verdict, findings } = judge(given);
  return [verdict, ...findings.map(({ code, scope }) => `${code} ${scope.id}`)];
};
/** Both directions between a name and every other one. */
export const around = (name: string, word: unknown): Record<string, unknown> =>
  Object.fromEntries(
    NAMES.filter((other) => other !== name).flatMap((other) => [
      [name + other, word],
      [other + name, word],
    ]),
  );
export const both = (pair: string, word: unknown): Record<string, unknown> => ({
  [pair]: word,
  [`${pair.charAt(1)}${pair.charAt(0)}`]: word,
});
