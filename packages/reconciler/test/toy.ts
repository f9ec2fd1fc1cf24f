import type { ActDefinition, Observed, Performed, Reverted, Undo } from "@slipway/plugin-sdk";
import type { Row, Tables, Tx } from "@slipway/store";
import { bigint, header, int, json, orNull, table, text } from "@slipway/store/testing";
import { z } from "zod";
import { openUndo } from "../src/changes/undo-changes.ts";
import type { ChangeSet } from "../src/changes/change-set.ts";
import { objectOf, type ConditionState, type Ended, type Further, type Kind, type ObjectHeader } from "../src/kind.ts";

/** What a toy is to do, in order: paint one side of the thing that it is named for. */
export interface ToyPlan {
  readonly act: "paint" | "ring" | "await";
  readonly side: string;
}

export interface Toy extends ObjectHeader {
  readonly id: number;
  readonly machine: number | null;
  readonly wanted: "done" | "undone";
  readonly plan: readonly ToyPlan[];
  readonly step: number;
  readonly parent: string | null;
  readonly priority: number;
}

/** Further tables of a test, as a store takes them. */
export const toyTables = {
  toys: table(
    {
      id: bigint(),
      ...header,
      parent: orNull(text()),
      machine: orNull(bigint()),
      wanted: text(),
      plan: json<readonly ToyPlan[]>(),
      step: int(),
    },
    { key: ["id"], indexes: [["due_at"]] },
  ),
  toy_marks: table({ toy: bigint(), side: text(), said: text() }, { key: ["toy", "side", "said"] }),
} as unknown as Tables;

export const toyRow = (id: number, over: Partial<Toy> = {}): Toy => ({
  id,
  spec_generation: 1,
  revision: 1,
  status: "new",
  reason_code: "New",
  reason: "made",
  owner: null,
  acting: null,
  due_at: 0,
  failures: 0,
  last_error: null,
  finished_at: null,
  parent: null,
  priority: 0,
  machine: null,
  wanted: "done",
  plan: [{ act: "paint", side: "left" }],
  step: 0,
  ...over,
});

/** The world outside the database: sides of things, each with a colour. */
export class ToyWorld {
  readonly sides = new Map<string, string>();
  /** What was performed, with the key that it was performed under. */
  readonly performed: string[] = [];
  readonly rung: string[] = [];
  /** What `observe` answers instead of what is so. */
  shows: Partial<Observed> | undefined;
  /** What `perform` answers instead of doing it. */
  answers: Performed | undefined;
  /** Called at each of an act's calls, and throws to have it fail. */
  at: (call: string) => void | Promise<void> = () => undefined;
}

const Side = z.object({ toy: z.number(), side: z.string() });
type Side = z.infer<typeof Side>;
const placeOf = ({ toy, side }: Side): string => `${String(toy)} ${side}`;

interface ToyFacts {
  readonly undo: readonly Row<"undo_entries">[];
  readonly made: ReadonlyMap<string, Row<"intents">>;
  readonly children: number;
  readonly claim: Row<"claims"> | undefined;
}

type ToyStep =
  | { readonly do: "wait" | "end" | "explode" | "claim" }
  | { readonly do: "act"; readonly plan: ToyPlan }
  | { readonly do: "take-back"; readonly entry: Row<"undo_entries"> };

/** The kind `toy`, over a world that a test looks into. */
export function toyKind(world: ToyWorld): Kind<Toy, ToyFacts, ToyStep> {
  const kind: Kind<Toy, ToyFacts, ToyStep> = {
    name: "toy",
    table: "toys",
    owner: () => "toymakers",
    acts: { paint: paint(world), ring: ring(world), await: awaitColour(world) },
    async look(reads, rows) {
      const objects = rows.map((row) => objectOf(kind, row));
      const undo = await openUndo(reads, objects);
      const intents = await reads.find("intents", { where: { object: { in: objects } } });
      const machines = rows.flatMap(({ machine }) => machine ?? []);
      const claims = await reads.find("claims", { where: { machine: { in: machines } } });
      const children = await findToys(reads, { parent: { in: objects }, finished_at: null });
      return new Map(
        rows.map((row) => [
          row.id,
          {
            undo: undo.get(objectOf(kind, row)) ?? [],
            made: new Map(intents.map((intent) => [intent.key, intent])),
            children: children.filter(({ parent }) => parent === objectOf(kind, row)).length,
            claim: claims.find(({ machine }) => machine === row.machine),
          },
        ]),
      );
    },
    decide(row, { undo, children, claim }) {
      if (row.status === "explosive") return { do: "explode" };
      if (row.acting !== null) return { do: "wait" };
      const [entry] = undo;
      if (row.wanted === "undone") return entry === undefined ? { do: "end" } : { do: "take-back", entry };
      const plan = row.plan[row.step];
      if (plan === undefined) return { do: children > 0 ? "wait" : "end" };
      return row.machine !== null && claim?.holder !== objectOf(kind, row) ? { do: "claim" } : { do: "act", plan };
    },
    status: (row): ConditionState[] => [
      {
        type: "Painted",
        status: row.step >= row.plan.length ? "True" : row.step === 0 ? "Unknown" : "False",
        reason: row.step >= row.plan.length ? "AllSides" : "SidesLeft",
        message: `${String(row.step)} of ${String(row.plan.length)} sides`,
      },
    ],
    apply: async (change, row, facts, step) => applyStep(kind, change, row, { facts, step }),
    record(change, row, intent, ended) {
      recordEnd(kind, change, row, { intent, ended });
    },
  };
  return kind;
}

function applyStep(
  kind: Kind<Toy, ToyFacts, ToyStep>,
  change: ChangeSet,
  row: Toy,
  { facts, step }: { readonly facts: ToyFacts; readonly step: ToyStep },
): Further<Toy, ToyFacts> | undefined {
  switch (step.do) {
    case "explode":
      throw new Error("this toy explodes");
    case "wait":
      change.change(kind, row, { due_at: null });
      return undefined;
    case "claim": {
      const claim = change.take(facts.claim, row.machine ?? 0, objectOf(kind, row));
      const claimed = change.transition(kind, row, { status: "claimed", reason_code: "Claimed", reason: "claimed" });
      return { row: claimed, facts: { ...facts, claim } };
    }
    case "act": {
      const { act, side } = step.plan;
      const fence = row.machine === null ? 0 : (facts.claim?.fence ?? 0);
      const asked = change.ask(kind, row, { act, input: { toy: row.id, side }, fence, machine: row.machine });
      change.transition(kind, asked, { status: "acting", reason_code: "Acting", reason: `${act} ${side}` });
      return undefined;
    }
    case "take-back": {
      const made = facts.made.get(step.entry.intent);
      if (made !== undefined) change.askBack(kind, row, step.entry, made);
      return undefined;
    }
    case "end": {
      const status = row.wanted;
      change.transition(kind, row, {
        status,
        reason_code: "Ended",
        reason: status,
        due_at: null,
        finished_at: change.now,
      });
      if (row.machine !== null) change.free(facts.claim, objectOf(kind, row));
      return undefined;
    }
  }
}

function recordEnd(
  kind: Kind<Toy, ToyFacts, ToyStep>,
  change: ChangeSet,
  row: Toy,
  { intent, ended }: { readonly intent: Row<"intents">; readonly ended: Ended },
): void {
  if (ended.did !== "done") return;
  const side = String(intent.input["side"]);
  change.insert("toy_marks", [{ toy: row.id, side, said: ended.already ? "already" : "done" }]);
  change.observe({
    subject: objectOf(kind, row),
    fact: side,
    source: intent.act,
    value: ended.observed.facts["is"] ?? null,
    observed_at: change.now,
  });
  change.change(kind, row, { step: row.step + 1 });
}

/** Gives a side the toy's colour, under its key; what it was can be given back. */
const paint = (world: ToyWorld): ActDefinition<typeof Side> => ({
  id: "paint",
  version: "1.0.0",
  title: "Paints a side",
  input: Side,
  class: "keyed",
  disturbs: false,
  needs: ({ side }) => (side === "far" ? ["brush:long"] : []),
  async observe(_context, input) {
    await world.at("observe");
    const is = world.sides.get(placeOf(input)) ?? "bare";
    return {
      state: is === "red" ? "already" : "not-yet",
      facts: { is },
      prior: [{ key: placeOf(input), prior: is, applied: "red" }],
      ...world.shows,
    };
  },
  async perform({ key }, input, { opId }) {
    await world.at("perform");
    world.performed.push(`${key}${opId === undefined ? "" : ` (${opId})`}`);
    const answer = world.answers ?? { did: "done", applied: { colour: "red" } };
    if (answer.did === "done") world.sides.set(placeOf(input), "red");
    await world.at("performed");
    return answer;
  },
  async revert(_context, _input, { key, prior, applied }: Undo): Promise<Reverted> {
    await world.at("revert");
    const is = world.sides.get(key);
    if (is === prior) return "already-gone";
    if (is !== applied) return "skipped-foreign";
    world.sides.set(key, String(prior));
    world.performed.push(`undo ${key}`);
    return "reverted";
  },
});

/** Rings once: whether it rang is seen only where the world shows it. */
const ring = (world: ToyWorld): ActDefinition<typeof Side> => ({
  id: "ring",
  version: "1.0.0",
  title: "Rings",
  input: Side,
  class: "once",
  disturbs: true,
  needs: () => [],
  async observe(_context, input) {
    await world.at("observe");
    return { state: world.rung.includes(placeOf(input)) ? "already" : "not-yet", facts: {}, ...world.shows };
  },
  async perform({ key }, input) {
    await world.at("perform");
    world.performed.push(key);
    const answer = world.answers ?? { did: "done" };
    if (answer.did === "done") world.rung.push(placeOf(input));
    await world.at("performed");
    return answer;
  },
});

/** Waits until a side is red. */
const awaitColour = (world: ToyWorld): ActDefinition<typeof Side> => ({
  id: "await",
  version: "1.0.0",
  title: "Waits for a colour",
  input: Side,
  class: "read",
  disturbs: false,
  needs: () => [],
  async observe(_context, input) {
    await world.at("observe");
    const is = world.sides.get(placeOf(input)) ?? "bare";
    return is === "red"
      ? { state: "already", facts: { is } }
      : { state: "not-yet", facts: { is }, lookAgainMs: 60_000 };
  },
});

/** Toys that meet conditions, for which the store's types know no table. */
export const findToys = (reads: Pick<Tx, "find">, where: object): Promise<readonly Toy[]> =>
  reads.find("toys" as never, { where, orderBy: ["id"] }) as unknown as Promise<readonly Toy[]>;
