import { asciiLower, type EvidencePointer } from "@slipway/plugin-sdk";
import { byIndex, type Domain, type DomainNode, type LinkState } from "./domain.ts";
import { finding, type Found } from "./codes.ts";
import { scopeOf, type Member } from "./names.ts";

interface Pair {
  readonly id: string;
  readonly names: readonly [string, string];
  /** Broken when either direction is; connected when both are; else unknown. */
  readonly state: LinkState;
  /** Nothing is wrong with it and at least one direction is connected. */
  readonly partly: boolean;
  readonly observed: string;
  readonly evidence: readonly EvidencePointer[];
  /** A mismatch of versions or node maps, which the table names as such. */
  readonly mismatch: boolean;
}

type Side = readonly [Member, DomainNode];

/** Members that explain what else is wrong: each is named by itself, and its pairs are not. */
interface Explained {
  /** Connected with no other, and its broken pairs. */
  readonly isolated: ReadonlyMap<string, readonly Pair[]>;
  readonly unavailable: ReadonlySet<string>;
  /** Its name or its entry is wrong. */
  readonly misconfigured: ReadonlySet<string>;
}

/**
 * Rule I7: a member connected with no other is named once, every further broken pair by itself.
 * Pairs of a member that is neither READY nor UNAVAILABLE are not judged; they may still be company.
 */
export function judgePairs(domain: Domain, present: readonly Side[], misconfigured: ReadonlySet<string>): Found[] {
  const all = present.toSorted(([, a], [, b]) => byIndex(a, b));
  const ordered = all.filter(([, { state }]) => state === "ready" || state === "unavailable");
  const settled = new Set(ordered.map(([{ name }]) => name));
  const { inCompany, apart } = pairsOf(domain, all);
  const pairs = apart.filter(({ names }) => names.every((name) => settled.has(name)));
  const isolated = isolatedAmong(pairs, ordered, inCompany);
  const unavailable = new Set(ordered.filter(([, { state }]) => state === "unavailable").map(([{ name }]) => name));
  const explained: Explained = { isolated, unavailable, misconfigured };
  // What a member says of itself is judged only while it is READY and has company or is alone.
  const selves = ordered
    .filter(([{ name }, node]) => node.state === "ready" && node.connections.has(node.index) && !isolated.has(name))
    .map(([member, node]) => selfOf(domain, member, node));
  return [...judgeIsolated(explained), ...[...pairs, ...selves].flatMap((pair) => judgePair(pair, explained))];
}

/** The pairs that are not connected both ways, and the members that at least one other is connected with and nothing broken. */
function pairsOf(domain: Domain, sides: readonly Side[]): { apart: Pair[]; inCompany: ReadonlySet<string> } {
  const apart: Pair[] = [];
  const inCompany = new Set<string>();
  sides.forEach((a, index) => {
    for (const b of sides.slice(index + 1)) {
      const pair = areConnected(a[1], b[1]) ? undefined : pairOf(domain, a, b);
      if (pair !== undefined) apart.push(pair);
      if (pair === undefined || pair.partly) inCompany.add(a[0].name).add(b[0].name);
    }
  });
  return { apart, inCompany };
}

function areConnected(a: DomainNode, b: DomainNode): boolean {
  return a.connections.get(b.index)?.state === "connected" && b.connections.get(a.index)?.state === "connected";
}

function isolatedAmong(
  pairs: readonly Pair[],
  ordered: readonly Side[],
  inCompany: ReadonlySet<string>,
): ReadonlyMap<string, readonly Pair[]> {
  const brokenOf = Map.groupBy(
    pairs.filter(({ state }) => state === "broken").flatMap((pair) => pair.names.map((name) => ({ name, pair }))),
    ({ name }) => name,
  );
  return new Map(
    ordered.flatMap(([{ name }]) => {
      const broken = brokenOf.get(name)?.map(({ pair }) => pair);
      return broken === undefined || inCompany.has(name) ? [] : [[name, broken] as const];
    }),
  );
}

function judgeIsolated({ isolated, unavailable, misconfigured }: Explained): Found[] {
  return [...isolated]
    .filter(([name]) => !unavailable.has(name))
    .map(([name, broken]) =>
      finding("member-isolated", {
        cause: causeOf(broken, misconfigured),
        scope: scopeOf(name),
        message: `The member ${name} is connected with no other member of the IMEX domain.`,
        expected: "CONNECTED",
        observed: [...new Set(broken.map(({ observed }) => observed))].join("; "),
        evidence: broken.slice(0, 1).flatMap(({ evidence }) => evidence),
      }),
    );
}

function judgePair(pair: Pair, { isolated, unavailable, misconfigured }: Explained): Found[] {
  const { id, names, state, observed, evidence } = pair;
  if (state === "connected" || names.some((name) => isolated.has(name))) return [];
  const base = { scope: { kind: "link", id } as const, expected: "CONNECTED", observed, evidence: [...evidence] };
  if (state === "broken")
    return [
      finding("pair-not-connected", {
        ...base,
        cause: causeOf([pair], misconfigured),
        message: `The members ${names.join(" and ")} are not connected.`,
      }),
    ];
  // The pairs of an UNAVAILABLE member need not be listed: it is named itself.
  if (names.some((name) => unavailable.has(name))) return [];
  return [
    finding("pair-unknown", {
      ...base,
      cause: "tool",
      message: `The IMEX domain does not tell whether ${names.join(" and ")} are connected.`,
    }),
  ];
}

function causeOf(broken: readonly Pair[], misconfigured: ReadonlySet<string>): "configuration" | "unknown" {
  return broken.every(({ names, mismatch }) => mismatch || names.some((name) => misconfigured.has(name)))
    ? "configuration"
    : "unknown";
}

/** A pair of which at least one direction is not connected. */
function pairOf(domain: Domain, [a, nodeA]: Side, [b, nodeB]: Side): Pair {
  const there = nodeA.connections.get(nodeB.index);
  const back = nodeB.connections.get(nodeA.index);
  const states = [there?.state, back?.state];
  const pointers = [
    ...(there === undefined || there.state === "connected" ? [] : [domain.at.connection(nodeA, nodeB.index)]),
    ...(back === undefined || back.state === "connected" ? [] : [domain.at.connection(nodeB, nodeA.index)]),
  ];
  const state = states.includes("broken") ? "broken" : "unknown";
  return {
    id: `${a.name}->${b.name}`,
    names: [a.name, b.name],
    state,
    partly: state !== "broken" && states.includes("connected"),
    observed: [...new Set([there?.shown ?? "not listed", back?.shown ?? "not listed"])].join(" / "),
    evidence: pointers,
    mismatch: [there, back].some((one) => one !== undefined && ["!v!", "!m!"].includes(asciiLower(one.shown))),
  };
}

function selfOf(domain: Domain, side: Side[0], node: DomainNode): Pair {
  const own = node.connections.get(node.index);
  const state = own?.state ?? "unknown";
  return {
    id: `${side.name}->${side.name}`,
    names: [side.name, side.name],
    state,
    partly: false,
    observed: own?.shown ?? "",
    evidence: [domain.at.connection(node, node.index)],
    mismatch: false,
  };
}
