import type { Connection, Host, VendorSession } from "@slipway/plugin-sdk";

/** The world that a step acts on, as the contract suite opens it: anew for each run, in the same state. */
export interface StepWorld {
  /** The session of a vendor account. */
  vendor?(account: string): VendorSession;
  /** A connection to a node. */
  exec?(host: Host): Promise<Connection>;
  /** What acts have changed so far, in words. The same change again is no further one. */
  changes(): readonly string[];
  /** Lets happen what follows from a change by itself, or what a step waits for, such as a boot. */
  settle?(): void;
  /** Somebody else changes what the act has changed. Needed of a step that can be taken back. */
  interfere?(): void;
}

/** What the contract suite of a step is told. */
export interface StepCase {
  /** As the step's schema takes it. */
  readonly input: unknown;
  /** The world before the act: its effect does not stand, and nothing is in its way. */
  readonly open: () => StepWorld;
}
