import type { Sighting } from "@slipway/domain";
import type { Transport } from "./transport.ts";

/** What a vendor can do, declared; the runner asks for nothing that is not here, and policies are checked against it. */
export interface VendorCapabilities {
  readonly power: readonly PowerOp[];
  /** Reaches into the nodes by itself, instead of ssh. */
  readonly transport: boolean;
  readonly events: boolean;
  readonly repair: boolean;
  readonly returnToService: boolean;
}

export type PowerOp = "reboot" | "power-cycle";

/** A node as a vendor or inventory addresses it. */
export interface TargetRef {
  readonly nodeName: string;
  readonly vendorInstanceId?: string | undefined;
  readonly cluster?: string | undefined;
}

/** What a vendor, or a scheduler through it, reports that happened to a node. */
export interface VendorEvent {
  /** The sender's own id: the same event twice is one. */
  readonly id: string;
  readonly kind: "ban" | "unban" | "leave" | "enter" | "out-for-repair" | "returned";
  readonly node: TargetRef;
  readonly systemSerial?: string | undefined;
  /** ISO 8601. */
  readonly at: string;
  /** Only with `ban`. */
  readonly cause?: string | undefined;
  readonly reason?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** What became of a request to the vendor: it was taken in; its effect is read back elsewhere. */
export interface VendorOp {
  readonly id: string;
  readonly state: "accepted" | "already";
}

/** What the vendor says has become of a request. */
export interface VendorOperation {
  /** `unknown`: the vendor knows of nothing that was asked for under that key. */
  readonly state: "running" | "succeeded" | "failed" | "unknown";
  /** Why it failed, in words for people. */
  readonly reason?: string | undefined;
}

/** Carried by every call. */
export interface CallOptions {
  /** Aborted when nobody waits for the answer any more: the call then rejects with its reason. */
  readonly signal: AbortSignal;
  /** How long the call may take, in milliseconds from its beginning; it then rejects with a `VendorError` of kind `retry`. */
  readonly deadlineMs: number;
}

/** Carried by every mutating call. */
export interface ActOptions extends CallOptions {
  /** The act's idempotency key: the same key twice is one act. */
  readonly key: string;
}

/** One vendor account, opened. @throws VendorError from every call that fails */
export interface VendorSession {
  /**
   * Sightings, not truth: what the vendor says its nodes are now.
   *
   * @param page `next` of the page before; undefined asks for the first
   */
  listNodes(page: string | undefined, options: CallOptions): Promise<Page<Sighting>>;
  /** Events after `cursor`, oldest first, and the cursor to go on from; without a cursor from the first event on. */
  listEvents?(
    cursor: string | undefined,
    options: CallOptions,
  ): Promise<Page<VendorEvent> & { readonly cursor: string }>;
  readonly transport?: Transport;
  power?(node: TargetRef, op: PowerOp, options: ActOptions): Promise<VendorOp>;
  openRepair?(
    node: TargetRef,
    report: { readonly category: string; readonly summary: string },
    options: ActOptions,
  ): Promise<VendorOp>;
  returnToService?(node: TargetRef, options: ActOptions): Promise<VendorOp>;
  /**
   * What has become of the act that was asked for under this key. It changes nothing, so that an act whose answer was
   * lost is looked for before it is asked for again. Every session with an act has it.
   */
  operation?(key: string, options: CallOptions): Promise<VendorOperation>;
  close(): Promise<void>;
}

/** What an adapter is given besides its settings. */
export interface VendorPorts {
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

export interface VendorDefinition {
  /** Equals the folder's name. */
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly capabilities: VendorCapabilities;
  /**
   * @param settings as the fleet's files give them; the adapter checks them
   * @throws SlipwayError of kind `config` for settings that are wrong, `unreachable` when the vendor cannot be asked
   */
  open(settings: Readonly<Record<string, unknown>>, ports: VendorPorts): Promise<VendorSession>;
}

/** A vendor adapter as the catalog hands it out. */
export type Vendor = VendorDefinition & { readonly kind: "vendor" };

/** Declares a vendor adapter. */
export function defineVendor(definition: VendorDefinition): Vendor {
  return { ...definition, kind: "vendor" };
}
