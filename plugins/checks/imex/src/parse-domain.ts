import {
  asciiLower,
  atPath,
  isWord,
  jsonDocument,
  jsonPointer,
  shaped,
  type EvidencePointer,
  type Format,
  type ProbeOutput,
} from "@slipway/plugin-sdk";
import { z } from "zod";
import { control, daemonState, type Control } from "./control.ts";
import {
  byIndex,
  domainStatus,
  hostOf,
  shownVersion,
  spoiledField,
  type Connection,
  type Domain,
  type DomainNode,
  type LinkState,
} from "./domain.ts";
import { domainFromText } from "./parse-domain-text.ts";
import { shownValue } from "./text.ts";

/** `nvidia-imex-ctl -N -j -H`, or the text of `-N`. */
export const domainFormat: Format<Control<Domain>> = {
  exit: "any",
  mayBeEmpty: true,
  parse: (output) => control(output, (text) => (isJson(text.stdout) ? domainFromJson(text) : domainFromText(text))),
};

/** A log line in braces may stand before the text (rule I11): its list of nodes tells it from a document. */
function isJson(stdout: string): boolean {
  return stdout.trimStart().startsWith("{") && !(stdout.includes("Nodes:") && /^[^\S\n]*Nodes:[^\S\n]*$/m.test(stdout));
}

// A field of another type is a value that cannot be read, not another shape of document: it makes
// its own node or pair inconclusive (rule G5).
const anything = z.unknown().optional();

/** What a node says of its peers: its shape alone, for zod would make an object of each, and there are nodes squared. */
const Connections = anything.check(({ value, issues }) => {
  const refuse = (expected: "record" | "object", input: unknown, path: string[]): void =>
    void issues.push({ code: "invalid_type", expected, input, path });
  if (value === undefined) return;
  if (!isObject(value)) return refuse("record", value, []);
  for (const peer of peersIn(value)) if (!isObject(value[peer])) refuse("object", value[peer], [peer]);
});

/** By the index of the peer; nearly all say the same word. */
function connectionsOf(value: unknown): ReadonlyMap<string, Connection> {
  const connections = new Map<string, Connection>();
  const known = new Map<unknown, Connection>();
  if (!isObject(value)) return connections;
  for (const peer of peersIn(value)) {
    const link = value[peer];
    const status = isObject(link) ? link["status"] : undefined;
    const connection = known.get(status) ?? { state: connectionState(status), shown: asShown(status) };
    known.set(status, connection);
    connections.set(peer, connection);
  }
  return connections;
}

/** A key `__proto__` is no peer. */
const peersIn = (value: object): string[] => Object.keys(value).filter((peer) => peer !== "__proto__");

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const DomainDocument = z.object({
  nodes: z.record(
    z.string(),
    z.object({
      status: anything,
      host: anything,
      hostName: anything,
      version: anything,
      connections: Connections,
    }),
  ),
  status: z.string(),
});

const BROKEN = new Set(["never_connected", "invalid", "recovering", "disconnected", "authenticating"]);

function connectionState(status: unknown): LinkState {
  if (typeof status !== "string") return "unknown";
  if (isWord(status, "CONNECTED")) return "connected";
  return BROKEN.has(asciiLower(status)) ? "broken" : "unknown";
}

/** What stands where a word belongs; a list or an object is not repeated, however deep it is. */
function asShown(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return value === undefined ? "" : JSON.stringify(value);
}

function domainFromJson(output: ProbeOutput): Domain {
  const document = shaped(DomainDocument, jsonDocument(output));
  const nodes = Object.entries(document.nodes).map(([index, node]): DomainNode => ({
    index,
    state: daemonState(node.status),
    shown: asShown(node.status),
    ...hostOf(node.host),
    hostName: shownValue(node.hostName),
    version: shownVersion(node.version),
    local: false,
    spoiled: spoiledField(node),
    connections: connectionsOf(node.connections),
  }));
  const at = (...path: string[]): EvidencePointer => atPath(output, jsonPointer(path));
  return {
    nodes: nodes.sort(byIndex),
    status: domainStatus(document.status),
    shown: document.status,
    at: {
      status: at("status"),
      field: (node, field) => at("nodes", node.index, field),
      connection: (node, peer) => at("nodes", node.index, "connections", peer, "status"),
    },
  };
}
