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

/** What a node says of its peers, by their index. Read by hand: there are as many as nodes squared, and nearly all say one word. */
const Connections = anything.transform((value, { issues }): ReadonlyMap<string, Connection> => {
  const connections = new Map<string, Connection>();
  if (value === undefined) return connections;
  const refuse = (expected: "record" | "object", input: unknown, path: string[]): never => {
    issues.push({ code: "invalid_type", expected, input, path });
    return z.NEVER;
  };
  if (!isObject(value)) return refuse("record", value, []);
  const known = new Map<unknown, Connection>();
  for (const peer of Object.keys(value)) {
    if (peer === "__proto__") continue;
    const link = value[peer];
    if (!isObject(link)) return refuse("object", link, [peer]);
    const { status } = link;
    const connection = known.get(status) ?? { state: connectionState(status), shown: asShown(status) };
    known.set(status, connection);
    connections.set(peer, connection);
  }
  return connections;
});

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
    connections: node.connections,
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
