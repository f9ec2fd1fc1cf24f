import { StoreError, type Row } from "@slipway/store";
import type { Act } from "./acts/act.ts";
import { idIn } from "./changes/object-changes.ts";
import { kindNamed, type EngineParts } from "./engine.ts";
import { Superseded } from "./fence.ts";
import { objectOf, type Reads } from "./kind.ts";
import { findObjects } from "./objects.ts";

/** Between two reads of what the running acts go by. */
const LOOK_MS = 5_000;

interface Watched {
  readonly act: Pick<Act, "intent">;
  readonly lost: AbortController;
}

/**
 * Watches whether the running acts of a worker are still wanted: one query a table for all of them, and none while no
 * act runs.
 */
export class ClaimWatch {
  readonly #parts: Pick<EngineParts, "store" | "clock" | "emit" | "kinds">;
  readonly #watched = new Set<Watched>();
  #idle = new AbortController();

  constructor(parts: Pick<EngineParts, "store" | "clock" | "emit" | "kinds">) {
    this.#parts = parts;
  }

  /** Runs an act with a signal that is aborted with `Superseded` when its object or its claim no longer waits for it. */
  async during<T>(
    act: Pick<Act, "intent">,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const watched = { act, lost: new AbortController() };
    this.#watched.add(watched);
    if (this.#watched.size === 1) void this.#watch();
    try {
      return await work(AbortSignal.any([signal, watched.lost.signal]));
    } finally {
      this.#watched.delete(watched);
      if (this.#watched.size === 0) this.#idle.abort();
    }
  }

  async #watch(): Promise<void> {
    const { clock, emit } = this.#parts;
    const idle = (this.#idle = new AbortController());
    while (!idle.signal.aborted) {
      await clock.sleep(LOOK_MS, idle.signal).catch(() => undefined);
      if (idle.signal.aborted) return;
      try {
        for (const { lost } of await this.#moved()) lost.abort(new Superseded("the claim moved while it ran"));
      } catch (error) {
        if (!StoreError.is(error)) throw error;
        emit({ event: "store-trouble", reason: error.message });
      }
    }
  }

  /** Acts that their object no longer waits for, or whose claim has another fence now. */
  #moved(): Promise<readonly Watched[]> {
    const watched = [...this.#watched];
    const intents = watched.map(({ act }) => act.intent);
    return this.#parts.store.transaction(async (tx) => {
      const acting = await this.#actingOf(tx, intents);
      const machines = intents.flatMap(({ machine, fence }) => (machine === null || fence === 0 ? [] : [machine]));
      const claims = machines.length === 0 ? [] : await tx.find("claims", { where: { machine: { in: machines } } });
      const fences = new Map(claims.map(({ machine, holder, fence }) => [machine, holder === null ? 0 : fence]));
      return watched.filter(({ act: { intent } }) => {
        const lost = intent.fence !== 0 && fences.get(intent.machine ?? 0) !== intent.fence;
        return lost || acting.get(intent.object) !== intent.key;
      });
    });
  }

  /** Which intent each object waits for. */
  async #actingOf(reads: Reads, intents: readonly Row<"intents">[]): Promise<ReadonlyMap<string, string | null>> {
    const acting = new Map<string, string | null>();
    for (const [name, group] of Map.groupBy(intents, ({ object_kind }) => object_kind)) {
      const kind = kindNamed(this.#parts, name);
      if (kind === undefined) continue;
      const ids = [...new Set(group.map(({ object_id }) => idIn(kind, object_id)))];
      for (const row of await findObjects(reads, kind, { where: { id: { in: ids } } }))
        acting.set(objectOf(kind, row), row.acting);
    }
    return acting;
  }
}
