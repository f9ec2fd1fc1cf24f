import { asciiLower, byText, isSpoiled, isWord, type EvidencePointer } from "@slipway/plugin-sdk";
import { parseAddress } from "./address.ts";
import type { DaemonState } from "./control.ts";
import { shownValue } from "./text.ts";

export type LinkState = "connected" | "broken" | "unknown";

/** One direction between two nodes of the domain. */
export interface Connection {
  readonly state: LinkState;
  /** As printed. */
  readonly shown: string;
}

export type NodeField = "status" | "host" | "hostName" | "version";

/** A node of the domain as the answering daemon knows it. */
export interface DomainNode {
  /** The domain's own number of the node, as text. */
  readonly index: string;
  readonly state: DaemonState;
  /** The state as printed; empty when there is none. */
  readonly shown: string;
  /** Address or name by which the daemons know the node. */
  readonly host: string | undefined;
  /** `host` where it is an address, in its canonical spelling. */
  readonly address: string | undefined;
  readonly hostName: string | undefined;
  /** Undefined when not shown: absent, empty, `N/A` or `NO_GPU` (rule I6). */
  readonly version: string | undefined;
  /** The node whose daemon answered; only the text marks it. */
  readonly local: boolean;
  /** A field that holds bytes that are no UTF-8, which may not be read (rule G3). */
  readonly spoiled: NodeField | undefined;
  /** By index of the peer; the node itself may be among them. */
  readonly connections: ReadonlyMap<string, Connection>;
}

/** A whole IMEX domain, nodes in the order of their index. */
export interface Domain {
  readonly nodes: readonly DomainNode[];
  readonly status: "up" | "degraded" | "down" | "unknown";
  /** The domain's status as printed. */
  readonly shown: string;
  readonly at: {
    readonly status: EvidencePointer;
    readonly field: (node: DomainNode, field: NodeField) => EvidencePointer;
    readonly connection: (node: DomainNode, peer: string) => EvidencePointer;
  };
}

/** What the domain's status word means. */
export function domainStatus(word: string): Domain["status"] {
  const name = asciiLower(word);
  return name === "up" || name === "degraded" || name === "down" ? name : "unknown";
}

/** The version a node shows; `NO_GPU` stands for none. */
export function shownVersion(value: unknown): string | undefined {
  const version = shownValue(value);
  return version !== undefined && isWord(version, "no_gpu") ? undefined : version;
}

/** Order of domain indices: by number, what is no number last. */
export function byIndex(a: { readonly index: string }, b: { readonly index: string }): number {
  const numberOf = ({ index }: { readonly index: string }): number =>
    /^\d{1,9}$/.test(index) ? Number(index) : Infinity;
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== right) return left - right;
  return byText(a.index, b.index);
}

const FIELDS: readonly NodeField[] = ["status", "host", "hostName", "version"];

/** The first field of a node whose bytes are damaged. */
export function spoiledField(fields: { readonly [Field in NodeField]?: unknown }): NodeField | undefined {
  return FIELDS.find((field) => {
    const value = fields[field];
    return typeof value === "string" && isSpoiled(value);
  });
}

/** How a node says the daemons know it. */
export function hostOf(value: unknown): Pick<DomainNode, "host" | "address"> {
  const host = shownValue(value);
  return { host, address: host === undefined ? undefined : parseAddress(host)?.canonical };
}
