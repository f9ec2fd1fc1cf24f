import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Phase, Said, Told, WorkerOrders } from "./worker.ts";

/** Kills are at most 3 s apart (settled.md B), with what a start takes. */
const PATIENCE_MS = 2_600;
/** How long after its own end a worker is started again. */
const RESTART_MS = 500;
const workerFile = fileURLToPath(new URL("worker.ts", import.meta.url));

/** One of the two workers. */
export type At = 0 | 1;
export const otherThan = (at: At): At => (at === 0 ? 1 : 0);

/** Two worker processes that are started, killed, and started again when they end by themselves, as whoever runs them would. */
export class Workers {
  /** By point, how many worker processes passed it. */
  readonly points = new Map<string, number>();
  /** Acts at a time of the workers that are started from now on. */
  acts = 8;
  readonly #orders: Omit<WorkerOrders, "acts">;
  readonly #children: [ChildProcess?, ChildProcess?] = [];
  readonly #inHand: [Set<string>, Set<string>] = [new Set(), new Set()];

  constructor(orders: Omit<WorkerOrders, "acts">) {
    this.#orders = orders;
  }

  start(at: At): void {
    const orders: WorkerOrders = { ...this.#orders, acts: this.acts };
    const child = fork(workerFile, [JSON.stringify(orders)], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const hand = new Set<string>();
    this.#children[at] = child;
    this.#inHand[at] = hand;
    child.on("message", (said: Said) => {
      if ("took" in said) for (const key of said.took) hand.add(key);
      if ("ended" in said) for (const key of said.ended) hand.delete(key);
      if ("point" in said) this.points.set(said.point, (this.points.get(said.point) ?? 0) + 1);
    });
    child.once("exit", (code) => {
      if (code !== null && this.#children[at] === child)
        setTimeout(() => {
          this.start(at);
        }, RESTART_MS);
    });
  }

  /** The process that is this worker now. */
  child(at: At): ChildProcess {
    const child = this.#children[at];
    if (child === undefined) throw new TypeError(`worker ${String(at)} was never started`);
    return child;
  }

  /** The jobs that a worker has in hand, as `act <key>` and `tick <key>`; it goes on changing. */
  inHand(at: At): Set<string> {
    return this.#inHand[at];
  }

  tell(at: At, told: Told): void {
    this.child(at).send(told);
  }

  /** Hears what a worker says from now on. @returns ends the hearing */
  hear(at: At, what: (said: Said) => void): () => void {
    const child = this.child(at);
    child.on("message", what);
    return () => void child.off("message", what);
  }

  /** Kills a worker with SIGKILL and waits until it is gone. */
  async kill(at: At): Promise<void> {
    const child = this.child(at);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  /** Kills a worker the moment it says that it is in this phase, or after a while wherever it is. @returns whether it was there */
  async killIn(at: At, phase: Phase): Promise<boolean> {
    const there = Promise.withResolvers<boolean>();
    const deaf = this.hear(at, (said) => {
      if ("phase" in said && said.phase === phase) there.resolve(true);
    });
    setTimeout(() => {
      there.resolve(false);
    }, PATIENCE_MS);
    const struck = await there.promise;
    deaf();
    await this.kill(at);
    return struck;
  }
}
