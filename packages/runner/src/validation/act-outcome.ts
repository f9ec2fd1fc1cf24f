import { openItem } from "../attention/items.ts";
import type { ReasonCode } from "@slipway/domain";
import { SlipwayError, VendorError } from "@slipway/plugin-sdk";
import { pauseAfter } from "@slipway/reconciler";
import type { Row, Tx } from "@slipway/store";
import { freeClaim } from "../claims/end-validation.ts";
import { stands, Superseded } from "./fence.ts";
import { objectOf, validationNamed, type RunnerParts, type Validation } from "../worker/parts.ts";
import { VALIDATIONS, takeTurn, type Turn } from "../worker/turn.ts";

/** After this many failed tries, over two and a half hours of growing pauses, an act is left to a person. */
const TRIES = 12;
/** Characters kept of an error's message. */
const SAID_LENGTH = 2_000;

/** An act under way, with the validation that it is for. */
export interface Act {
  readonly parts: RunnerParts;
  readonly intent: Row<"intents">;
  /** The one that it is for, where it is for one: a repair is for a ban, whatever led to it. */
  readonly validation: Validation | undefined;
}

export interface ValidationAct extends Act {
  readonly validation: Validation;
}

/** Why a validation is held, as its row says it. */
type Why = Pick<Validation, "reason_code" | "reason">;

/** What an act came to, for its validation. */
export interface Outcome {
  readonly outcome: "done" | "failed";
  readonly code: ReasonCode;
  readonly reason: string;
}

/**
 * Records that an act is about to be sent, in one transaction with the check that it is still wanted.
 *
 * @returns when, by the store's clock
 * @throws Superseded when another validation holds the machine or a person decided otherwise: then it may not be sent
 */
export function noteSent({ parts, intent }: Act): Promise<number> {
  return parts.store.transaction(async (tx) => {
    const sent_at = await tx.now();
    const { key } = intent;
    const may = await stands(tx, intent);
    const noted = may ? await tx.update("intents", [{ key: { key }, set: { sent_at }, when: { outcome: null } }]) : [];
    if (noted.length === 0) throw new Superseded(`${intent.act} is not for this worker to ask for any more`);
    return sent_at;
  });
}

/** Writes the outcome of a validation's act; a failed one holds the validation and frees the machine. Nothing counts once its claim has moved. */
export async function endAct({ parts, validation, intent }: ValidationAct, ended: Outcome): Promise<void> {
  await takeTurn(parts, async (turn) => {
    const may = await stands(turn.tx, intent);
    const closed = await close(turn, intent.key, may ? ended.outcome : "abandoned");
    const current = may && closed ? await actingFor(turn.tx, intent) : undefined;
    if (current === undefined) return;
    const { code: reason_code, reason } = ended;
    if (ended.outcome === "failed") await hold(turn, current, { intent, reason_code, reason });
    else
      turn.change.transition(
        VALIDATIONS,
        current,
        { acting: null, due_at: turn.change.now, reason_code, reason },
        { intent: intent.key },
      );
  });
  await lookAgain(parts, validation);
}

/** Writes the outcome of an act that no validation waits for, or that its validation went on without. */
export async function closeAct(
  parts: RunnerParts,
  intent: Row<"intents">,
  outcome: "done" | "failed" | "abandoned",
  reason: string,
): Promise<void> {
  await takeTurn(parts, async (turn) => {
    if (!(await close(turn, intent.key, outcome))) return;
    turn.change.audit(`intent/${intent.key}`, {
      from: intent.act,
      to: outcome,
      reason,
      detail: { intent: intent.key },
    });
  });
}

/**
 * Writes on the act's row that a try failed, and when the next one is. One that failed too often, or
 * that no further try can mend, ends: its validation is held, or an item is opened where none waits for it.
 */
export async function failTry({ parts, validation, intent: { key, act } }: Act, error: unknown): Promise<void> {
  const said = (error instanceof Error ? error.message : String(error)).slice(0, SAID_LENGTH);
  const failed = await takeTurn(parts, async (turn) => {
    const { tx, change } = turn;
    const intent = await tx.get("intents", { key });
    if (intent === undefined || intent.outcome !== null) return undefined;
    const tries = intent.tries + 1;
    const vain = isVain(error);
    const again = vain || tries >= TRIES ? null : change.now + pauseOf(error, tries, key);
    const set = {
      tries,
      last_error: said,
      look_again_at: again ?? intent.look_again_at,
      sent_at: wasNotDone(error) ? null : intent.sent_at,
    };
    await tx.update("intents", [{ key: { key }, set }]);
    if (again === null)
      await park(
        turn,
        { ...intent, ...set },
        {
          reason_code: "ActFailing",
          reason: `${act} failed${vain ? "" : ` ${String(tries)} times`}: ${said}`,
        },
      );
    return { tries, again };
  });
  if (failed === undefined) return;
  parts.emit({ event: "act-failed", key, act, reason: said, tries: failed.tries, tryAgainAt: failed.again });
  await lookAgain(parts, validation);
}

/** Parks an act of which workers die, with an item for a person. */
export async function parkDeadly({ parts, validation, intent: { key, act } }: Act): Promise<void> {
  const reason = `${act}: two workers that ran nothing else died of it`;
  const tries = await takeTurn(parts, async (turn) => {
    const intent = await turn.tx.get("intents", { key });
    if (intent === undefined || intent.outcome !== null) return undefined;
    await park(turn, intent, { reason_code: "WorkEndsWorkers", reason });
    return intent.tries;
  });
  if (tries === undefined) return;
  parts.emit({ event: "act-failed", key, act, reason, tries, tryAgainAt: null });
  await lookAgain(parts, validation);
}

/** Whether a further try fails as well until a person corrects what the error names. */
const isVain = (error: unknown): boolean =>
  (SlipwayError.is(error) && (error.kind === "config" || error.kind === "input")) ||
  (["refused", "not-found", "fatal"] as const).some((kind) => VendorError.is(error, kind));

/** Whether it is certain, by the vendor's error, that the act had no effect. */
const wasNotDone = (error: unknown): boolean =>
  (["throttled", "auth", "not-found", "conflict", "refused"] as const).some((kind) => VendorError.is(error, kind));

const pauseOf = (error: unknown, tries: number, key: string): number =>
  Math.max(pauseAfter(tries, key), VendorError.is(error) ? (error.retryAfterMs ?? 0) : 0);

/** Ends an act that failed for good, where a person sees it: its validation is held, or an item is opened. */
async function park(turn: Turn, intent: Row<"intents">, why: Why): Promise<void> {
  const { tx, change } = turn;
  await close(turn, intent.key, "failed");
  const waits = validationNamed(intent.object) !== undefined;
  const current = await actingFor(tx, intent);
  if (current !== undefined) await hold(turn, current, { intent, ...why });
  if (!waits)
    change.audit(`intent/${intent.key}`, {
      from: intent.act,
      to: "failed",
      reason: why.reason,
      detail: { intent: intent.key },
    });
  if (!waits || why.reason_code === "WorkEndsWorkers") await openActItem(turn, intent, why);
}

/** Has a person look at an act that nobody waits for, or that workers die of. */
function openActItem(
  turn: Turn,
  { key, object, act, machine, tries }: Row<"intents">,
  { reason_code, reason }: Why,
): Promise<void> {
  return openItem(turn, {
    kind: reason_code === "WorkEndsWorkers" ? "work-ends-workers" : "act-failing",
    subject: key,
    owner: turn.parts.fleet.clusters.healthOwner,
    title: `${reason} (${object}, m-${String(machine)})`,
    detail: { object, act, machine, tries },
    openedFor: object,
  });
}

/** Holds a validation for a person, and frees its machine. */
async function hold(
  { parts, tx, change }: Turn,
  validation: Validation,
  { intent, reason_code, reason }: Why & { readonly intent: Row<"intents"> },
): Promise<void> {
  const owner = parts.fleet.clusters.healthOwner;
  change.transition(
    VALIDATIONS,
    validation,
    { status: "held", acting: null, due_at: null, reason_code, reason, owner },
    { intent: intent.key },
  );
  await freeClaim({ tx, change }, validation);
}

/** Ends an intent. @returns false when it has its outcome already */
async function close(
  { tx, change }: Turn,
  key: string,
  outcome: NonNullable<Row<"intents">["outcome"]>,
): Promise<boolean> {
  const ended = await tx.update("intents", [
    { key: { key }, set: { outcome, outcome_at: change.now }, when: { outcome: null } },
  ]);
  return ended.length > 0;
}

/** The validation that waits for this act; undefined when it went on without it. */
async function actingFor(tx: Tx, intent: Row<"intents">): Promise<Validation | undefined> {
  const id = validationNamed(intent.object);
  const validation = id === undefined ? undefined : await tx.get("validations", { id });
  return validation?.acting === intent.key ? validation : undefined;
}

const lookAgain = async (parts: RunnerParts, validation: Validation | undefined): Promise<void> =>
  validation && parts.queue.send("tick", [{ key: objectOf(validation), priority: validation.priority }]);
