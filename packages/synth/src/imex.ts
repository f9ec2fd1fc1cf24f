import type { Identity } from "./identity.ts";
import { createPrng, deriveSeed } from "./prng.ts";
import { imexTimestamp } from "./timestamps.ts";
import type { ImexDomainFormat, ImexSetup } from "./types.ts";

/** A member that the expectation names. */
export interface ImexMember {
  /** As in `expect.imex.members`: a name, or an address. */
  name: string;
  address: string;
}

/** One node of the domain as the daemon prints it. */
export interface ImexDomainNode {
  host: string;
  hostName: string;
  status: string;
  version: string;
}

/** What a command answered when it did not print its usual document. */
export interface ToolAnswer {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** State of the IMEX service around one node. */
export interface ImexFacts {
  setup: ImexSetup;
  format: ImexDomainFormat;
  members: ImexMember[];
  /** Position of this node among the members (and in the domain). */
  own: number;
  local: ToolAnswer;
  nodes: ImexDomainNode[];
  /** Connection words from row to column; null = not listed. */
  pairs: (string | null)[][];
  domainStatus: string;
  /** Instead of the domain document. */
  domainAnswer: ToolAnswer | null;
  /** Changes of the domain's text, before it is printed. */
  reprint: ((domain: string) => string)[];
  /** Lines of nodes_config.cfg; null = there is no such file. */
  nodesFile: string[] | null;
  /** Lines of the resolver probe: name and answer. */
  resolve: { name: string; answer: string }[];
  service: { LoadState: string; ActiveState: string; SubState: string; UnitFileState: string };
}

/** Address to which the DRA driver resolves a slot that nobody fills. */
export const SENTINEL = "127.0.0.2";
const SLOTS = 18;
const STOPPED = { LoadState: "loaded", ActiveState: "inactive", SubState: "dead", UnitFileState: "disabled" };

/** What nvidia-imex-ctl says when there is no daemon to ask; all of them mean "not running" (I8). */
export const UNREACHABLE: readonly string[] = [
  "no local daemon\n",
  "Error: could not connect to the nvidia-imex daemon on port 50005\n",
  "Failed to connect to nvidia-imex: Connection refused\n",
  "nvidia-imex daemon is not running\n",
];

/** The state of a healthy node under one deployment model. */
export function healthyImex(identity: Identity, setup: ImexSetup, format: ImexDomainFormat): ImexFacts {
  const { profile, seed, index, rackSize, addresses, driverVersion, trays } = identity;
  const rack = createPrng(deriveSeed(seed, profile, "imex"));
  if (setup === "per-domain-idle") return idle(format, rack.pick(UNREACHABLE));
  const slotHash = `${rack.hex(9)}${rack.digits(1)}`;
  const slotName = (slot: number): string => `compute-domain-daemon-${slotHash}-${String(slot).padStart(4, "0")}`;
  const dualStack = rack.chance(0.25);
  const slots = setup === "dns-slots" ? Math.max(SLOTS, rackSize) : rackSize;
  const members = addresses.map((address, tray) => ({
    address,
    name: setup === "per-domain-active" ? address : setup === "dns-slots" ? slotName(tray) : (trays[tray] ?? address),
  }));
  const nodes = Array.from({ length: slots }, (_, slot): ImexDomainNode => {
    const hostName = setup === "dns-slots" ? slotName(slot) : (trays[slot] ?? "");
    const host = addresses[slot];
    return host === undefined
      ? { host: SENTINEL, hostName, status: "UNAVAILABLE", version: "" }
      : { host, hostName, status: "READY", version: driverVersion };
  });
  const nodesFile = Array.from({ length: slots }, (_, slot) => members[slot]?.name ?? slotName(slot));
  return {
    setup,
    format,
    members,
    own: index,
    local: { stdout: "READY\n", stderr: "", exitCode: 0 },
    nodes,
    pairs: nodes.map((from) => nodes.map((to) => connectionOf(from, to))),
    domainStatus: slots > members.length ? "DEGRADED" : "UP",
    domainAnswer: null,
    reprint: [],
    nodesFile,
    resolve: nodesFile.map((name, slot) => {
      const address = addresses[slot] ?? SENTINEL;
      return {
        name,
        answer:
          dualStack && address !== SENTINEL && name !== address
            ? `${address} fd00:67::${(slot + 16).toString(16)}`
            : address,
      };
    }),
    service: serviceOf(setup),
  };
}

function idle(format: ImexDomainFormat, stderr: string): ImexFacts {
  const answer = { stdout: "", stderr, exitCode: 1 };
  return {
    setup: "per-domain-idle",
    format,
    members: [],
    own: 0,
    local: answer,
    nodes: [],
    pairs: [],
    domainStatus: "DOWN",
    domainAnswer: { ...answer },
    reprint: [],
    nodesFile: null,
    resolve: [],
    service: STOPPED,
  };
}

/** What a node's row of the connectivity table says of another. */
function connectionOf(from: ImexDomainNode, to: ImexDomainNode): string {
  if (from.status !== "READY") return "INVALID";
  return to.status === "READY" ? "CONNECTED" : "NEVER_CONNECTED";
}

/** The unit's state: a driver of Kubernetes starts the daemon of a DNS slot itself. */
function serviceOf(setup: ImexSetup): ImexFacts["service"] {
  if (setup === "dns-slots") return STOPPED;
  const UnitFileState = setup === "host" ? "enabled" : "disabled";
  return { LoadState: "loaded", ActiveState: "active", SubState: "running", UnitFileState };
}

/** Adds a node to the domain that is connected with all others. */
export function joinDomain(imex: ImexFacts, node: ImexDomainNode): void {
  imex.nodes.push(node);
  for (const row of imex.pairs) row.push("CONNECTED");
  imex.pairs.push(imex.nodes.map(() => "CONNECTED"));
}

/** Takes a node out of the domain document; the ones behind it move up. */
export function leaveDomain(imex: ImexFacts, position: number): void {
  imex.nodes.splice(position, 1);
  imex.pairs.splice(position, 1);
  for (const row of imex.pairs) row.splice(position, 1);
}

/** Sets both directions of a pair. */
export function setPair(imex: ImexFacts, a: number, b: number, word: string | null): void {
  const rowA = imex.pairs[a];
  const rowB = imex.pairs[b];
  if (rowA !== undefined) rowA[b] = word;
  if (rowB !== undefined) rowB[a] = word;
}

/** `nvidia-imex-ctl -N -j -H` or `-N -H`. */
export function printImexDomain(imex: ImexFacts, atMs: number): string {
  const printed = imex.format === "json" ? domainJson(imex, atMs) : domainText(imex, atMs);
  return imex.reprint.reduce((text, change) => change(text), printed);
}

/** Arguments of the command whose output `printImexDomain` gives. */
export function imexDomainArgv(imex: ImexFacts): string[] {
  return imex.format === "json" ? ["nvidia-imex-ctl", "-N", "-j", "-H"] : ["nvidia-imex-ctl", "-N", "-H"];
}

function domainJson(imex: ImexFacts, atMs: number): string {
  const nodes = imex.nodes.map((node, from) => {
    const connections = imex.nodes.flatMap((peer, to) => {
      const word = imex.pairs[from]?.[to] ?? null;
      return word === null
        ? []
        : [`"${String(to)}":{"host":${JSON.stringify(peer.host)},"status":"${word}","changed":false}`];
    });
    return (
      `"${String(from)}":{"status":"${node.status}","host":${JSON.stringify(node.host)},"connections":{${connections.join(",")}` +
      `},"changed":false,"version":"${node.version}","hostName":${JSON.stringify(node.hostName)}}`
    );
  });
  return `{"nodes":{${nodes.join(",")}},"timestamp":"${imexTimestamp(atMs)}","status":"${imex.domainStatus}"}\n`;
}

const LEGEND = `Connectivity Table Legend:
I - Invalid - Node wasn't reachable, no connection status available
N - Never Connected
R - Recovering - Connection was lost, but clean up has not yet been triggered.
D - Disconnected - Connection was lost, and clean up has been triggreed.
A - Authenticating - If GSSAPI enabled, client has initiated mutual authentication.
!V! - Version mismatch, communication disabled.
!M! - Node map mismatch, communication disabled.
C - Connected - Ready for operation
`;

const LETTERS: Readonly<Record<string, string>> = {
  CONNECTED: "C",
  NEVER_CONNECTED: "N",
  INVALID: "I",
  RECOVERING: "R",
  DISCONNECTED: "D",
  AUTHENTICATING: "A",
  VERSION_MISMATCH: "!V!",
  NODE_MAP_MISMATCH: "!M!",
};

function domainText(imex: ImexFacts, atMs: number): string {
  const nodes = imex.nodes.map((node, position) => {
    const address = position === imex.own ? `* ${node.host} *` : `- ${node.host}`;
    return (
      `Node #${String(position).padEnd(3)} ${address.padEnd(20)} - ${node.status.padEnd(20)} - Version: ` +
      `${node.version.padEnd(15)} - Hostname: ${node.hostName}`
    );
  });
  const columns = (cells: readonly string[]): string =>
    cells
      .map((cell) => cell.padEnd(4))
      .join("")
      .trimEnd();
  const rows = imex.pairs.map(
    (row, from) =>
      `${String(from).padStart(8)}        ${columns(row.map((word) => (word === null ? "" : (LETTERS[word] ?? "Q"))))}`,
  );
  const header = ` Nodes From\\To  ${columns(imex.nodes.map((_, position) => String(position)))}`;
  return [
    `${LEGEND}\n${imexTimestamp(atMs)}\n`,
    `Nodes:\n${nodes.join("\n")}\n\n`,
    `${header}\n${rows.join("\n")}\n\n`,
    `Domain State: ${imex.domainStatus}\n`,
  ].join("");
}
