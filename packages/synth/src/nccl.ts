import { PROFILES, type Identity } from "./identity.ts";
import { createPrng, deriveSeed, type Prng } from "./prng.ts";

/** One half of a result row: out of place, or in place. */
export interface NcclMeasure {
  timeUs: number;
  algbw: number;
  busbw: string;
  wrong: string;
}

/** One result row. */
export interface NcclRow {
  size: number;
  outOfPlace: NcclMeasure;
  inPlace: NcclMeasure;
}

/** One run of all_reduce_perf. */
export interface NcclRun {
  rows: NcclRow[];
  ranks: number;
  /** `false`: run with `-c 0`. */
  checked: boolean;
  /** What stands behind `# Out of bounds values :`. */
  outOfBounds: string;
  exitCode: number;
  /** What a launcher puts before each line. */
  prefix: string;
  /** Every row is broken in two. */
  broken: boolean;
  /** The line with which the run failed, in the place of its closing line. */
  failure: string | undefined;
}

const MIB = 1_048_576;
const FIRST_SIZE = 8 * MIB;
/** The size whose row is judged. */
export const JUDGED_SIZE = 16_384 * MIB;
const PEAK = { gb300: 930, h100: 478 } as const;
/** Share of the peak that each size reaches, from 8 MiB on. */
const CURVE = [0.11, 0.19, 0.27, 0.36, 0.45, 0.54, 0.62, 0.73, 0.81, 0.9, 0.97, 1];

/** A run of a healthy node: the whole rack on GB300, the node's own 8 GPUs on H100. */
export function healthyNccl(identity: Identity): NcclRun {
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "nccl", identity.index));
  const ranks = identity.profile === "gb300" ? identity.rackSize * 4 : 8;
  const peak = PEAK[identity.profile] * (0.985 + rng.next() * 0.03);
  const rows = CURVE.map((share, step): NcclRow => {
    const size = FIRST_SIZE * 2 ** step;
    return {
      size,
      outOfPlace: measure(size, peak * share, ranks, rng),
      inPlace: measure(size, peak * share, ranks, rng),
    };
  });
  return {
    rows,
    ranks,
    checked: true,
    outOfBounds: "0 OK",
    exitCode: 0,
    prefix: "",
    broken: false,
    failure: undefined,
  };
}

function measure(size: number, busbw: number, ranks: number, rng: Prng): NcclMeasure {
  const actual = busbw * (0.997 + rng.next() * 0.006);
  const algbw = actual / ((2 * (ranks - 1)) / ranks);
  return { timeUs: size / algbw / 1000, algbw, busbw: actual.toFixed(2), wrong: "0" };
}

/** Slows every row by a factor. */
export function slowDown(run: NcclRun, factor: number): void {
  for (const { outOfPlace, inPlace } of run.rows) {
    for (const half of [outOfPlace, inPlace]) {
      half.timeUs /= factor;
      half.algbw *= factor;
      half.busbw = (Number(half.busbw) * factor).toFixed(2);
    }
  }
}

/** Arguments of the run. */
export function ncclArgv(identity: Identity, run: NcclRun): string[] {
  const last = run.rows.at(-1)?.size ?? JUDGED_SIZE;
  const sizes = ["-b", "8M", "-e", `${String(last / 1024 / MIB)}G`, "-f", "2"];
  const check = run.checked ? [] : ["-c", "0"];
  if (identity.profile === "h100") return ["all_reduce_perf", ...sizes, "-g", "8", ...check];
  return [
    "mpirun",
    "-np",
    String(run.ranks),
    "--map-by",
    "ppr:4:node",
    "all_reduce_perf",
    ...sizes,
    "-g",
    "1",
    ...check,
  ];
}

/** The log of all_reduce_perf. */
export function printNccl(identity: Identity, run: NcclRun): string {
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "nccl-pids", identity.index));
  const { productName, pci } = PROFILES[identity.profile];
  const multiNode = identity.profile === "gb300";
  const last = run.rows.at(-1)?.size ?? JUDGED_SIZE;
  const pid = rng.between(40_000, 60_000);
  const ranks = Array.from({ length: run.ranks }, (_, rank) => {
    const gpu = rank % pci.length;
    const host = multiNode ? (identity.trays[Math.floor(rank / 4)] ?? identity.node.name) : identity.node.name;
    const process = multiNode ? rng.between(40_000, 60_000) : pid;
    return (
      `#  Rank ${String(rank).padStart(2)} Group  0 Pid ${String(process).padStart(6)} on ${host} device ` +
      `${String(gpu).padStart(2)} [${pci[gpu] ?? ""}] ${productName}\n`
    );
  });
  const options =
    `# nThread 1 nGpus ${multiNode ? "1" : "8"} minBytes ${String(FIRST_SIZE)} maxBytes ${String(last)} step: 2(factor) ` +
    `warmup iters: 5 iters: 20 agg iters: 1 validation: ${run.checked ? "1" : "0"} graph: 0`;
  const rows = run.rows
    .map((row) => rowLine(row, run.checked))
    .map((row) => (run.broken ? row.replace("float", "float\n") : row));
  const end =
    run.failure ??
    `# Out of bounds values : ${run.outOfBounds}\n# Avg bus bandwidth    : ${averageOf(run)} \n#\n# Collective test concluded: all_reduce_perf`;
  const text = `# nccl-tests version 2.17.2 nccl-headers=22808 nccl-library=22808
# Collective test starting: all_reduce_perf
${options}
#
# Using devices
${ranks.join("")}#
#                                                              out-of-place                       in-place          
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)       
${rows.join("")}${end}
`;
  return run.prefix === "" ? text : text.replaceAll(/^(?=.)/gm, run.prefix);
}

/** As `%g` prints it; one number that is none spoils it. */
function averageOf(run: NcclRun): string {
  const texts = run.rows.flatMap((row) => [row.outOfPlace.busbw, row.inPlace.busbw]);
  const spoiled = texts.find((text) => !Number.isFinite(Number(text)));
  if (spoiled !== undefined) return spoiled;
  return String(Number((texts.reduce((sum, text) => sum + Number(text), 0) / texts.length).toPrecision(6)));
}

function rowLine({ size, outOfPlace, inPlace }: NcclRow, checked: boolean): string {
  const half = (value: NcclMeasure): string =>
    `  ${time(value.timeUs).padStart(7)}  ${value.algbw.toFixed(2).padStart(6)}  ${value.busbw.padStart(6)}  ${(checked ? value.wrong : "N/A").padStart(5)}`;
  return `${String(size).padStart(12)}  ${String(size / 4).padStart(12)}     float     sum      -1${half(outOfPlace)}${half(inPlace)}\n`;
}

/** nccl-tests keeps five or so significant digits. */
function time(us: number): string {
  return us.toFixed(us < 100 ? 2 : us < 10_000 ? 1 : 0);
}
