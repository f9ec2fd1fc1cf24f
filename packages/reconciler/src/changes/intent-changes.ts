import type { Queue, Row, Tx } from "@slipway/store";
import { sendActs } from "../routing.ts";
import { LostRace } from "./lost-race.ts";

type Intent = Row<"intents">;

/** An act without an outcome for this long is sent to the queue again, in case its job was lost. */
export const LOST_AFTER_MS = 30_000;

/** What an intent says when it is written. */
export type FreshIntent = Pick<
  Intent,
  "key" | "object" | "object_kind" | "object_id" | "act" | "class" | "needs" | "fence" | "input"
> &
  Partial<Pick<Intent, "machine" | "cluster" | "before" | "reverts">>;

/** Collects new intents with their jobs, and what becomes of those that are open. */
export class IntentChanges {
  readonly #fresh: Intent[] = [];
  readonly #jobs: (Pick<Intent, "key" | "needs"> & { readonly priority: number })[] = [];
  readonly #changed = new Map<string, Partial<Intent>>();
  readonly #forgotten = new Set<string>();
  readonly #reopened: string[] = [];
  readonly #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  add(intent: FreshIntent, priority: number): void {
    this.#fresh.push({
      machine: null,
      cluster: null,
      before: {},
      reverts: null,
      ...intent,
      written_at: this.#now,
      sent_at: null,
      op_id: null,
      tries: 0,
      look_again_at: this.#now + LOST_AFTER_MS,
      last_error: null,
      outcome: null,
      outcome_at: null,
    });
    this.#jobs.push({ key: intent.key, needs: intent.needs, priority });
  }

  /** Changes an open intent. */
  set(key: string, set: Partial<Intent>): void {
    this.#changed.set(key, { ...this.#changed.get(key), ...set });
  }

  /** Removes an intent that was carried out. */
  forget(key: string): void {
    this.#changed.delete(key);
    this.#forgotten.add(key);
  }

  /** Opens an act that failed for good: its tries count from here. */
  reopen({ key, needs }: Pick<Intent, "key" | "needs">, priority: number): void {
    this.#reopened.push(key);
    this.#jobs.push({ key, needs, priority });
  }

  /** Intents of an act that this transaction writes. */
  added(act: string, cluster?: string): number {
    return this.#fresh.filter((one) => one.act === act && (cluster === undefined || one.cluster === cluster)).length;
  }

  async flush(tx: Tx, queue: Queue | undefined): Promise<void> {
    const changes = [...this.#changed].map(([key, set]) => ({ key: { key }, set, when: { outcome: null } }));
    if (changes.length > 0 && (await tx.update("intents", changes)).length !== changes.length)
      throw new LostRace("intents");
    const forgotten = [...this.#forgotten].map((key) => ({ key }));
    if (forgotten.length > 0) await tx.remove("intents", forgotten);
    const again = { outcome: null, outcome_at: null, op_id: null, tries: 0, look_again_at: this.#now };
    const reopened = this.#reopened.map((key) => ({ key: { key }, set: again, when: { outcome: "failed" as const } }));
    if (reopened.length > 0 && (await tx.update("intents", reopened)).length !== reopened.length)
      throw new LostRace("intents");
    if (this.#fresh.length > 0) await tx.insert("intents", this.#fresh);
    if (this.#jobs.length > 0 && queue !== undefined) await sendActs(tx, queue, this.#jobs);
  }
}
