import { startRunner, type Runner, type RunnerEvent, type RunnerParts } from "@slipway/runner";
import { type Adapter } from "@slipway/collect";
import { chances, type Chances } from "./chances.ts";
import type { AtMoments, Faults } from "./faults.ts";
import { Life } from "./life.ts";
import { Looks } from "./looks.ts";
import { Meddling } from "./meddling.ts";
import { portsOf, type Plant, type Planted } from "./ports.ts";
import type { SimulatedWorld } from "./simulate.ts";
import { isWatched } from "./tables.ts";
import { mannerOf, type Manner } from "./variety.ts";
import { faultyVendor } from "./vendor-faults.ts";
import { Vendors } from "./vendors.ts";
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
const FAR = [-400, 400].map((days) => days * 24 * 60 * MINUTE) as [number, ...number[]];
/** Between two clean-ups of evidence. */
const TIDY_MS = 12 * 60 * MINUTE;
/** What a store says that was cut off. */
const CUT = /the connection was lost/;
/** How long a wrong clock stays wrong. */
const SET_RIGHT = [1, 6, 24].map((hours) => hours * 60 * MINUTE) as [number, ...number[]];

/** One worker process, with its runner. */
interface Process {
  readonly life: Life;
  /** What it has open. */
  readonly adapters: RunnerParts["adapters"];
  readonly runner: Promise<Runner>;
}

/** The worker processes of a simulated control plane: started, killed, stopped and started again. */
export class Plane {
  readonly wire = new WireJournal();
  readonly vendors: Vendors;
  readonly looks: Looks;
  /** Failures that no fault explains. */
  readonly troubles: string[] = [];
  readonly manner: Manner;
  readonly #world: SimulatedWorld;
  readonly #faults: Faults;
  readonly #plant: Planted | undefined;
  readonly #meddling: Meddling;
  readonly #draw: Chances;
  readonly #noise: Chances;
  readonly #processes = new Set<Process>();
  #started = 0;
  #ended = false;
  #changed = false;

  constructor(seed: number, world: SimulatedWorld, faults: Faults, plant: Planted | undefined) {
    const now = (): number => world.clock.now();
    this.vendors = new Vendors(seed, faults, now);
    this.looks = new Looks(faults, now);
    this.#meddling = new Meddling(seed, world, {
      faults,
      vendors: this.vendors,
      onChange: () => (this.#changed = true),
    });
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
    if (await this.#meddling.strike(kind)) return;
    const process = [...this.#processes][this.#draw.between(0, this.#processes.size - 1)];
    if (process === undefined) return;
    const { life } = process;
    if (kind === "crash") life.dieAt(this.#draw.pick(PLACES), this.#draw.between(0, 6));
    if (kind === "stall") life.stallAt(this.#draw.pick(STALLS), this.#draw.pick([20_000, 2 * MINUTE, 40 * MINUTE]));
    if (kind === "clock-jump" || kind === "clock-far") {
      life.skew += this.#draw.pick(kind === "clock-jump" ? JUMPS : FAR);
      this.#faults.struck[kind] += 1;
      // A worker whose clock is off refuses work, until somebody sets it right.
      void this.#world.clock.sleep(this.#draw.pick(SET_RIGHT)).then(() => {
        life.skew = 0;
      });
    }
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
    const plant = typeof this.#plant === "function" ? this.#plant() : this.#plant;
    const own = portsOf(life, this.#faults, parts, {
      plant,
      looks: this.looks,
      onWrite: (table) => (this.#changed ||= isWatched(table)),
      onCount: (machines) => this.#meddling.counting(machines),
    });
    const line: Omit<Line, "adapter"> = {
      now: () => clock.now(),
      life,
      faults: this.#faults,
      journal: this.wire,
      noise: this.#noise,
      store: parts.store,
      onConnect: (adapter, node) => this.#meddling.connected(adapter, node),
    };
    const adapters = this.#open(line, plant);
    const { sweepMs, lookMs } = this.manner;
    const mine: RunnerParts = {
      ...parts,
      ...own,
      reader: plant?.reader?.(parts.reader) ?? parts.reader,
      adapters,
      limits: { ...parts.limits, sweepMs, lookMs, tidyMs: TIDY_MS },
      worker: { ...parts.worker, id: `simulated/${String(number)}`, pid: number },
      emit: (event) => {
        this.#hear(event);
        parts.emit(event);
      },
    };
    const process: Process = { life, adapters, runner: startRunner(mine) };
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
  }

  /** The adapters that a new worker has: all, or all but one that another worker has. */
  #open(line: Omit<Line, "adapter">, plant: Plant | undefined): ReadonlyMap<string, Adapter> {
    const all = [...this.#world.parts.adapters];
    const missing = this.#missing(all.map(([id]) => id));
    const adapters = new Map(
      all
        .filter(([id]) => id !== missing)
        .map(([id, adapter]) => [id, this.#adapter({ ...line, adapter: id }, adapter, plant)]),
    );
    const { unopened } = plant ?? {};
    return missing !== undefined && unopened !== undefined ? adapters.set(missing, unopened) : adapters;
  }

  #adapter(line: Line, inner: Adapter, plant: Plant | undefined): Adapter {
    const { clock } = this.#world;
    const [{ adapter }, faults, vendors] = [line, this.#faults, this.vendors];
    const sleep = (ms: number): Promise<void> => clock.sleep(ms);
    const opened = adapterOf(line, faultyVendor(vendors.open(adapter, inner), { adapter, faults, vendors, sleep }));
    if (plant?.session === undefined || opened.vendor === undefined) return opened;
    return { ...opened, vendor: { session: plant.session(opened.vendor.session, clock) } };
  }

  #missing([one, other]: readonly string[]): string | undefined {
    const missing = this.#draw.pick([one, other, undefined]);
    const isCovered = [...this.#processes].some(({ adapters }) => adapters.has(missing ?? ""));
    if (missing === undefined || !this.#faults.active || !isCovered) return undefined;
    this.#faults.struck["adapter-missing"] += 1;
    return missing;
  }

  /** Counts evidence whose time is over, and keeps failures that no fault explains. */
  #hear(event: RunnerEvent): void {
    if (event.event === "tidied") this.#faults.struck["evidence-expired"] += event.expired;
    if (event.event === "look-failed" && !event.byVendor)
      this.troubles.push(`the look at the vendor failed: ${event.reason}`);
    if (event.event === "act-failed" && event.act === "tidy" && !CUT.test(event.reason))
      this.troubles.push(`the clean-up of evidence failed: ${event.reason}`);
  }
}
