import { StoreError } from "@slipway/store";
import type { Act } from "./act-outcome.ts";
import { Superseded } from "./fence.ts";
import { validationNamed, type RunnerParts } from "../worker/parts.ts";

/** Between two reads of the claims of the running acts. */
const LOOK_MS = 5_000;

interface Watched {
  readonly act: Act;
  readonly lost: AbortController;
}

/**
 * Watches whether the running acts of a worker are still wanted: one query for all of them, and none while no act
 * runs.
 */
export class ClaimWatch {
  readonly #parts: RunnerParts;
  readonly #watched = new Set<Watched>();
  #idle = new AbortController();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Runs an act with a signal that is aborted with `Superseded` when the claim or the validation no longer waits for it. */
  async during<T>(act: Act, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    // An act without a validation has no claim, and is one call.
    if (validationNamed(act.intent.object) === undefined) return work(signal);
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

  /** Acts whose claim another validation has now, or that their validation no longer waits for. */
  #moved(): Promise<readonly Watched[]> {
    const watched = [...this.#watched];
    return this.#parts.store.transaction(async (tx) => {
      const waiting = new Map(
        (
          await tx.find("validations", {
            where: { id: { in: watched.map(({ act }) => validationNamed(act.intent.object) ?? 0) } },
            columns: ["id", "acting"],
          })
        ).map(({ id, acting }) => [id, acting]),
      );
      const claims = new Map(
        (
          await tx.find("claims", { where: { machine: { in: watched.map(({ act }) => act.intent.machine ?? 0) } } })
        ).map((claim) => [claim.machine, claim]),
      );
      return watched.filter(({ act: { intent } }) => {
        const claim = claims.get(intent.machine ?? 0);
        const ours = claim?.holder === intent.object && claim.fence === intent.fence;
        return !ours || waiting.get(validationNamed(intent.object) ?? 0) !== intent.key;
      });
    });
  }
}
