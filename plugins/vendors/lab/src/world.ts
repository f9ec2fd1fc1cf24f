import { deriveSeed, gpuIdentities, identify } from "@slipway/synth";
import { FLAKE, MOVES_PER_DAY, SERVICE_CAUSES, WORKLOAD_BANS_PER_DAY, type Cell } from "./cells.ts";
import { beta, chance, exponential, weibullDays } from "./chance.ts";
import type { Journal, JournalLine } from "./journal.ts";
import type { LabSettings } from "./settings.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** What a machine really is, which nobody outside the lab is told. */
export interface Hidden {
  readonly kind: "H" | "B" | "M" | "D";
  /** Probability that a run fails. */
  readonly p: number;
}

/** Something that is going to happen to a machine unless an act comes first. */
export interface Scheduled {
  readonly id: string;
  readonly at: number;
  readonly kind: "ban" | "unban" | "move" | "out-for-repair" | "returned";
  readonly cause?: string;
}

/** A machine as it is now. */
export interface LabMachine {
  readonly number: number;
  readonly origin: Cell;
  cell: Cell;
  rack: string;
  tray: number;
  node: string;
  readonly rackSeed: number;
  readonly profileTray: number;
  /** Its firmware holds a placeholder for its serial, and GPUs of one board print one serial. */
  readonly unnamed: boolean;
  systemSerial: string;
  gpuSerials: string[];
  hidden: Hidden;
  /** How often its hardware was repaired. */
  epoch: number;
  boots: number;
  bootedAt: number;
  sessions: number;
  /** When it first shows up. */
  readonly appears: number;
  admissions: number;
  out: { readonly from: number; readonly until: number } | undefined;
  /** What is scheduled since the last admission or repair, in order. */
  upcoming: Scheduled[];
  happened: Scheduled[];
  readonly keys: Set<string>;
}

/** The simulated fleet: a function of the settings, the journal and the time. */
export class World {
  readonly settings: LabSettings;
  readonly machines: readonly LabMachine[];
  readonly #journal: Journal;
  #byNode = new Map<string, LabMachine>();

  constructor(settings: LabSettings, journal: Journal) {
    this.settings = settings;
    this.#journal = journal;
    this.machines = settings.cells
      .flatMap((cell) => Array.from({ length: cell.nodes }, (_, index) => born(settings, cell, index)))
      .map((machine, number) => ({ ...machine, number }));
    for (const machine of this.machines) this.#byNode.set(machine.node, machine);
  }

  /** Brings the world to a moment: reads what was done to it, lets happen what was due. */
  advance(now: number): void {
    for (const line of this.#journal.read()) this.#apply(line);
    for (const machine of this.machines) this.#pass(machine, now);
  }

  node(name: string): LabMachine | undefined {
    return this.#byNode.get(name);
  }

  /** Whether an act was asked for under this key. */
  asked(key: string): boolean {
    return this.machines.some(({ keys }) => keys.has(key));
  }

  /** Writes down something that is done to the world; it takes effect when the journal is read. */
  record(line: JournalLine): void {
    this.#journal.append(line);
  }

  #apply(line: JournalLine): void {
    const machine = this.machines[line.machine];
    if (machine === undefined) return;
    if (line.what === "session") machine.sessions += 1;
    if (line.what !== "power" && line.what !== "repair" && line.what !== "service") return;
    this.#pass(machine, line.at);
    if (machine.keys.has(line.key)) return;
    machine.keys.add(line.key);
    if (line.what === "power") {
      machine.boots += 1;
      machine.bootedAt = line.at + this.settings.bootSeconds * 1_000;
    }
    if (line.what === "service") this.#admit(machine, line.at);
    if (line.what === "repair") this.#repair(machine, line.at);
  }

  /** A machine in service: its hardware may fail, workloads get it banned, and it may be moved. */
  #admit(machine: LabMachine, at: number): void {
    const { seed } = this.settings;
    const spell = (machine.admissions += 1);
    const draw = (what: string): ReturnType<typeof chance> => chance(seed, "service", machine.number, spell, what);
    const hazard = { H: 0.009, B: 1.4, M: 0.35 + 3 * machine.hidden.p, D: 3.5 }[machine.hidden.kind];
    const fails = at + weibullDays(draw("hardware"), hazard, machine.hidden.kind === "H" ? 1 : 0.5) * DAY;
    const moves = at + exponential(draw("move"), MOVES_PER_DAY) * DAY;
    const end = Math.min(fails, moves, at + 400 * DAY);
    const upcoming: Scheduled[] = [];
    const workload = draw("workload");
    for (
      let ban = at + exponential(workload, WORKLOAD_BANS_PER_DAY[machine.cell.segment]) * DAY, n = 1;
      ban < end;
      ban += HOUR + exponential(workload, WORKLOAD_BANS_PER_DAY[machine.cell.segment]) * DAY, n += 1
    ) {
      upcoming.push({
        id: `lab/${String(machine.number)}/${String(spell)}/workload/${String(n)}`,
        at: ban,
        kind: "ban",
        cause: "workload",
      });
      upcoming.push({
        id: `lab/${String(machine.number)}/${String(spell)}/workload/${String(n)}/lifted`,
        at: Math.min(ban + HOUR, end),
        kind: "unban",
        cause: "workload",
      });
    }
    if (fails <= moves)
      upcoming.push({
        id: `lab/${String(machine.number)}/${String(spell)}/failed`,
        at: fails,
        kind: "ban",
        cause: causeOf(draw("cause").next()),
      });
    else upcoming.push({ id: `lab/${String(machine.number)}/${String(spell)}/moved`, at: moves, kind: "move" });
    machine.upcoming = upcoming;
  }

  #repair(machine: LabMachine, at: number): void {
    const rng = chance(this.settings.seed, "repair", machine.number, machine.epoch);
    const id = `lab/${String(machine.number)}/repair/${String(machine.epoch)}`;
    const back = at + (1 + rng.next() * 13) * DAY;
    machine.upcoming = [
      { id: `${id}/out`, at: at + HOUR, kind: "out-for-repair" },
      { id: `${id}/back`, at: back, kind: "returned" },
    ];
  }

  #pass(machine: LabMachine, now: number): void {
    while (machine.upcoming[0] !== undefined && machine.upcoming[0].at <= now) {
      const due = machine.upcoming.shift();
      if (due === undefined) return;
      machine.happened.push(due);
      if (due.kind === "move") this.#move(machine);
      if (due.kind === "out-for-repair") machine.out = { from: due.at, until: machine.upcoming[0]?.at ?? due.at };
      if (due.kind === "returned") this.#returned(machine, due.at);
    }
  }

  /** To another cluster of the same vendor and SKU where there is one, else to another rack of its own. */
  #move(machine: LabMachine): void {
    const { cells, seed } = this.settings;
    const others = cells.filter(
      ({ vendor, sku, cluster }) =>
        vendor === machine.cell.vendor && sku === machine.cell.sku && cluster !== machine.cell.cluster,
    );
    const rng = chance(seed, "move", machine.number, machine.admissions);
    machine.cell = others.length > 0 ? rng.pick(others) : machine.cell;
    machine.rack = `x${String(machine.number)}`;
    this.#byNode.delete(machine.node);
    machine.node = `${machine.cell.cluster}-${machine.rack}-t${String(machine.tray).padStart(2, "0")}`;
    this.#byNode.set(machine.node, machine);
    machine.hidden = letInAfter(12, seed, machine);
  }

  /** Back from repair: the same machine, one with a new GPU, or another under the old name. */
  #returned(machine: LabMachine, at: number): void {
    const { seed } = this.settings;
    machine.epoch += 1;
    machine.out = undefined;
    machine.boots += 1;
    machine.bootedAt = at;
    const rng = chance(seed, "returned", machine.number, machine.epoch);
    const kind = rng.next();
    if (kind < 0.15) {
      const serials = machine.gpuSerials.map(() => `165${rng.digits(10)}`);
      machine.systemSerial = machine.unnamed ? UNNAMED : `SX${rng.digits(8)}`;
      machine.gpuSerials = machine.unnamed ? ofBoards(serials) : serials;
    } else if (kind < 0.45)
      machine.gpuSerials = machine.gpuSerials.with(
        rng.between(0, machine.gpuSerials.length - 1),
        `165${rng.digits(10)}`,
      );
    machine.hidden = hiddenOf(seed, machine);
  }
}

function causeOf(toss: number): string {
  let sum = 0;
  return SERVICE_CAUSES.find(([, share]) => (sum += share) > toss)?.[0] ?? "unknown";
}

function hiddenOf(
  seed: number,
  { cell, number, epoch }: Pick<LabMachine, "cell" | "number" | "epoch">,
  occasion = "",
): Hidden {
  const rng = chance(seed, "hidden", cell.cluster, number, epoch, ...(occasion === "" ? [] : [occasion]));
  const toss = rng.next();
  const { B, M, D } = cell.shares;
  if (toss < B) return { kind: "B", p: FLAKE };
  if (toss < B + M) return { kind: "M", p: beta(rng, 1.5, 8.5) };
  if (toss < B + M + D) return { kind: "D", p: beta(rng, 8, 2) };
  return { kind: "H", p: FLAKE };
}

/**
 * What a machine hides after a move: drawn again among those that so many passes let in. So every
 * admission of a cell, by whatever entry, has the cell's re-ban rate: to statistics.md 4 a move is a
 * censoring and no sign of health.
 */
function letInAfter(passes: number, seed: number, machine: LabMachine): Hidden {
  const rng = chance(seed, "let in", machine.number, machine.admissions);
  for (let draw = 0; ; draw += 1) {
    const hidden = hiddenOf(seed, machine, `after move ${String(machine.admissions)}/${String(draw)}`);
    if (rng.chance((1 - hidden.p) ** passes)) return hidden;
  }
}

/** What firmware says where nobody filled in a serial. */
const UNNAMED = "To Be Filled By O.E.M.";
/** Two GPUs of one board print the serial of the board, as GB200 and GB300 do: A, A, B, B. */
const ofBoards = (serials: readonly string[]): string[] =>
  serials.map((serial, index) => serials[index - (index % 2)] ?? serial);

function born(settings: LabSettings, cell: Cell, index: number): Omit<LabMachine, "number"> {
  const { seed, start } = settings;
  const rackNumber = Math.floor(index / cell.rackSize);
  const tray = index % cell.rackSize;
  const rackSeed = deriveSeed(seed, cell.cluster, rackNumber);
  const { node } = identify(cell.profile, rackSeed, { index: tray, rackSize: cell.rackSize });
  const rng = chance(seed, "appears", cell.cluster, index);
  const unnamed = cell.profile === "gb300" && chance(seed, "unnamed", cell.cluster, index).chance(settings.unnamed);
  const serials = gpuIdentities(cell.profile, rackSeed, tray).map(({ serial }) => serial);
  return {
    origin: cell,
    cell,
    rack: `r${String(rackNumber).padStart(2, "0")}`,
    tray,
    node: `${cell.cluster}-r${String(rackNumber).padStart(2, "0")}-t${String(tray).padStart(2, "0")}`,
    rackSeed,
    profileTray: tray,
    unnamed,
    systemSerial: unnamed ? UNNAMED : node.serials.system,
    gpuSerials: unnamed ? ofBoards(serials) : serials,
    hidden: hiddenOf(seed, { cell, number: index, epoch: 0 }),
    epoch: 0,
    boots: 0,
    bootedAt: start,
    sessions: 0,
    appears: rng.chance(0.6) ? start + rng.next() * 90 * DAY : start,
    admissions: 0,
    out: undefined,
    upcoming: [],
    happened: [],
    keys: new Set(),
  };
}
