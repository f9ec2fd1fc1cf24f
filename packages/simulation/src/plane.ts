import { lookAtVendor, startRunner, type Runner, type RunnerParts } from "@slipway/runner";
import { StoreError } from "@slipway/store";
import { chances, type Chances } from "./chances.ts";
import type { AtMoments, Faults } from "./faults.ts";
import { Life } from "./life.ts";
import { interfere } from "./person.ts";
import { portsOf, type Plant } from "./ports.ts";
import type { SimulatedWorld } from "./simulate.ts";
import { isWatched } from "./tables.ts";
import { mannerOf, type Manner } from "./variety.ts";
import { adapterOf, type Line } from "./wire.ts";
import { WireJournal } from "./wire-journal.ts";

const MINUTE = 60_000;
/** Where a process dies or stands still: anywhere, or where little time lies between an act and its record. */
const PLACES = [
  "",
  "",
  "commit",
  "committed",
  "exec",
  "power",
  "service",
  "put",
  "send",
  "insert passes",
  "update intents",
  "listEvents done",
  "begin",
] as const;
const STALLS = ["exec", "power", "put", "begin", "committed", "service"] as const;
const JUMPS = [-90, -10, -1, 1, 10, 90].map((minutes) => minutes * MINUTE) as [number, ...number[]];
/** How long a wrong clock stays wrong. */
const SET_RIGHT = [1, 6, 24].map((hours) => hours * 60 * MINUTE) as [number, ...number[]];

/** One worker process, with its runner and its look at the vendor. */
interface Process {
  readonly life: Life;
  readonly runner: Promise<Runner>;
}

/** The worker processes of a simulated control plane: started, killed, stopped and started again. */
export class Plane {
  readonly wire = new WireJournal();
  /** Failures that no fault explains. */
  readonly troubles: string[] = [];
  readonly manner: Manner;
  readonly #world: SimulatedWorld;
  readonly #faults: Faults;
  readonly #plant: Plant | undefined;
  readonly #draw: Chances;
  readonly #noise: Chances;
  readonly #processes = new Set<Process>();
  #started = 0;
  #ended = false;
  #changed = false;
  #personWaits = false;

  constructor(seed: number, world: SimulatedWorld, faults: Faults, plant: Plant | undefined) {
    this.#world = world;
    this.#faults = faults;
    this.#plant = plant;
    this.#draw = chances(seed, "plane");
    this.#noise = chances(seed, "noise");
    this.manner = mannerOf(seed);
  }

  begin(): void {
    for (let count = 0; count < this.manner.workers; count += 1) this.#start();
  }

  /** Whether anything that the invariants are about was written since this was asked last. */
  changed(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** Brings the fault whose moment has come. */
  async strike(kind: AtMoments): Promise<void> {
    if (kind === "person") {
      // Half of them come while somebody is asking the machine.
      if (this.#draw.chance(0.5)) this.#personWaits = true;
      else await this.#interfere();
      return;
    }
    const process = [...this.#processes][this.#draw.between(0, this.#processes.size - 1)];
    if (process === undefined) return;
    const { life } = process;
    if (kind === "crash") life.dieAt(this.#draw.pick(PLACES), this.#draw.between(0, 6));
    if (kind === "stall") life.stallAt(this.#draw.pick(STALLS), this.#draw.pick([20_000, 2 * MINUTE, 40 * MINUTE]));
    if (kind === "clock-jump") {
      life.skew += this.#draw.pick(JUMPS);
      this.#faults.struck["clock-jump"] += 1;
      // A worker whose clock is off refuses work, until somebody sets it right.
      void this.#world.clock.sleep(this.#draw.pick(SET_RIGHT)).then(() => {
        life.skew = 0;
      });
    }
  }

  async #interfere(node?: string): Promise<void> {
    this.#changed = true;
    if (await interfere(this.#world.parts, this.#draw, node)) this.#faults.struck.person += 1;
  }

  /** Sets the clocks right. */
  calm(): void {
    for (const { life } of this.#processes) life.skew = 0;
  }

  /** Ends every process where it is. */
  end(): void {
    this.#ended = true;
    for (const { life } of this.#processes) life.die();
  }

  async #connected(node: string): Promise<void> {
    if (!this.#personWaits || !this.#faults.active) return;
    this.#personWaits = false;
    await this.#interfere(node);
  }

  #start(): void {
    const { parts, clock } = this.#world;
    const number = (this.#started += 1);
    const life = new Life(this.#faults, (ms) => clock.sleep(ms), {
      onDeath: () => {
        leave();
      },
      onStall: () => {
        leave();
      },
    });
    const own = portsOf(life, this.#faults, parts, {
      plant: this.#plant,
      onWrite: (table) => (this.#changed ||= isWatched(table)),
    });
    const line: Line = {
      life,
      faults: this.#faults,
      journal: this.wire,
      noise: this.#noise,
      store: parts.store,
      onConnect: (node) => this.#connected(node),
    };
    const adapters = new Map([...parts.adapters].map(([id, adapter]) => [id, adapterOf(line, adapter)]));
    const mine: RunnerParts = {
      ...parts,
      ...own,
      adapters,
      limits: { ...parts.limits, sweepMs: this.manner.sweepMs },
      worker: { ...parts.worker, id: `simulated/${String(number)}`, pid: number },
    };
    const process: Process = { life, runner: startRunner(mine) };
    this.#processes.add(process);
    // To the others it is gone as soon as it says nothing any more; whether it died or only stands still they cannot know.
    const leave = (): void => {
      if (!this.#processes.delete(process)) return;
      void process.runner.then((runner) => runner.stop({ now: true }));
      if (!this.#ended)
        void clock.sleep(this.manner.restartMs).then(() => {
          this.#start();
        });
    };
    void this.#lookOn(process, mine);
  }

  /** The look at the vendor, again and again, as `slipway up` has it. */
  async #lookOn(process: Process, parts: RunnerParts): Promise<void> {
    const { signal } = new AbortController();
    const session = parts.adapters.get("lab")?.vendor?.session;
    while (session !== undefined && this.#processes.has(process)) {
      try {
        await lookAtVendor(
          parts,
          { adapter: "lab", session, everyMs: this.manner.lookMs / 2 },
          this.#world.precedence,
          signal,
        );
      } catch (error) {
        if (!StoreError.is(error)) this.troubles.push(`the look at the vendor failed: ${String(error)}`);
      }
      await parts.clock.sleep(this.manner.lookMs);
    }
  }
}
