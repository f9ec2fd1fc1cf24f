import { VendorError, type CallOptions, type VendorSession } from "@slipway/plugin-sdk";
import type { Precedence } from "@slipway/policy";
import { StoreError } from "@slipway/store";
import type { RunnerParts } from "../worker/parts.ts";
import { bookEvents } from "./vendor-events.ts";
import { LookLease, LookLost } from "./lease.ts";
import { planUnproven } from "./plan-unproven.ts";
import { takeInNodes, type Look } from "./take-in-nodes.ts";

/** One vendor account that is looked at. */
export interface VendorAccount {
  /** By the id that machines carry. */
  readonly adapter: string;
  readonly session: VendorSession;
  /** Time from one look to the next, in milliseconds, whichever worker has it. */
  readonly everyMs: number;
}

/** What a look took in. */
export interface Looked {
  readonly sightings: number;
  readonly refused: number;
  readonly planned: number;
}

/** The longest pause after failed looks, where the vendor asks for no longer one. */
const MAX_PAUSE_MS = 10 * 60_000;

/**
 * Looks at one vendor when it is due: takes in what it says of its nodes, books what happened to them, and
 * plans the validation of every machine that is unproven where it stands. One worker at a time does, under
 * a lease in the store. A part that fails keeps the others from nothing; the look is then tried again after
 * a pause that grows, or after the vendor's own.
 *
 * @returns undefined when the vendor is not due, another worker looks at it, or `signal` ended the look
 * @throws what the first part that failed threw: VendorError for what the vendor did
 */
export async function lookAtVendor(
  parts: RunnerParts,
  { adapter, session, everyMs }: VendorAccount,
  precedence: Precedence,
  signal: AbortSignal,
): Promise<Looked | undefined> {
  const lease = await LookLease.take(parts, adapter);
  if (lease === undefined) return undefined;
  const call: CallOptions = { signal, deadlineMs: parts.limits.vendorCallMs };
  const failures: Error[] = [];
  try {
    const looked = await lookWith({ parts, session, lease, precedence, call }, failures);
    const [failure] = failures;
    if (signal.aborted) {
      await lease.end(parts, 0, null);
      return undefined;
    }
    await lease.end(
      parts,
      failure === undefined ? everyMs : pauseAfter(failure, everyMs, lease.at.failures),
      failure?.message ?? null,
    );
    if (failure !== undefined) throw failure;
    return looked;
  } catch (error) {
    if (error instanceof LookLost) return undefined;
    throw error;
  }
}

/** Runs each part of a look; what a part failed of is kept, but for a store that is away or a lost lease. */
async function lookWith(look: Look, failures: Error[]): Promise<Looked> {
  const part = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return look.call.signal.aborted ? otherwise : await work();
    } catch (error) {
      if (StoreError.is(error) || error instanceof LookLost) throw error;
      failures.push(error instanceof Error ? error : new Error(String(error)));
      return otherwise;
    }
  };
  const nodes = await part(() => takeInNodes(look), { sightings: 0, refused: 0 });
  await part(() => bookEvents(look), undefined);
  return { ...nodes, planned: await part(() => planUnproven(look.parts, look.lease), 0) };
}

const pauseAfter = (failure: Error, everyMs: number, failures: number): number =>
  VendorError.is(failure) && failure.retryAfterMs !== undefined
    ? Math.max(everyMs, failure.retryAfterMs)
    : Math.max(everyMs, Math.min(everyMs * 2 ** failures, MAX_PAUSE_MS));
