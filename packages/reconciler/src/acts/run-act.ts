import { SlipwayError, type ActContext, type Observed, type Performed } from "@slipway/plugin-sdk";
import { timeOf } from "@slipway/store";
import { takeTurn, type ChangeSet } from "../changes/change-set.ts";
import type { ClaimWatch } from "../claim-watch.ts";
import type { ActBase, EngineParts } from "../engine.ts";
import { Superseded } from "../fence.ts";
import type { Ended } from "../kind.ts";
import { GONE_ON, readAct, waitingFor, type Act, type Found } from "./act.ts";
import { failTry, TryFailed } from "./failed-try.ts";
import { nextMove, type Move } from "./next-move.ts";
import type { Outcomes } from "./outcomes.ts";
import { parkIn } from "./park.ts";

/** What the acts of one worker share. */
export interface Carrier {
  readonly outcomes: Outcomes;
  readonly claims: ClaimWatch;
}

/**
 * Carries out one intent: looks whether its effect stands, performs it, looks again, and writes the outcome; a failed
 * try is written on its row. Called again after a crash it begins with the look, so an act is repeated only where no
 * effect of it is seen, and one of class `once` never.
 *
 * @param signal aborted when this worker stops or the job went to another: whoever takes over looks first
 */
export async function runAct(engine: EngineParts, key: string, carrier: Carrier, signal: AbortSignal): Promise<void> {
  const act = await readAct(engine, key);
  if (act === undefined) return;
  let own = signal;
  try {
    await carrier.claims.during(act, signal, (watched) => {
      own = watched;
      return engine.inContext(baseOf(act, watched), (context) => carryOut(act, carrier, context));
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const why: unknown = own.aborted ? own.reason : error;
    if (why instanceof Superseded) await dropAct(act, why.message);
    else if (error instanceof Refused) await park(act, error.code, `${act.intent.act} was refused: ${error.message}`);
    else await failTry(act, error);
  }
}

const baseOf = ({ engine, intent }: Act, signal: AbortSignal): ActBase => ({
  signal,
  deadlineMs: engine.limits.callMs,
  key: intent.key,
  fence: intent.fence,
  needs: intent.needs,
  now: () => timeOf(engine.store),
});

async function carryOut(act: Act, carrier: Carrier, context: ActContext): Promise<void> {
  if (act.intent.reverts !== null) return takeBack(act, carrier, context);
  const { definition, intent } = act;
  const observed = await observe(act, context);
  const move = await moveAfter(act, { observed, sentAt: intent.sent_at, performed: false, opId: intent.op_id });
  if (move.do !== "perform") return makeMove(act, carrier, { move, observed });
  if (definition.perform === undefined)
    throw new SlipwayError("contract", `act ${definition.id} is of class ${definition.class} and has no perform`);
  const sentAt = await noteSent(act, observed);
  if (sentAt === undefined) return;
  const performed = await definition.perform(context, intent.input, { opId: intent.op_id ?? undefined });
  const opId = await heardOf(act, performed);
  const after = await observe(act, context);
  const applied = performed.did === "done" ? performed.applied : undefined;
  const next = await moveAfter(act, { observed: after, sentAt, performed: true, opId });
  return makeMove(act, carrier, { move: next, observed: after, applied, performed });
}

const observe = ({ definition, intent }: Act, context: ActContext): Promise<Observed> =>
  definition.observe(context, intent.input);

async function moveAfter(
  { engine, definition, intent }: Act,
  known: {
    readonly observed: Observed;
    readonly sentAt: number | null;
    readonly performed: boolean;
    readonly opId: string | null;
  },
): Promise<Move> {
  const { observed, sentAt, performed, opId } = known;
  // For how long it has waited decides nothing of an effect that stands, or of an act that reads: a pass asks no clock.
  const isTimeless = observed.state === "already" || definition.class === "read";
  const now = isTimeless ? intent.written_at : await timeOf(engine.store);
  const since = { writtenMs: now - intent.written_at, sentMs: sentAt === null ? undefined : now - sentAt };
  return nextMove({ class: definition.class, observed, ...since, performed, inHand: opId !== null }, engine.limits);
}

/** What performing an act said. @returns the id of the operation that somebody has in hand */
async function heardOf(act: Act, performed: Performed): Promise<string | null> {
  if (performed.did === "accepted") {
    await takeTurn(act.engine, async ({ change }) => {
      change.intents.set(act.intent.key, { op_id: performed.opId });
    });
    return performed.opId;
  }
  if (performed.did === "refused") {
    const { code, reason, retryAfterMs } = performed;
    if (retryAfterMs === undefined) throw new Refused(code, reason);
    throw new TryFailed(`${reason} (${code})`, { retryAfterMs, wasNotDone: true });
  }
  return act.intent.op_id;
}

/** An act was refused, and asking again is in vain. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

interface Reached {
  readonly move: Move;
  readonly observed: Observed;
  readonly applied?: Readonly<Record<string, unknown>> | undefined;
  readonly performed?: Performed;
}

async function makeMove(act: Act, { outcomes }: Carrier, reached: Reached): Promise<void> {
  const { move, observed, applied, performed } = reached;
  const { intent } = act;
  switch (move.do) {
    case "end": {
      const already = performed === undefined && intent.sent_at === null;
      return write(act, outcomes, { did: "done", already, observed, applied });
    }
    case "wait":
      return leaveOpen(act, move.forMs, observed.reason);
    case "ask-person":
      return park(act, "NeedsHuman", `${intent.act} may have been done, and is never done twice: ${unseen(reached)}`);
    case "perform":
    case "fail":
      throw new TryFailed(unseen(reached));
  }
}

const unseen = ({ observed, performed }: Reached): string => {
  const why = performed?.did === "unknown" ? performed.why : observed.reason;
  const seen = observed.state === "unclear" ? "its effect cannot be told" : "its effect is not seen";
  return why === undefined ? seen : `${seen}: ${why}`;
};

async function write(act: Act, outcomes: Outcomes, ended: Ended): Promise<void> {
  const counted = await outcomes.write({ act, ended });
  act.kind.told?.(act.intent, ended, counted);
}

/** Waiting is a row: the intent stays open, and this worker is free. @param seen why it waits, as the last look says */
const leaveOpen = ({ engine, kind, intent }: Act, forMs: number, seen: string | undefined): Promise<void> =>
  takeTurn(engine, async (turn) => {
    const { tx, change } = turn;
    const current = await tx.get("intents", { key: intent.key });
    if (current === undefined || current.outcome !== null) return;
    if ((await waitingFor(turn, kind, current)) === undefined) change.giveUp(current, GONE_ON);
    else change.intents.set(intent.key, { look_again_at: change.now + forMs, tries: 0, last_error: seen ?? null });
  });

/**
 * Commits that an act is about to be performed, with what it will change, in one transaction with the look whether it
 * is still wanted.
 *
 * @returns when it was first sent, by the store's clock; undefined: its object wants it no longer, and it is abandoned
 * @throws Superseded when its object went on without it, or its claim moved
 */
function noteSent({ engine, kind, definition, intent }: Act, { prior = [] }: Observed): Promise<number | undefined> {
  if (definition.disturbs && intent.fence === 0)
    throw new SlipwayError("contract", `act ${definition.id} disturbs, and ${intent.object} holds no claim`);
  return takeTurn(engine, async (turn) => {
    const { tx, change } = turn;
    const current = await tx.get("intents", { key: intent.key });
    const found = current?.outcome === null ? await waitingFor(turn, kind, intent) : undefined;
    if (current === undefined || found === undefined)
      throw new Superseded(`${intent.act} is not for this worker to do any more`);
    if (!(await mayPerform(change, found))) return undefined;
    const sent_at = current.sent_at ?? change.now;
    if (current.sent_at === null) change.draftUndo(intent, prior);
    change.intents.set(intent.key, { sent_at });
    return sent_at;
  });
}

/**
 * Whether an act may be performed now; one that its object wants no longer is abandoned. Where no claim does so, the
 * object's own row sees to it that of this transaction and one that ends the object only one commits.
 */
async function mayPerform(change: ChangeSet, { kind, row, intent }: Found): Promise<boolean> {
  const wanted = intent.reverts !== null || (await kind.stillWants?.(change, row)) !== false;
  if (wanted && intent.fence === 0) change.change(kind, row, {});
  if (wanted) return true;
  change.giveUp(intent, "its object wants it no longer");
  change.change(kind, row, { acting: null, due_at: change.now });
  change.tick(intent.object, row.priority);
  return false;
}

/** Takes one change of the world back. */
async function takeBack(act: Act, { outcomes }: Carrier, context: ActContext): Promise<void> {
  const { engine, definition, intent } = act;
  const seq = intent.reverts ?? 0;
  const entry = await engine.store.transaction((tx) => tx.get("undo_entries", { object: intent.object, seq }));
  if (entry === undefined) throw new SlipwayError("input", `${intent.object} has no change ${String(seq)}`);
  if (definition.revert === undefined)
    throw new SlipwayError("contract", `act ${definition.id} changed something and has no revert`);
  await noteSent(act, { state: "not-yet", facts: {} });
  const { key, prior, applied } = entry;
  const outcome = await definition.revert(context, intent.input, { key, prior, applied });
  await write(act, outcomes, { did: "reverted", seq, outcome });
}

function park(act: Act, code: string, reason: string): Promise<void> {
  const { engine, kind, intent } = act;
  return takeTurn(engine, async (turn) => {
    const current = await turn.tx.get("intents", { key: intent.key });
    if (current === undefined || current.outcome !== null) return;
    const found = await waitingFor(turn, kind, current);
    if (found === undefined) turn.change.giveUp(current, GONE_ON);
    else await parkIn(turn.change, found, { code, reason });
  });
}

const dropAct = ({ engine, intent }: Act, reason: string): Promise<void> =>
  takeTurn(engine, async ({ tx, change }) => {
    const current = await tx.get("intents", { key: intent.key });
    if (current !== undefined && current.outcome === null) change.giveUp(current, reason);
  });
