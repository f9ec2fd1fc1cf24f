import { startRunner, type Runner, type RunnerParts } from "@slipway/runner";
import type { Row, Store, Tx } from "@slipway/store";
import { afterEach, describe, expect, it } from "vitest";
import { HOUR, type SimulatedWorld } from "../src/simulate.ts";
import { bootWorld, MINUTE, until, workerOf } from "./boot-world.ts";

let runner: Runner | undefined;
afterEach(() => runner?.stop({ now: true }));

const validations = ({ memory }: SimulatedWorld): readonly Row<"validations">[] =>
  memory?.snapshot("validations") ?? [];

/** A world of four machines, of which the first one's validation cannot be written while `broken` says so. */
async function withOneBroken() {
  const made = await bootWorld({ machines: 4 });
  const worker = workerOf(made);
  const id = validations(made)[0]?.id ?? 0;
  const refused: number[] = [];
  const state = { broken: true };
  /** In place, for the queue knows a transaction by itself. */
  const refusing = (tx: Tx): Tx => {
    const update = tx.update.bind(tx);
    return Object.assign(tx, {
      update: ((table, changes) => {
        const meant = (changes as readonly { key: { id?: number }; set: Partial<Row<"validations">> }[]).some(
          ({ key, set }) => table === "validations" && key.id === id && (set.failures ?? 0) === 0,
        );
        if (!meant || !state.broken) return update(table, changes);
        refused.push(made.clock.now());
        return Promise.reject(new TypeError("a field of it makes no sense"));
      }) satisfies Tx["update"],
    });
  };
  const { store } = worker.parts;
  const parts: RunnerParts = {
    ...worker.parts,
    store: {
      ...store,
      transaction: <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction((tx) => work(refusing(tx))),
    } satisfies Store,
  };
  runner = await startRunner(parts);
  return { made, id, refused, state, events: worker.events };
}

describe("a validation whose look fails", () => {
  it("does not keep back those that are looked at with it", async () => {
    const { made, id } = await withOneBroken();
    await made.clock.runUntil(made.clock.now() + 10 * MINUTE);
    for (const row of validations(made).filter((one) => one.id !== id))
      expect(row, String(row.id)).toMatchObject({ status: "running", failures: 0, last_error: null });
    expect(made.memory?.snapshot("intents").some(({ object }) => object === `validation/${String(id)}`)).toBe(false);
  });

  it("says so on its row, and is looked at again after pauses that grow to an hour", async () => {
    const { made, id, refused, events } = await withOneBroken();
    await made.clock.runUntil(made.clock.now() + 5 * HOUR);
    const row = validations(made).find((one) => one.id === id);
    expect(row?.last_error).toBe("a field of it makes no sense");
    expect(row?.failures).toBeGreaterThan(9);
    expect(row?.failures).toBeLessThan(24);
    expect(row?.due_at).toBeGreaterThan(made.clock.now() - MINUTE);
    expect(new Set(refused).size).toBeLessThan(24);
    expect(events).toContainEqual(
      expect.objectContaining({ event: "tick-failed", object: `validation/${String(id)}`, failures: 2 }),
    );
  });

  it("goes on as if nothing had been once it can be looked at", async () => {
    const { made, id, state } = await withOneBroken();
    await made.clock.runUntil(made.clock.now() + 10 * MINUTE);
    state.broken = false;
    await until(made, () => validations(made).find((one) => one.id === id)?.failures === 0);
    expect(validations(made).find((one) => one.id === id)).toMatchObject({ status: "running", last_error: null });
  });
});
