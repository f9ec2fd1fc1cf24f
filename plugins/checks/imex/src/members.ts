import { shortName } from "@slipway/plugin-sdk";
import { entryKey } from "./address.ts";
import type { Domain, DomainNode } from "./domain.ts";
import type { Member } from "./names.ts";

/** Who is who in a domain (rule I5). */
export interface Identities {
  readonly nodeOf: ReadonlyMap<Member, DomainNode>;
  /** Members without a node that one of the unclaimed nodes may yet be. */
  readonly unidentified: ReadonlySet<Member>;
  /** Members that no node of the domain is. */
  readonly missing: readonly Member[];
  /** Nodes that are no member, and cannot be one that was not recognised. */
  readonly strangers: readonly DomainNode[];
  /** Further nodes that print the host name of a member which has its node. */
  readonly doubles: readonly { readonly node: DomainNode; readonly member: Member }[];
}

/**
 * Finds the member behind each node of a domain: by its host name, else by its host, else by the
 * address that the member's name resolves to.
 */
export function identify(domain: Domain, members: readonly Member[]): Identities {
  const nodeOf = new Map<Member, DomainNode>();
  const doubles: { node: DomainNode; member: Member }[] = [];
  const open = new Set(domain.nodes);
  const unclaimed = (): Member[] => members.filter((member) => !nodeOf.has(member));
  const claim = (member: Member, nodes: readonly DomainNode[]): void => {
    const node = nodes.find((candidate) => isAt(candidate, member)) ?? nodes[0];
    if (node === undefined) return;
    nodeOf.set(member, node);
    for (const claimed of nodes) open.delete(claimed);
    doubles.push(...nodes.filter((other) => other !== node).map((other) => ({ node: other, member })));
  };
  for (const field of ["hostName", "host"] as const) {
    const called = Map.groupBy(open, (node) => (node[field] === undefined ? undefined : entryKey(node[field])));
    for (const member of unclaimed()) claim(member, called.get(entryKey(member.name)) ?? []);
  }
  for (const node of open) {
    const [member, another] = unclaimed().filter((candidate) => isAt(node, candidate));
    // An address that two members share tells neither.
    if (member !== undefined && another === undefined) claim(member, [node]);
  }
  const nobody = [...open];
  const unidentified = new Set(unclaimed().filter((member) => nobody.some((node) => mayBe(node, member))));
  return {
    nodeOf,
    unidentified,
    missing: unclaimed().filter((member) => !unidentified.has(member)),
    strangers: nobody.filter((node) => ![...unidentified].some((member) => mayBe(node, member))),
    doubles,
  };
}

function isAt({ address }: DomainNode, member: Member): boolean {
  return address !== undefined && member.addresses.includes(address);
}

/** Whether a node that nothing identified could be a member: nothing the two print contradicts it. */
function mayBe({ address, host, hostName }: DomainNode, member: Member): boolean {
  if (address === undefined) return host === undefined && hostName === undefined;
  if (member.addresses.length > 0) return member.addresses.includes(address);
  // No address will ever tell it from a member that has none, so that its host name has to.
  return !member.leadsNowhere || hostName === undefined || shortName(hostName) === shortName(member.name);
}
