import type { Row } from "@slipway/store";
import { takeTurn, type ChangeSet, type Turn } from "../changes/change-set.ts";
import { idIn } from "../changes/object-changes.ts";
import { kindNamed, type TurnParts } from "../engine.ts";
import { isWanted } from "../fence.ts";
import type { Ended, Kind, ObjectHeader } from "../kind.ts";
import { findObjects } from "../objects.ts";
import { GONE_ON, type Act } from "./act.ts";

/** Outcomes of one transaction at most. */
const GROUP = 50;

/** An act whose outcome is known, and not written yet. */
export interface Outcome {
  readonly act: Pick<Act, "kind" | "intent">;
  readonly ended: Ended;
}

interface Waiting extends Outcome {
  readonly resolve: (counted: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes outcomes of acts in groups: those that become known while a transaction is under way share the next one. A
 * group that fails is written one by one, so that one outcome does not keep others from being written.
 */
export class Outcomes {
  readonly #parts: TurnParts;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** @returns false: it has its outcome already, or its object went on without it */
  write(outcome: Outcome): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...outcome, resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) await this.#writeGroup(this.#waiting.splice(0, GROUP));
    this.#busy = false;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const counted = await writeOutcomes(this.#parts, group);
      for (const { act, resolve } of group) resolve(counted.has(act.intent.key));
    } catch (error) {
      if (group.length === 1) for (const { reject } of group) reject(error);
      else for (const one of group) await this.#writeGroup([one]);
    }
  }
}

/** Writes outcomes in one transaction. @returns keys of the acts whose outcome counts */
export function writeOutcomes(parts: TurnParts, outcomes: readonly Outcome[]): Promise<ReadonlySet<string>> {
  return takeTurn(parts, async (turn) => {
    const counted = new Set<string>();
    const found = await read(turn, parts, outcomes);
    for (const { act, ended } of outcomes) {
      const { key } = act.intent;
      const intent = found.intents.get(key);
      if (intent === undefined || intent.outcome !== null || counted.has(key)) continue;
      const row = found.objects.get(intent.object);
      const now = row === undefined ? undefined : turn.change.current(act.kind, row);
      if (now !== undefined && isWanted(turn.change, now, intent, found.claims.get(intent.machine ?? 0))) {
        counted.add(key);
        await writeOutcome(turn.change, { kind: act.kind, row: now, intent }, ended);
      } else turn.change.giveUp(intent, GONE_ON);
    }
    return counted;
  });
}

/** Ends an intent, and has its kind write what it came to. */
export async function writeOutcome(
  change: ChangeSet,
  { kind, row, intent }: { readonly kind: Kind; readonly row: ObjectHeader; readonly intent: Row<"intents"> },
  ended: Ended,
): Promise<void> {
  const outcome = ended.did === "parked" ? "failed" : "done";
  if (kind.keepsNoActs === true && outcome === "done") change.intents.forget(intent.key);
  else change.intents.set(intent.key, { outcome, outcome_at: change.now });
  // What was only read changed nothing in the world: what follows from it, its kind says.
  if (intent.class !== "read")
    change.audit(`intent/${intent.key}`, {
      from: intent.act,
      to: ended.did === "reverted" ? ended.outcome : outcome,
      reason: reasonOf(intent, ended),
      detail: { intent: intent.key },
    });
  if (ended.did === "reverted") {
    const { seq, outcome: became } = ended;
    change.undo.set(intent.object, seq, { reverted_at: change.now, outcome: became, owner: null, last_error: null });
  }
  const due_at = ended.did === "parked" ? null : change.now;
  const free = change.change(kind, row, { acting: null, failures: 0, due_at });
  await kind.record(change, free, intent, ended);
  change.tick(intent.object, row.priority);
}

function reasonOf({ act }: Row<"intents">, ended: Ended): string {
  if (ended.did === "parked") return ended.reason;
  if (ended.did === "reverted") return `${act} was taken back: ${ended.outcome}`;
  return ended.already ? `${act}: it stands already` : `${act}: done`;
}

/** What a group of outcomes goes by. */
interface ReadRows {
  readonly intents: ReadonlyMap<string, Row<"intents">>;
  readonly objects: ReadonlyMap<string, ObjectHeader>;
  readonly claims: ReadonlyMap<number, Row<"claims">>;
}

async function read({ tx }: Turn, parts: TurnParts, outcomes: readonly Outcome[]): Promise<ReadRows> {
  const all = outcomes.map(({ act }) => act.intent);
  const intents = await tx.find("intents", { where: { key: { in: all.map(({ key }) => key) } } });
  const machines = [
    ...new Set(all.flatMap(({ machine, fence }) => (machine === null || fence === 0 ? [] : [machine]))),
  ];
  const claims = machines.length === 0 ? [] : await tx.find("claims", { where: { machine: { in: machines } } });
  const objects = new Map<string, ObjectHeader>();
  for (const [name, group] of Map.groupBy(all, ({ object_kind }) => object_kind)) {
    const kind = kindNamed(parts, name);
    if (kind === undefined) continue;
    const ids = [...new Set(group.map(({ object_id }) => idIn(kind, object_id)))];
    for (const row of await findObjects(tx, kind, { where: { id: { in: ids } } }))
      objects.set(`${name}/${String(row.id)}`, row);
  }
  return {
    intents: new Map(intents.map((row) => [row.key, row])),
    objects,
    claims: new Map(claims.map((row) => [row.machine, row])),
  };
}
