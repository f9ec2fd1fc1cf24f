import type { Row, Tx } from "@slipway/store";
import type { ConditionState } from "../kind.ts";

type ConditionRow = Row<"conditions">;

/** Of an object, what was said and for which of its spec generations. */
interface Said {
  readonly generation: number;
  /** Types that are not among them hold no more; undefined: nothing was said of the others. */
  whole: boolean;
  readonly states: Map<string, ConditionState>;
}

/** Collects what is said of objects' conditions, and writes what of it is new. */
export class ConditionChanges {
  readonly #said = new Map<string, Said>();
  readonly #known = new Map<string, readonly ConditionRow[]>();

  /** Conditions as this transaction read them, so that they are not read again. */
  know(objects: readonly string[], rows: readonly ConditionRow[]): void {
    const found = Map.groupBy(rows, ({ object }) => object);
    for (const object of objects) this.#known.set(object, found.get(object) ?? []);
  }

  /** @param whole these are all that hold of the object: others that it has are false from now on */
  say(object: string, generation: number, states: readonly ConditionState[], whole: boolean): void {
    const said = this.#said.get(object) ?? { generation, whole: false, states: new Map<string, ConditionState>() };
    said.whole ||= whole;
    for (const state of states) said.states.set(state.type, state);
    this.#said.set(object, said);
  }

  async flush(tx: Tx, now: number, by: string): Promise<void> {
    const unknown = [...this.#said.keys()].filter((object) => !this.#known.has(object));
    if (unknown.length > 0) this.know(unknown, await tx.find("conditions", { where: { object: { in: unknown } } }));
    const written: ConditionRow[] = [];
    const changed: ConditionRow[] = [];
    for (const [object, said] of this.#said)
      for (const { before, after } of this.#pairs(object, said, now)) {
        if (before !== undefined && same(before, after)) continue;
        written.push(after);
        if (before?.status !== after.status || before.reason !== after.reason) changed.push(after);
      }
    if (written.length > 0) await tx.upsert("conditions", written);
    if (changed.length === 0) return;
    const ids = await tx.nextIds("event", changed.length);
    await tx.insert(
      "condition_changes",
      changed.map((row, index) => ({ ...row, id: ids[index] ?? 0, by, since: now })),
    );
  }

  *#pairs(
    object: string,
    { generation, whole, states }: Said,
    now: number,
  ): Generator<{ readonly before: ConditionRow | undefined; readonly after: ConditionRow }> {
    const known = this.#known.get(object) ?? [];
    for (const state of states.values()) {
      const before = known.find(({ type }) => type === state.type);
      const since = before?.status === state.status ? before.since : now;
      yield { before, after: { object, ...state, observed_generation: generation, since } };
    }
    for (const before of whole ? known : []) {
      if (states.has(before.type) || before.status === "False") continue;
      const none = { status: "False", reason: "AsExpected", message: "" } as const;
      yield { before, after: { ...before, ...none, observed_generation: generation, since: now } };
    }
  }
}

const same = (one: ConditionRow, other: ConditionRow): boolean =>
  one.status === other.status &&
  one.reason === other.reason &&
  one.message === other.message &&
  one.observed_generation === other.observed_generation;
