import { chances, type Chances } from "./chances.ts";
import type { AtMoments, Faults } from "./faults.ts";
import { askWhileBanned, decide, interfere, type Decision } from "./person.ts";
import type { SimulatedWorld } from "./simulate.ts";
import { SHARES } from "./two-vendors.ts";
import type { Vendors } from "./vendors.ts";

const ADAPTERS = SHARES.map(({ adapter }) => adapter) as [string, ...string[]];

/** What people and vendors do while the processes are at work. */
export class Meddling {
  readonly #world: SimulatedWorld;
  readonly #faults: Faults;
  readonly #vendors: Vendors;
  readonly #draw: Chances;
  readonly #onChange: () => void;
  #personWaits = false;

  constructor(
    seed: number,
    world: SimulatedWorld,
    { faults, vendors, onChange }: { faults: Faults; vendors: Vendors; onChange: () => void },
  ) {
    this.#world = world;
    this.#faults = faults;
    this.#vendors = vendors;
    this.#draw = chances(seed, "meddling");
    this.#onChange = onChange;
  }

  /** Brings the fault whose moment has come. @returns false for one that strikes a process */
  async strike(kind: AtMoments): Promise<boolean> {
    const { parts } = this.#world;
    switch (kind) {
      case "person":
        // Half of them come while somebody is asking the machine.
        if (this.#draw.chance(0.5)) this.#personWaits = true;
        else await this.#interfere();
        return true;
      case "vendor-down":
        this.#vendors.goDown(this.#draw.pick(ADAPTERS));
        return true;
      case "vendor-bans":
        await this.#vendors.ban(parts.store, this.#draw.pick(ADAPTERS));
        return true;
      case "asked-while-banned":
        if (await askWhileBanned(parts, this.#draw, ADAPTERS)) this.#did(kind);
        return true;
      case "crash":
      case "stall":
      case "clock-jump":
      case "clock-far":
        return false;
    }
  }

  /** A process has a connection to a node. */
  async connected(adapter: string, node: string): Promise<void> {
    if (!this.#faults.active) return;
    if (this.#faults.draws("taken-before-act")) await this.#beforeBoot(adapter, node);
    if (!this.#personWaits) return;
    this.#personWaits = false;
    await this.#interfere(node);
  }

  /** A process is about to count passes of these machines. PostgreSQL has whoever takes one away wait until it has ended. */
  async counting([machine]: readonly number[]): Promise<void> {
    if (machine === undefined || !this.#faults.draws("taken-before-count")) return;
    const taken = this.#take("taken-before-count", machine);
    if (this.#world.memory !== undefined) await taken;
  }

  /** Takes a machine away that is to boot, before a worker has sent the boot. */
  async #beforeBoot(adapter: string, node: string): Promise<void> {
    const machine = await this.#world.parts.store.transaction(async (tx) => {
      const [running] = await tx.find("validations", { where: { node, adapter, status: "running" }, limit: 1 });
      const intent = await tx.get("intents", { key: running?.acting ?? "" });
      return intent?.act === "reboot" && intent.sent_at === null ? intent.machine : null;
    });
    if (machine !== null) await this.#take("taken-before-act", machine);
  }

  async #take(kind: "taken-before-act" | "taken-before-count", machine: number): Promise<void> {
    const what = this.#draw.pick<Decision>(["ban", "override"]);
    if (await decide(this.#world.parts, this.#draw, machine, what)) this.#did(kind);
  }

  async #interfere(node?: string): Promise<void> {
    if (await interfere(this.#world.parts, this.#draw, node)) this.#did("person");
  }

  #did(kind: "person" | "taken-before-act" | "taken-before-count" | "asked-while-banned"): void {
    this.#onChange();
    this.#faults.struck[kind] += 1;
  }
}
