import { VendorError, type ActContext, type ActDefinition, type Observed } from "@slipway/plugin-sdk";
import { Superseded } from "@slipway/reconciler";
import { StoreError } from "@slipway/store";
import { z } from "zod";
import type { RunnerParts } from "../worker/parts.ts";
import { planUnproven } from "./plan-unproven.ts";
import { LookLost, Progress } from "./progress.ts";
import { takeInNodes, type Look } from "./take-in-nodes.ts";
import { bookEvents } from "./vendor-events.ts";

const LookInput = z.object({ account: z.string().min(1).describe("The vendor account, by the id of its adapter") });

/** Why a look failed, and how long the vendor asks to be left alone, in milliseconds. */
export interface LookFailure {
  readonly reason: string;
  readonly retryAfterMs?: number | undefined;
}

/** A worker that lost a look to another sees after so long whether that one ended it. */
const LOST_MS = 60_000;
/** Of what an error says, so much is kept. */
const SAID_LENGTH = 2_000;

/**
 * A look at a vendor account: takes in what the vendor says of its nodes, books what happened to them, and plans the
 * validation of every machine that is unproven where it stands. A part that fails keeps the others from nothing; what
 * the first one failed of is among the facts.
 */
export const lookAct = (parts: RunnerParts): ActDefinition<typeof LookInput> => ({
  id: "look",
  version: "1.0.0",
  title: "A vendor is asked for its nodes and for what happened to them",
  input: LookInput,
  class: "read",
  disturbs: false,
  needs: ({ account }) => [`vendor:${account}`],
  observe: (context, { account }) => look(parts, context, account),
});

async function look(parts: RunnerParts, context: ActContext, account: string): Promise<Observed> {
  const { signal, deadlineMs } = context;
  const progress = await Progress.begin(parts, context.key, account);
  const session = context.vendor(account);
  const failures: Error[] = [];
  try {
    const looked = await lookWith({ parts, session, progress, call: { signal, deadlineMs } }, failures);
    const [failure] = failures;
    if (failure === undefined) parts.emit({ event: "looked", adapter: account, ...looked });
    else
      parts.emit({
        event: "look-failed",
        adapter: account,
        reason: failure.message,
        byVendor: VendorError.is(failure),
      });
    return { state: "already", facts: { ...looked, failure: failure === undefined ? null : failureOf(failure) } };
  } catch (error) {
    if (error instanceof LookLost) return { state: "not-yet", facts: {}, reason: error.message, lookAgainMs: LOST_MS };
    throw error;
  }
}

const failureOf = (error: Error): LookFailure => ({
  reason: error.message.slice(0, SAID_LENGTH),
  ...(VendorError.is(error) && { retryAfterMs: error.retryAfterMs }),
});

/** What a look took in. */
interface Looked {
  readonly sightings: number;
  readonly refused: number;
  readonly planned: number;
}

/** Runs each part of a look; what a part failed of is kept, but for a store that is away or a look that goes on no more. */
async function lookWith(look: Look, failures: Error[]): Promise<Looked> {
  const { signal } = look.call;
  const part = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      signal.throwIfAborted();
      return await work();
    } catch (error) {
      const ends = signal.aborted || StoreError.is(error) || error instanceof LookLost || error instanceof Superseded;
      if (ends) throw error;
      failures.push(error instanceof Error ? error : new Error(String(error)));
      return otherwise;
    }
  };
  const nodes = await part(() => takeInNodes(look), { sightings: 0, refused: 0 });
  await part(() => bookEvents(look), undefined);
  return { ...nodes, planned: await part(() => planUnproven(look.parts, look.progress), 0) };
}
