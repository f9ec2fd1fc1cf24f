import { SlipwayError, VendorError } from "@slipway/plugin-sdk";
import { takeTurn, type Turn } from "../changes/change-set.ts";
import type { EngineParts } from "../engine.ts";
import { pauseAfter } from "../pause.ts";
import { GONE_ON, waitingFor, type Act, type Found } from "./act.ts";
import { parkIn } from "./park.ts";

/** After this many failed tries, over two and a half hours of growing pauses, an act is left to a person. */
export const TRIES = 12;
/** Characters kept of an error's message. */
const SAID_LENGTH = 2_000;

/** Why a try failed, where that is no error of the act's own. */
export class TryFailed extends Error {
  override readonly name = "TryFailed";
  /** Not tried again before, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;
  /** Whether it is certain that the try had no effect. */
  readonly wasNotDone: boolean;

  constructor(
    message: string,
    options: { readonly retryAfterMs?: number | undefined; readonly wasNotDone?: boolean } = {},
  ) {
    super(message);
    this.retryAfterMs = options.retryAfterMs;
    this.wasNotDone = options.wasNotDone === true;
  }
}

/**
 * Writes on the act's row that a try failed, and when the next one is. After too many, or where no further try can
 * mend it, its object is parked; taking a change back is tried on all the same, and has an owner from then on.
 */
export async function failTry({ engine, kind, intent: { key, act } }: Act, error: unknown): Promise<void> {
  const said = (error instanceof Error ? error.message : String(error)).slice(0, SAID_LENGTH);
  const failed = await takeTurn(engine, async (turn) => {
    const { tx, change } = turn;
    const intent = await tx.get("intents", { key });
    if (intent === undefined || intent.outcome !== null) return undefined;
    const found = await waitingFor(turn, kind, intent);
    if (found === undefined) {
      change.giveUp(intent, GONE_ON);
      return undefined;
    }
    const tries = intent.tries + 1;
    const tooOften = isVain(error) || tries >= TRIES;
    const again = tooOften && intent.reverts === null ? null : change.now + pauseOf(error, tries, key);
    change.intents.set(key, {
      tries,
      last_error: said,
      look_again_at: again ?? intent.look_again_at,
      sent_at: wasNotDone(error) ? null : intent.sent_at,
    });
    if (intent.reverts !== null) undoFailed(turn, found, { seq: intent.reverts, tries, said, tooOften });
    else if (tooOften)
      await parkIn(change, found, {
        code: "ActFailing",
        reason: `${act} failed${isVain(error) ? "" : ` ${String(tries)} times`}: ${said}`,
      });
    else change.tick(intent.object, found.row.priority);
    return { tries, again };
  });
  if (failed === undefined) return;
  engine.emit({ event: "act-failed", key, act, reason: said, tries: failed.tries, tryAgainAt: failed.again });
}

interface FailedUndo {
  readonly seq: number;
  readonly tries: number;
  readonly said: string;
  readonly tooOften: boolean;
}

function undoFailed({ change }: Turn, { kind, row, intent }: Found, failed: FailedUndo): void {
  const { seq, tries, said, tooOften } = failed;
  const owner = kind.owner(row);
  const outcome = tooOften ? { owner, outcome: "failed" as const } : {};
  change.undo.set(intent.object, seq, { tries, last_error: said, ...outcome });
  if (!tooOften) return;
  change.change(kind, row, { owner });
  change.say(kind, row, [
    { type: "Blocked", status: "True", reason: "UndoFailing", message: `${intent.act} cannot be taken back: ${said}` },
  ]);
}

/** Ends an act of which workers die, for a person to look at. */
export async function parkDeadly(engine: EngineParts, act: Act): Promise<void> {
  const { key, act: name } = act.intent;
  const reason = `${name}: two workers that ran nothing else died of it`;
  const tries = await takeTurn(engine, async (turn) => {
    const intent = await turn.tx.get("intents", { key });
    if (intent === undefined || intent.outcome !== null) return undefined;
    const found = await waitingFor(turn, act.kind, intent);
    if (found === undefined) {
      turn.change.giveUp(intent, GONE_ON);
      return undefined;
    }
    await parkIn(turn.change, found, { code: "WorkEndsWorkers", reason });
    return intent.tries;
  });
  if (tries !== undefined) engine.emit({ event: "act-failed", key, act: name, reason, tries, tryAgainAt: null });
}

/** Whether a further try fails as well until a person corrects what the error names. */
const isVain = (error: unknown): boolean =>
  (SlipwayError.is(error) && (error.kind === "config" || error.kind === "input")) ||
  (["refused", "not-found", "fatal"] as const).some((kind) => VendorError.is(error, kind));

/** Whether it is certain that the try had no effect. */
const wasNotDone = (error: unknown): boolean =>
  (error instanceof TryFailed && error.wasNotDone) ||
  (["throttled", "auth", "not-found", "conflict", "refused"] as const).some((kind) => VendorError.is(error, kind));

const pauseOf = (error: unknown, tries: number, key: string): number =>
  Math.max(pauseAfter(tries, key), retryAfterOf(error));

const retryAfterOf = (error: unknown): number =>
  VendorError.is(error) || error instanceof TryFailed ? (error.retryAfterMs ?? 0) : 0;
