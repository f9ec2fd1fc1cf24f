import type { EvidenceReader } from "@slipway/evidence";
import { SlipwayError, type ActDefinition } from "@slipway/plugin-sdk";
import type { Blobs, Clock, Queue, Row, Store } from "@slipway/store";
import type { Adapter } from "@slipway/collect";
import type { Fleet } from "@slipway/fleet";
import type { JudgingSet } from "@slipway/fleet";
import type { EngineEvent } from "@slipway/reconciler";

/** What happened, for logs, metrics and traces. */
export type RunnerEvent =
  | EngineEvent
  | {
      readonly event: "transition";
      readonly object: string;
      readonly from: string | null;
      readonly to: string;
      readonly reason: string;
    }
  | {
      readonly event: "pass";
      readonly validation: number;
      readonly node: string;
      readonly verdict: string;
      readonly seconds: number;
      readonly counted: boolean;
    }
  /** What an act says while it is carried out. */
  | {
      readonly event: "act-said";
      readonly key: string;
      readonly level: "info" | "warn";
      readonly message: string;
      readonly fields: object;
    }
  /** A look at a vendor that went well, and what it took in. */
  | {
      readonly event: "looked";
      readonly adapter: string;
      readonly sightings: number;
      readonly refused: number;
      readonly planned: number;
    }
  /** A look at a vendor of which a part failed: by the vendor's doing, or by this worker's. */
  | { readonly event: "look-failed"; readonly adapter: string; readonly reason: string; readonly byVendor: boolean }
  /** A clean-up of evidence. */
  | ({ readonly event: "tidied" } & Tidied)
  /** A row of a vendor's list that is not taken in. */
  | {
      readonly event: "sighting-refused";
      readonly adapter: string;
      readonly node: string;
      readonly field: string;
      readonly reason: string;
    };

/** How many pieces of evidence one clean-up marked and deleted, and how many of its parts stopped for a person to confirm. */
export interface Tidied {
  readonly expired: number;
  readonly orphans: number;
  readonly purged: number;
  readonly stopped: number;
}

export interface RunnerLimits {
  /** Acts at a time, most of them passes waiting for a node. */
  readonly acts: number;
  /** Objects looked at in one transaction. */
  readonly tickBatch: number;
  readonly maxBytes: number;
  readonly sudo: boolean;
  /** Time between two sweeps for objects that are due. */
  readonly sweepMs: number;
  /** An act without an outcome for this long is sent to the queue again, in case its job was lost. */
  readonly lookAgainMs: number;
  /** Time a node has to prove that it booted. */
  readonly bootMs: number;
  /** Time a vendor has to answer one call. */
  readonly vendorCallMs: number;
  /** Time from one look at a vendor to the next. */
  readonly lookMs: number;
  /** Time from one clean-up of evidence to the next. */
  readonly tidyMs: number;
}

export const DEFAULT_LIMITS: RunnerLimits = {
  acts: 64,
  tickBatch: 200,
  maxBytes: 64 * 2 ** 20,
  sudo: false,
  sweepMs: 1_000,
  lookAgainMs: 15_000,
  bootMs: 30 * 60_000,
  vendorCallMs: 30_000,
  lookMs: 5_000,
  tidyMs: 3_600_000,
};

/** Everything a runner works with. The simulation puts memory adapters, a virtual clock and faults here. */
export interface RunnerParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly judging: () => Promise<JudgingSet>;
  /** What is done at vendors and nodes, by the id of the step. */
  readonly steps: ReadonlyMap<string, ActDefinition>;
  /** Reads what nodes print: in threads of its own, or in line where nodes are simulated. */
  readonly reader: EvidenceReader;
  /** What this worker has open, by the id that validations carry: `ssh`, `local`, or a vendor's. */
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly worker: { readonly id: string; readonly host: string; readonly pid: number; readonly release: string };
  readonly limits: RunnerLimits;
  readonly emit: (event: RunnerEvent) => void;
}

export type Validation = Row<"validations">;

/** How rows name a validation. */
export const objectOf = (validation: Pick<Validation, "id">): string => `validation/${String(validation.id)}`;
/** A step by its id. @throws SlipwayError of kind `contract` where the catalog has none */
export function stepOf({ steps }: Pick<RunnerParts, "steps">, id: string): ActDefinition {
  const step = steps.get(id);
  if (step === undefined) throw new SlipwayError("contract", `the catalog has no step ${id}`);
  return step;
}
