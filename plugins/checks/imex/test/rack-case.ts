import type { Finding } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const MEMBERS = ["t0", "t1", "t2", "t3"];
export const FILE = "t0\nt1\nt2\nt3\n";
export const RESOLVE = "t0\t10.0.0.1\nt1\t10.0.0.2\nt2\t10.0.0.3\nt3\t10.0.0.4\n";

export interface Bundle {
  readonly name: string;
  readonly nodes?: string | ProbeSketch | undefined;
  readonly resolve?: string;
  /** Version of each member, by position, as this node sees it. */
  readonly versions?: readonly string[];
  readonly domain?: ProbeSketch;
  readonly imex?: unknown;
}

export const domainOf = (versions: readonly string[], status = "READY", named = true): ProbeSketch => ({
  stdout: JSON.stringify({
    nodes: Object.fromEntries(
      versions.map((version, index) => [
        index,
        { status, host: `10.0.0.${String(index + 1)}`, hostName: named ? `t${String(index)}` : "", version },
      ]),
    ),
    status: "UP",
  }),
});
const bundle = (given: Bundle) => {
  const {
    name,
    nodes = FILE,
    resolve = RESOLVE,
    versions = ["1", "1", "1", "1"],
    domain = domainOf(versions),
    imex = { model: "host", members: MEMBERS },
  } = given;
  const probes = {
    "imex-domain": domain,
    "imex-resolve": { stdout: resolve },
    ...("nodes" in given && given.nodes === undefined
      ? {}
      : { "imex-nodes": typeof nodes === "string" ? { stdout: nodes } : nodes }),
  };
  return { evidence: evidenceOf({ node: { name, rack: "r1" }, probes }), expected: imex === null ? {} : { imex } };
};
export const judge = (bundles: readonly Bundle[]): readonly Finding[] => check.judgeRack?.(bundles.map(bundle)) ?? [];
export const named = (bundles: readonly Bundle[]): string[] =>
  judge(bundles).map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`);
/** The four members, with changes by name. */
export const rack = (changes: Readonly<Record<string, Partial<Bundle>>> = {}, all: Partial<Bundle> = {}): Bundle[] =>
  MEMBERS.map((name) => ({ name, ...all, ...changes[name] }));
