import { migrate, postgresStore, type Queue, type Row, type Store, type Tx } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { createTables, freshDatabase, setTestClock } from "@slipway/store/testing";
import { runAct } from "../src/acts/run-act.ts";
import { Outcomes } from "../src/acts/outcomes.ts";
import { takeTurn } from "../src/changes/change-set.ts";
import { ClaimWatch } from "../src/claim-watch.ts";
import type { EngineEvent, EngineParts } from "../src/engine.ts";
import { tick } from "../src/tick.ts";
import { findToys, toyKind, toyRow, toyTables, ToyWorld, type Toy } from "./toy.ts";

/** A store to test the engine over, whose clock is moved by hand. */
export interface OpenStore {
  readonly store: Store;
  setClock(time: number): Promise<void>;
  close(): Promise<void>;
}

export async function openMemory(): Promise<OpenStore> {
  let time = 0;
  const store = memoryStore({ clock: { now: () => time }, tables: toyTables });
  return {
    store,
    setClock: async (to) => void (time = to),
    close: () => store.close(),
  };
}

export async function openPostgres(): Promise<OpenStore> {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 4, tables: toyTables });
  await createTables(store, toyTables);
  return {
    store,
    setClock: (time) => setTestClock(store, { offsetMs: time, rate: 0 }),
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}

/** Thrown where a process dies: nothing of it runs any more. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** The engine over a store, with a world of toys, driven step by step. */
export class EngineBench {
  readonly world = new ToyWorld();
  readonly kind = toyKind(this.world);
  readonly events: EngineEvent[] = [];
  readonly sent: string[] = [];
  readonly engine: EngineParts;
  covers: readonly string[] = [];
  now = 1_000_000;
  /** Called before each transaction and after each commit, and throws to have the process die. */
  point: (name: string) => void = () => undefined;
  readonly #opened: OpenStore;

  constructor(opened: OpenStore) {
    this.#opened = opened;
    const store: Store = {
      ...opened.store,
      transaction: async (work) => {
        this.point("begin");
        const result = await opened.store.transaction(work);
        this.point("committed");
        return result;
      },
      report: (work) => opened.store.report(work),
      skew: () => opened.store.skew(),
    };
    const queue = {
      send: async (name: string, jobs: readonly { key: string }[]) =>
        void this.sent.push(...jobs.map(({ key }) => `${name.slice(0, 4)} ${key}`)),
    } as unknown as Queue;
    this.engine = {
      store,
      queue,
      clock: { now: () => this.now, sleep: () => new Promise(() => undefined) },
      worker: { id: "w", host: "h", pid: 1, release: "0" },
      kinds: [this.kind],
      limits: { acts: 4, tickBatch: 50, sweepMs: 1_000, lookAgainMs: 15_000, callMs: 1_000, effectMs: 300_000 },
      emit: (event) => void this.events.push(event),
      covers: () => this.covers,
      inContext: (base, work) => work(base as never),
    };
  }

  async advance(ms: number): Promise<void> {
    this.now += ms;
    await this.#opened.setClock(this.now);
  }

  /** Makes toys, each with its audit row. */
  make(...toys: readonly Toy[]): Promise<void> {
    return takeTurn(this.engine, async ({ change }) => {
      for (const toy of toys) change.create(this.kind, toy);
    });
  }

  tick(...ids: readonly number[]): Promise<void> {
    return tick(this.engine, this.kind, ids);
  }

  read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#opened.store.transaction(work);
  }

  async toy(id: number): Promise<Toy> {
    const [toy] = await this.read((tx) => findToys(tx, { id }));
    return toy ?? toyRow(id, { status: "lost" });
  }

  /** The open intent of a toy. */
  async intent(id: number): Promise<Row<"intents"> | undefined> {
    const { acting } = await this.toy(id);
    return acting === null ? undefined : this.read((tx) => tx.get("intents", { key: acting }));
  }

  /** Carries out the open act of a toy as one worker would. @returns its key */
  async act(id: number): Promise<string> {
    const { acting } = await this.toy(id);
    await this.run(acting ?? "");
    return acting ?? "";
  }

  async run(key: string): Promise<void> {
    const stopping = new AbortController();
    const carrier = { outcomes: new Outcomes(this.engine), claims: new ClaimWatch(this.engine) };
    const dies = (error: unknown): void => {
      if (error instanceof Killed) stopping.abort(error);
      throw error;
    };
    const [point, at] = [this.point, this.world.at];
    this.point = (name) => {
      stopping.signal.throwIfAborted();
      try {
        point(name);
      } catch (error) {
        dies(error);
      }
    };
    this.world.at = async (call) => {
      stopping.signal.throwIfAborted();
      try {
        await at(call);
      } catch (error) {
        dies(error);
      }
    };
    try {
      await runAct(this.engine, key, carrier, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    } finally {
      this.point = point;
      this.world.at = at;
    }
  }

  /** Ticks a toy and carries out its acts until it waits or has ended. */
  async settle(id: number, most = 20): Promise<Toy> {
    for (let turn = 0; turn < most; turn += 1) {
      await this.tick(id);
      const before = await this.toy(id);
      if (before.acting === null) return before;
      await this.act(id);
      const after = await this.toy(id);
      if (after.acting === before.acting) return after;
    }
    return this.toy(id);
  }

  async conditions(id: number): Promise<Record<string, string>> {
    const rows = await this.read((tx) => tx.find("conditions", { where: { object: `toy/${String(id)}` } }));
    return Object.fromEntries(rows.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
  }

  undo(id: number): Promise<readonly Row<"undo_entries">[]> {
    const where = { object: `toy/${String(id)}` };
    return this.read((tx) => tx.find("undo_entries", { where, orderBy: ["seq"] }));
  }
}
