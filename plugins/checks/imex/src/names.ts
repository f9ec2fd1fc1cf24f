import { byText, nodeScope, unusable, unusableFinding, type Evidence, type EvidencePointer } from "@slipway/plugin-sdk";
import { entryKey, parseAddress } from "./address.ts";
import { finding, type Found } from "./codes.ts";
import { nodesFileFormat, resolutionFormat, type Answer, type NodesFile } from "./parse-names.ts";

/** A member as `imex.members` writes it. */
export interface Member {
  readonly name: string;
  /** Given as an address, so that nothing is resolved. */
  readonly isAddress: boolean;
  /** Its addresses, canonical; empty while they are not known. The sentinel is none. */
  readonly addresses: readonly string[];
  /** The resolver knows the name and no machine behind it (an error, or nothing but the sentinel). */
  readonly leadsNowhere: boolean;
  /** The resolver's line for it, where there is one. */
  readonly resolved: readonly EvidencePointer[];
}

export const scopeOf = (name: string): Found["scope"] => ({ kind: "node", id: name });

/** The distinct members of an expectation, with what the resolver knows of them. */
export function membersOf(names: readonly string[], answers: ReadonlyMap<string, Answer>): Member[] {
  const distinct = new Map(names.toReversed().map((name) => [entryKey(name), name]));
  return names
    .filter((name) => distinct.get(entryKey(name)) === name && distinct.delete(entryKey(name)))
    .map((name) => {
      const own = parseAddress(name);
      if (own !== undefined)
        return { name, isAddress: true, addresses: [own.canonical], leadsNowhere: false, resolved: [] };
      const answer = answers.get(name);
      const addresses = answer?.kind === "addresses" ? answer.addresses.filter((address) => !address.sentinel) : [];
      const leadsNowhere = addresses.length === 0 && (answer?.kind === "addresses" || answer?.kind === "error");
      return {
        name,
        isAddress: false,
        addresses: addresses.map(({ canonical }) => canonical),
        leadsNowhere,
        resolved: answer === undefined ? [] : [{ probe: "imex-resolve", line: answer.line }],
      };
    });
}

/** Rules I3 and I4: every member's name leads to one machine of its own, and the nodes file names the members. */
export function judgeNames(
  evidence: Evidence,
  names: readonly string[],
  surplusAllowed: boolean,
): { members: Member[]; findings: Found[] } {
  const resolution = evidence.read("imex-resolve", resolutionFormat);
  const members = membersOf(names, resolution.usable ? resolution.value : new Map<string, Answer>());
  const { findings, lacks } = judgeNodesFile(
    evidence,
    members,
    surplusAllowed,
    resolution.usable ? resolution.value : new Map<string, Answer>(),
  );
  const named = members.filter((member) => !member.isAddress);
  if (resolution.usable) {
    for (const member of named) {
      const answer = resolution.value.get(member.name);
      if (answer !== undefined || !lacks(member.name)) findings.push(...judgeAnswer(member, answer));
    }
  } else if (named.length > 0) findings.push(unusableFinding(resolution, nodeScope(evidence)));
  return { members, findings: [...findings, ...sharedAddresses(members)] };
}

function judgeAnswer({ name, resolved }: Member, answer: Answer | undefined): Found[] {
  const scope = scopeOf(name);
  const evidence = [...resolved];
  const expected = "exactly one IPv4 address outside 127.0.0.0/8";
  if (answer === undefined || answer.kind === "unreadable") {
    const message =
      answer === undefined
        ? `The resolver has no line for the member ${name}.`
        : `What the resolver says of the member ${name} cannot be read.`;
    return [
      finding("member-resolution-unknown", {
        cause: "tool",
        scope,
        message,
        expected,
        ...(answer === undefined ? {} : { observed: answer.shown }),
        evidence,
      }),
    ];
  }
  const unresolved = (message: string): Found[] => [
    finding("member-unresolved", {
      cause: "configuration",
      scope,
      message,
      expected,
      observed: answer.shown,
      evidence,
    }),
  ];
  if (answer.kind === "error") return unresolved(`The name of the member ${name} does not resolve on this node.`);
  const four = answer.addresses.filter(({ family }) => family === 4);
  const six = answer.addresses.length - four.length;
  if (four.length === 1 && six <= 1 && four[0]?.sentinel === false) return [];
  if (four.some(({ sentinel }) => sentinel))
    return unresolved(`The name of the member ${name} resolves to a loopback address, the sentinel of an unused slot.`);
  return unresolved(
    `The name of the member ${name} resolves to ${String(four.length)} IPv4 and ${String(six)} IPv6 addresses.`,
  );
}

function sharedAddresses(members: readonly Member[]): Found[] {
  const owners = Map.groupBy(
    members.flatMap((member) => member.addresses.map((address) => ({ ...member, address }))),
    ({ address }) => address,
  );
  return [...owners]
    .filter(([, sharing]) => sharing.length > 1)
    .flatMap(([address, sharing]) =>
      sharing.map(({ name, resolved }): Found => {
        const others = sharing
          .map((other) => other.name)
          .filter((other) => other !== name)
          .join(", ");
        return finding("member-address-shared", {
          cause: "configuration",
          scope: scopeOf(name),
          message: `The member ${name} has the same address as ${others}.`,
          expected: "an address of its own",
          observed: address,
          evidence: [...resolved],
        });
      }),
    );
}

/** Rule I4; `lacks` tells whether the file fails for a member, which explains a resolver that has no line for it. */
function judgeNodesFile(
  evidence: Evidence,
  members: readonly Member[],
  surplusAllowed: boolean,
  answers: ReadonlyMap<string, Answer>,
): { findings: Found[]; lacks: (member: string) => boolean } {
  const file = evidence.read("imex-nodes", nodesFileFormat);
  if (!file.usable) return { findings: [unusableFinding(file, nodeScope(evidence))], lacks: () => false };
  const absent = file.value.present ? [] : [noNodesFile(nodeScope(evidence), members, file.value.evidence)];
  // A file that is not there has no entries, so that every member is missing from it.
  const content = file.value.present ? file.value : { entries: [], spoiled: [], text: "" };
  const listed = new Map(content.entries.map((entry) => [entryKey(entry.text), entry]));
  const wanted = new Set(members.map(({ name }) => entryKey(name)));
  const unlisted = members.map(({ name }) => name).filter((name) => !listed.has(entryKey(name)));
  const undecided = spoiledEntries(nodeScope(evidence), content.spoiled, unlisted, surplusAllowed);
  const missing = undecided.length > 0 ? [] : unlisted.map(entryMissing);
  const surplus = [...listed]
    .filter(([key]) => !surplusAllowed && !wanted.has(key))
    .map(([, { text, line }]) =>
      finding("nodes-entry-surplus", {
        cause: "configuration",
        scope: scopeOf(text),
        message: `The nodes file of this node names ${text}, which is no member.`,
        observed: text,
        evidence: [{ probe: "imex-nodes", line }],
      }),
    );
  const cut =
    surplusAllowed && !isWhole(content, answers) ? [cutFile(nodeScope(evidence), content.entries.at(-1)?.line)] : [];
  return {
    findings: [...absent, ...cut, ...undecided, ...missing, ...surplus.sort((a, b) => byText(a.scope.id, b.scope.id))],
    lacks: (member) => missing.some(({ scope }) => scope.id === member),
  };
}

function entryMissing(name: string): Found {
  return finding("nodes-entry-missing", {
    scope: scopeOf(name),
    message: `The nodes file of this node lacks the member ${name}.`,
    expected: name,
    evidence: [{ probe: "imex-nodes" }],
  });
}

/** Rule G3: an entry whose bytes are damaged may be a member that is not listed, or, where none is allowed, a further one. */
function spoiledEntries(
  scope: Found["scope"],
  spoiled: readonly number[],
  unlisted: readonly string[],
  surplusAllowed: boolean,
): Found[] {
  const evidence = spoiled.map((line) => ({ probe: "imex-nodes", line }));
  if (spoiled.length === 0 || (unlisted.length === 0 && surplusAllowed)) return [];
  const reason = "an entry of the file holds bytes that are no UTF-8";
  if (unlisted.length === 0) return [unusable("imex-nodes", reason, scope, evidence)];
  return unlisted.map((name) => unusable("imex-nodes", `${reason} and may be ${name}`, scopeOf(name), evidence));
}

function noNodesFile(scope: Found["scope"], members: readonly Member[], evidence: EvidencePointer): Found {
  return finding("nodes-file-missing", {
    cause: "configuration",
    scope,
    message: "There is no IMEX nodes file on this node.",
    expected: members.map(({ name }) => name).join(", "),
    evidence: [evidence],
  });
}

/**
 * Where further entries are allowed, nothing else would show that the end of the file was cut off:
 * without its last newline it is whole when the resolver was asked for the same names.
 */
function isWhole(
  { entries, text }: Pick<Extract<NodesFile, { present: true }>, "entries" | "text">,
  answers: ReadonlyMap<string, Answer>,
): boolean {
  if (text === "" || text.endsWith("\n")) return true;
  const names = new Set(entries.map((entry) => entry.text));
  return names.size === answers.size && [...names].every((name) => answers.has(name));
}

function cutFile(scope: Found["scope"], line: number | undefined): Found {
  return unusable(
    "imex-nodes",
    "the file does not end with a newline and its entries are not the names that the resolver was asked for, so it may have been cut",
    scope,
    [{ probe: "imex-nodes", ...(line === undefined ? {} : { line }) }],
  );
}
