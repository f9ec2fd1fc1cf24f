import { lacks, objectOf, standingHeader, type ConditionState, type Ended, type Kind } from "@slipway/reconciler";
import type { RunnerParts } from "../worker/parts.ts";
import { lookAct, type LookFailure } from "./look.ts";
import { VENDOR_ACCOUNTS, type VendorAccount } from "./progress.ts";

/** The longest pause after failed looks, where the vendor asks for no longer one. */
const MAX_PAUSE_MS = 10 * 60_000;
/** An account that no living worker has open is looked for again after so long, if none starts before. */
const NOBODY_MS = 60_000;

interface Facts {
  readonly now: number;
  /** The look that it waits for is still to be carried out. */
  readonly looking: boolean;
  /** A living worker has it open. */
  readonly covered: boolean;
}

type Step = "wait" | "look" | "leave";

/**
 * Vendor accounts as a kind of object: one for each adapter that a worker has opened, looked at again and again by one
 * worker that has it open. One whose looks fail is never left to a person: it is tried again after pauses that grow.
 */
export function vendorAccountKind(parts: RunnerParts): Kind<VendorAccount, Facts, Step> {
  const kind: Kind<VendorAccount, Facts, Step> = {
    ...VENDOR_ACCOUNTS,
    standing: (now) => [...parts.adapters].flatMap(([id, { vendor }]) => (vendor === undefined ? [] : fresh(id, now))),
    owner: () => parts.fleet.clusters.healthOwner,
    acts: { look: lookAct(parts) },
    parksItself: true,
    keepsNoActs: true,
    look: (_reads, rows, { now, open, covers }) =>
      Promise.resolve(
        new Map(
          rows.map((row) => {
            const looking = row.acting !== null && open.get(objectOf(kind, row))?.key === row.acting;
            const covered = covers.some((has) => lacks(has, [`vendor:${row.id}`]).length === 0);
            return [row.id, { now, looking, covered }];
          }),
        ),
      ),
    decide,
    status: (account, { looking, covered }) => [answers(account), ...(covered || looking ? [] : [nobody(account)])],
    apply(change, account, _facts, step) {
      if (step === "look") change.ask(kind, account, { act: "look", input: { account: account.id } });
      if (step === "leave") change.change(kind, account, { due_at: change.now + NOBODY_MS });
      return Promise.resolve(undefined);
    },
    record(change, account, _intent, ended) {
      change.change(
        kind,
        account,
        afterLook(account, failureOf(ended), { now: change.now, everyMs: parts.limits.lookMs }),
      );
    },
  };
  return kind;
}

function decide(account: VendorAccount, { now, looking, covered }: Facts): Step {
  if (looking || (account.acting === null && (account.due_at ?? now) > now)) return "wait";
  return covered ? "look" : "leave";
}

function afterLook(
  { failed_looks }: VendorAccount,
  failure: LookFailure | undefined,
  { now, everyMs }: { readonly now: number; readonly everyMs: number },
): Partial<VendorAccount> {
  if (failure === undefined) return { failed_looks: 0, look_error: null, due_at: now + everyMs };
  const due_at = now + pauseAfter(failure, everyMs, failed_looks);
  return { failed_looks: failed_looks + 1, look_error: failure.reason, due_at };
}

const fresh = (id: string, now: number): VendorAccount => ({
  id,
  ...standingHeader(now),
  fence: 0,
  page: null,
  events_cursor: null,
  identity_cursor: 0,
  plan_cursor: 0,
  failed_looks: 0,
  look_error: null,
});

const answers = ({ failed_looks, look_error }: VendorAccount): ConditionState =>
  failed_looks === 0
    ? { type: "Answers", status: "True", reason: "NoFailure", message: "" }
    : { type: "Answers", status: "False", reason: "LookFailed", message: look_error ?? "" };

const nobody = ({ id }: VendorAccount): ConditionState => ({
  type: "Waiting",
  status: "True",
  reason: "NoWorkerFor",
  message: `no worker that is alive has vendor:${id}: it is looked at when one starts`,
});

function failureOf(ended: Ended): LookFailure | undefined {
  if (ended.did === "parked") return { reason: ended.reason };
  return ended.did === "done" ? ((ended.observed.facts["failure"] as LookFailure | null) ?? undefined) : undefined;
}

const pauseAfter = ({ retryAfterMs }: LookFailure, everyMs: number, failures: number): number =>
  retryAfterMs === undefined
    ? Math.max(everyMs, Math.min(everyMs * 2 ** failures, MAX_PAUSE_MS))
    : Math.max(everyMs, retryAfterMs);
