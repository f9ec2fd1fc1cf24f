import { disagreement, unusable, type Scope } from "@slipway/plugin-sdk";
import { identify } from "./members.ts";
import { finding, type Found } from "./codes.ts";
import { scopeOf, type Member } from "./names.ts";
import { judgePairs } from "./judge-pairs.ts";
import type { Domain, DomainNode } from "./domain.ts";

/** What the domain must be. */
export interface DomainExpectation {
  readonly members: readonly Member[];
  readonly version: string | undefined;
  /** The domain has these members and no others, and its own status counts; false for DNS slots (rule I1). */
  readonly exactly: boolean;
  /** The node that asked. */
  readonly node: Scope;
  /** Members whose names or entries are wrong: that explains what else is wrong with them. */
  readonly misconfigured: ReadonlySet<string>;
}

type Identities = ReturnType<typeof identify>;
type Present = readonly (readonly [Member, DomainNode])[];

/** Rules I2, I5, I6 and I7 over a whole answer about the domain. */
export function judgeDomain(domain: Domain, expectation: DomainExpectation): Found[] {
  if (expectation.members.length === 0) return judgeStatus(domain, expectation, false, false);
  const identities = identify(domain, expectation.members);
  const present = expectation.members.flatMap((member) => {
    const node = identities.nodeOf.get(member);
    return node === undefined ? [] : [[member, node] as const];
  });
  const configuration = [...judgeAddresses(domain, present), ...judgeVersions(domain, present, expectation.version)];
  const misconfigured = new Set([
    ...expectation.misconfigured,
    ...configuration.filter(({ verdict }) => verdict === "fail").map(({ scope }) => scope.id),
  ]);
  const roll = judgeRoll(domain, expectation, identities);
  const states = present.flatMap(([member, node]) => judgeState(domain, member, node, misconfigured));
  const pairs = judgePairs(domain, present, misconfigured);
  const sound = present.length === expectation.members.length && states.length === 0 && pairs.length === 0;
  return [
    ...roll,
    ...states,
    ...pairs,
    ...configuration,
    ...judgeStatus(domain, expectation, misconfigured.size > 0, sound),
  ];
}

/** Who is there and who is not (rules I2 and I5). */
function judgeRoll(domain: Domain, expectation: DomainExpectation, identities: Identities): Found[] {
  const evidence = [{ probe: domain.at.status.probe }];
  const missing = identities.missing.map(({ name }) =>
    finding("member-missing", {
      cause: "configuration",
      scope: scopeOf(name),
      message: `The member ${name} is not in the IMEX domain.`,
      expected: name,
      observed: "absent",
      evidence,
    }),
  );
  const unidentified = expectation.members
    .filter((member) => identities.unidentified.has(member))
    .map(({ name }) =>
      finding("member-unidentified", {
        cause: "tool",
        scope: scopeOf(name),
        message: `The member ${name} was not recognised in the IMEX domain, and one of its other nodes may be it.`,
        expected: name,
        evidence,
      }),
    );
  const rest = expectation.exactly ? judgeSurplus(domain, expectation, identities) : judgeDoubles(domain, identities);
  return [...missing, ...unidentified, ...rest];
}

/** Nodes that say they are a member for which another node stands, where the domain may have further nodes. */
function judgeDoubles(domain: Domain, { doubles }: Identities): Found[] {
  return doubles.map(({ node, member: { name } }) =>
    finding("member-unidentified", {
      cause: "tool",
      scope: scopeOf(name),
      message: `More than one node of the IMEX domain says that it is ${name}.`,
      expected: name,
      observed: `node ${node.index}`,
      evidence: [domain.at.field(node, "host")],
    }),
  );
}

/** Nodes of the domain that are no member, or only their number where nobody can tell which they are. */
function judgeSurplus(
  domain: Domain,
  { members, node: asking }: DomainExpectation,
  { strangers, doubles }: Identities,
): Found[] {
  const byAddress = members.every(({ isAddress }) => isAddress);
  const extra = [...strangers, ...doubles.map(({ node }) => node)].map((node): Found => {
    const id = (byAddress ? (node.host ?? node.hostName) : (node.hostName ?? node.host)) ?? node.index;
    return finding("member-surplus", {
      cause: "configuration",
      scope: scopeOf(id),
      message: `The IMEX domain has the node ${id}, which is no member.`,
      observed: `node ${node.index}: ${[node.host, node.hostName].filter((text) => text !== undefined).join(" ")}`,
      evidence: [domain.at.field(node, "host")],
    });
  });
  const surplus = domain.nodes.length - members.length;
  if (extra.length > 0 || surplus <= 0) return extra;
  return [
    finding("member-surplus", {
      cause: "configuration",
      scope: asking,
      message: `The IMEX domain has ${String(surplus)} nodes too many; which ones cannot be told.`,
      expected: `${String(members.length)} nodes`,
      observed: `${String(domain.nodes.length)} nodes`,
      evidence: [{ probe: domain.at.status.probe }],
    }),
  ];
}

/** Rule I3: the name leads where the domain says the member is. */
function judgeAddresses(domain: Domain, present: Present): Found[] {
  return present.flatMap(([{ name, addresses, resolved }, node]): Found[] => {
    const { address } = node;
    if (address === undefined || addresses.length === 0 || addresses.includes(address)) return [];
    return [
      finding("member-address-differs", {
        cause: "configuration",
        scope: scopeOf(name),
        message: `The name of the member ${name} resolves to another address than the IMEX domain has for it.`,
        expected: addresses.join(" "),
        observed: node.host ?? "",
        evidence: [domain.at.field(node, "host"), ...resolved],
      }),
    ];
  });
}

/** Rule I6. */
function judgeVersions(domain: Domain, present: Present, wanted: string | undefined): Found[] {
  const compared = present.filter(([, { state }]) => state !== "unavailable");
  const shown = new Map(
    compared.flatMap(([{ name }, { version }]) => (version === undefined ? [] : [[name, version] as const])),
  );
  const { minority, majority } = disagreement([...shown], ([, version]) => version) ?? {
    minority: [],
    majority: undefined,
  };
  const names = minority.map(([name]) => name);
  return compared.flatMap(([{ name }, node]): Found[] => {
    const { version } = node;
    if (version !== undefined && (wanted === undefined || version === wanted) && !names.includes(name)) return [];
    const evidence = [domain.at.field(node, "version")];
    const scope = scopeOf(name);
    if (version === undefined) {
      return wanted === undefined
        ? []
        : [
            finding("version-not-shown", {
              cause: "tool",
              scope,
              message: `The IMEX domain shows no version for the member ${name}.`,
              expected: wanted,
              evidence,
            }),
          ];
    }
    const found: Found[] = [];
    if (wanted !== undefined && version !== wanted)
      found.push(
        finding("version-unexpected", {
          cause: "configuration",
          scope,
          message: `The member ${name} runs another IMEX version than expected.`,
          expected: wanted,
          observed: version,
          evidence,
        }),
      );
    if (names.includes(name))
      found.push(
        finding("version-differs", {
          cause: "configuration",
          scope,
          message: `The member ${name} runs another IMEX version than ${majority === undefined ? "others" : "most members"}.`,
          expected: majority ?? "one version",
          observed: version,
          evidence,
        }),
      );
    return found;
  });
}

function judgeState(domain: Domain, { name }: Member, node: DomainNode, misconfigured: ReadonlySet<string>): Found[] {
  if (node.state === "ready" && node.spoiled === undefined && node.host !== undefined) return [];
  const base = {
    scope: scopeOf(name),
    expected: "READY",
    observed: node.shown,
    evidence: [domain.at.field(node, "status")],
  };
  if (node.state === "unavailable")
    return [
      finding("member-unavailable", {
        ...base,
        cause: misconfigured.has(name) ? "configuration" : "unknown",
        message: `The member ${name} is UNAVAILABLE.`,
      }),
    ];
  if (node.spoiled !== undefined) {
    const reason = `the ${node.spoiled} of the member ${name} holds bytes that are no UTF-8`;
    return [unusable(domain.at.status.probe, reason, base.scope, [domain.at.field(node, node.spoiled)])];
  }
  const undecided = (message: string): Found[] => [finding("member-not-ready", { ...base, cause: "unknown", message })];
  if (node.state === "transient") return undecided(`The member ${name} is on its way up or down.`);
  if (node.state === "unknown") return undecided(`The state of the member ${name} cannot be read.`);
  return undecided(`The IMEX domain shows no address for the member ${name}.`);
}

/** The domain's own word, where it counts. */
function judgeStatus(
  domain: Domain,
  { exactly, node: scope }: DomainExpectation,
  explained: boolean,
  sound: boolean,
): Found[] {
  if (!exactly || domain.status === "up") return [];
  const base = { scope, expected: "UP", observed: domain.shown, evidence: [domain.at.status] };
  if (domain.status === "down")
    return [
      finding("domain-down", {
        ...base,
        cause: explained ? "configuration" : "unknown",
        message: "The IMEX domain is DOWN.",
      }),
    ];
  if (domain.status === "unknown")
    return [
      finding("domain-state-unknown", {
        ...base,
        cause: "tool",
        message: "The state of the IMEX domain is a word nobody knows.",
      }),
    ];
  return sound
    ? [
        finding("domain-degraded", {
          ...base,
          cause: "unknown",
          message: "The IMEX domain is DEGRADED although every expected member is READY and connected.",
        }),
      ]
    : [];
}
