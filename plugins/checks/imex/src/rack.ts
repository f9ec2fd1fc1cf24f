import {
  byText,
  disagreement,
  matchHosts,
  unusable,
  unusableFinding,
  type Evidence,
  type Expected,
  type ImexExpectations,
  type RackMember,
} from "@slipway/plugin-sdk";
import { entryKey } from "./address.ts";
import { finding, type Found } from "./codes.ts";
import type { DomainNode } from "./domain.ts";
import { identify } from "./members.ts";
import { membersOf, scopeOf } from "./names.ts";
import { domainFormat } from "./parse-domain.ts";
import { nodesFileFormat, resolutionFormat, type Answer } from "./parse-names.ts";

type Sections = { imex: typeof ImexExpectations };
type Imex = NonNullable<Expected<Sections>["imex"]>;

/** A bundle of the rack, under the name of the member it is. */
interface Seen {
  readonly name: string;
  readonly evidence: Evidence;
}

/**
 * Rule I9 and the rack view: the members of one domain have one nodes file, byte for byte, and each
 * reports the same version of itself; every member was looked at.
 */
export function judgeRack(rack: readonly RackMember<Sections>[]): Found[] {
  const bundles = rack.map(({ evidence }) => evidence).sort((a, b) => byText(a.node.name, b.node.name));
  const lists = new Map(
    rack.flatMap(({ expected: { imex } }) =>
      runsImex(imex) ? [[domainKey(imex.members), imex.members] as const] : [],
    ),
  );
  const findings = [...lists]
    .sort(([a], [b]) => byText(a, b))
    .flatMap(([key, names]) => {
      const asking = rack
        .filter(({ expected: { imex } }) => runsImex(imex) && domainKey(imex.members) === key)
        .map(({ evidence }) => evidence);
      return judgeMembers([...names].sort(byText), bundles, asking);
    });
  // Lists of members that overlap would name a node twice.
  return findings.filter(
    ({ code, scope }, index) =>
      findings.findIndex((other) => other.code === code && other.scope.id === scope.id) === index,
  );
}

/** IMEX should run on this node, with these members. */
function runsImex(imex: Imex | undefined): imex is Imex & { members: string[] } {
  if (imex?.model === undefined || imex.model === "none" || imex.members === undefined || imex.members.length === 0)
    return false;
  return imex.model !== "per-domain" || imex.domainActive === true;
}

function domainKey(names: readonly string[]): string {
  return JSON.stringify([...new Set(names.map(entryKey))].sort(byText));
}

function judgeMembers(names: readonly string[], bundles: readonly Evidence[], asking: readonly Evidence[]): Found[] {
  const bundleOf = matchBundles(names, bundles);
  const matched = new Set(bundleOf.values());
  const seen: Seen[] = [
    ...[...bundleOf].map(([name, evidence]) => ({ name, evidence })),
    // A node that expects this domain and is none of its members by name still has a file to compare.
    ...asking.filter((evidence) => !matched.has(evidence)).map((evidence) => ({ name: evidence.node.name, evidence })),
  ];
  const absent = names
    .filter((name) => !bundleOf.has(name))
    .map((name) =>
      finding("rack-member-missing", {
        cause: "tool",
        scope: scopeOf(name),
        message: `The member ${name} of the IMEX domain has no bundle in this rack.`,
        expected: name,
        observed: "no bundle",
        evidence: [],
      }),
    );
  return [...absent, ...judgeFiles(seen), ...judgeVersions(seen, names)];
}

/** The nodes files, byte for byte (rule I9). */
function judgeFiles(seen: readonly Seen[]): Found[] {
  const findings: Found[] = [];
  const texts = new Map<Seen, string>();
  for (const one of seen) {
    const { name, evidence } = one;
    const file = evidence.read("imex-nodes", nodesFileFormat);
    const incomparable = (reason: string): string => `The nodes file of ${name} cannot be compared: ${reason}.`;
    const unknown = (reason: string): void => {
      findings.push({ ...unusable("imex-nodes", reason, scopeOf(name)), message: incomparable(reason) });
    };
    if (!file.usable) findings.push({ ...unusableFinding(file, scopeOf(name)), message: incomparable(file.reason) });
    else if (!file.value.present) unknown("there is none");
    else if (file.value.damaged) unknown("it holds bytes that are no UTF-8");
    else texts.set(one, file.value.text);
  }
  const { minority, majority } = disagreement([...texts], ([, text]) => text) ?? { minority: [], majority: undefined };
  const alike = [...texts.values()].filter((text) => text === majority).length;
  for (const [one] of minority) {
    const { name } = one;
    const line = majority === undefined ? undefined : firstDifference(majority, texts.get(one) ?? "");
    const message =
      line === undefined
        ? `The nodes files of the rack differ, and none is in the majority; ${name} has one of them.`
        : `The nodes file of ${name} differs from that of ${String(alike)} other members in line ${String(line.number)}.`;
    const shown =
      line === undefined
        ? { expected: "one file on all members" }
        : { expected: line.expected, observed: line.observed };
    findings.push(
      finding("rack-nodes-file-differs", {
        cause: "configuration",
        scope: scopeOf(name),
        message,
        ...shown,
        evidence: [{ probe: "imex-nodes", ...(line === undefined ? {} : { line: line.number }) }],
      }),
    );
  }
  return findings;
}

/** The first line in which two texts differ, as JSON strings so that blanks and line ends show. */
function firstDifference(majority: string, text: string): { number: number; expected: string; observed: string } {
  const [expected, observed] = [majority.split(/(?<=\n)/), text.split(/(?<=\n)/)];
  const index = expected.findIndex((line, position) => line !== observed[position]);
  const at = index < 0 ? expected.length : index;
  const shown = (line: string | undefined): string =>
    line === undefined || line === "" ? "end of file" : JSON.stringify(line.slice(0, 200));
  return { number: at + 1, expected: shown(expected[at]), observed: shown(observed[at]) };
}

/** The version each member reports of itself. */
function judgeVersions(seen: readonly Seen[], members: readonly string[]): Found[] {
  const versions = new Map<Seen, string>();
  for (const one of seen) {
    const node = ownNode(one, members);
    if (node?.version !== undefined && node.state !== "unavailable") versions.set(one, node.version);
  }
  const { minority, majority } = disagreement([...versions], ([, version]) => version) ?? {
    minority: [],
    majority: undefined,
  };
  return minority.map(([one]) =>
    finding("rack-version-differs", {
      cause: "configuration",
      scope: scopeOf(one.name),
      message: `${one.name} reports another IMEX version of itself than ${majority === undefined ? "others" : "most members"} of the rack.`,
      expected: majority ?? "one version",
      observed: versions.get(one) ?? "",
      evidence: [{ probe: "imex-domain" }],
    }),
  );
}

/** The node of a member in the member's own answer about the domain. */
function ownNode({ name, evidence }: Seen, members: readonly string[]): DomainNode | undefined {
  const domain = evidence.read("imex-domain", domainFormat);
  if (!domain.usable || domain.value.kind !== "answer") return undefined;
  const { nodes } = domain.value.value;
  const byMember = [...identify(domain.value.value, membersOf(members, answersOf(evidence))).nodeOf].find(
    ([member]) => member.name === name,
  );
  return (
    byMember?.[1] ??
    nodes.find(({ local }) => local) ??
    nodes.find(({ hostName }) => hostName !== undefined && isSameName(hostName, evidence.node.name))
  );
}

function answersOf(evidence: Evidence): ReadonlyMap<string, Answer> {
  const resolution = evidence.read("imex-resolve", resolutionFormat);
  return resolution.usable ? resolution.value : new Map<string, Answer>();
}

/**
 * Which bundle is which member's: by the node's name, by its name up to the first dot, or by the
 * address that the node's resolver or domain gives for it.
 */
function matchBundles(names: readonly string[], bundles: readonly Evidence[]): Map<string, Evidence> {
  const bundleOf = new Map<string, Evidence>();
  const open = new Set(bundles);
  for (const isMember of [isNamed, isShortNamed, isAtAddress]) {
    for (const name of names) {
      if (bundleOf.has(name)) continue;
      const evidence = [...open].find((candidate) => isMember(candidate, name));
      if (evidence === undefined) continue;
      bundleOf.set(name, evidence);
      open.delete(evidence);
    }
  }
  return bundleOf;
}

const isNamed = ({ node }: Evidence, member: string): boolean => matchHosts(node.name, member) === "whole";
const isShortNamed = ({ node }: Evidence, member: string): boolean => isSameName(node.name, member);

const isSameName = (a: string, b: string): boolean => matchHosts(a, b) !== undefined;

function isAtAddress(evidence: Evidence, member: string): boolean {
  const answers = answersOf(evidence);
  const [{ addresses } = { addresses: [] }] = membersOf([member], answers);
  const own = [...answers]
    .filter(([name]) => isSameName(name, evidence.node.name))
    .flatMap(([, answer]) =>
      answer.kind === "addresses"
        ? answer.addresses.filter(({ sentinel }) => !sentinel).map(({ canonical }) => canonical)
        : [],
    );
  const domain = evidence.read("imex-domain", domainFormat);
  const nodes = domain.usable && domain.value.kind === "answer" ? domain.value.value.nodes : [];
  for (const { local, host, hostName } of nodes) {
    if (host !== undefined && (local || (hostName !== undefined && isSameName(hostName, evidence.node.name))))
      own.push(entryKey(host));
  }
  return addresses.some((address) => own.includes(address));
}
