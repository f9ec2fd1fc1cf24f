import { globSync, readFileSync, statSync } from "node:fs";
import { isUtf8 } from "node:buffer";
import { join, matchesGlob, sep } from "node:path";
import { createEvidence, type Check, type Evidence, type ProbeCapture } from "@slipway/plugin-sdk";

/** One capture of a real tool, and what became of it. */
export interface CaptureRow {
  /** Path from the folder of captures. */
  readonly capture: string;
  /** The probe whose output this is, when a check reads it. */
  readonly probe: string | undefined;
  readonly outcome: "recognised" | "not-recognised" | "not-read" | "crashed";
  /** Largest number of things of one kind that a parser found: GPUs, rows, ports, members. */
  readonly objects: number;
  /** Checks that read it; and why they could not, or what they threw. */
  readonly detail: string;
  /** What SOURCES.tsv says of the machine. */
  readonly word: string;
}

/** Which captures are the output of which probe. The rest is of tools that no check asks. */
const PROBES: readonly (readonly [string, string])[] = [
  ["dcgm-diag/*.json", "dcgm-diag"],
  ["ibstat/*.txt", "ibstat"],
  ["imex/N*", "imex-domain"],
  ["imex/q-*", "imex-local"],
  ["nccl/superbench-*", "nccl-allreduce"],
  ["{nccl/dmesg-*,pstore/*,ib-flap/*.log,xid/*.log,xid/*-test-lines.txt}", "kernel-log"],
  ["nvidia-smi-nvlink/*", "nvlink"],
  ["nvidia-smi-xml/*", "nvidia-smi"],
];

/** A check reads a probe only where it is needed: evidence and expectations that lead it there. */
const SURROUNDINGS: Readonly<Record<string, string>> = {
  "ib-sysfs": ["rate:800 Gb/sec (4X XDR)", "state:4: ACTIVE", "phys_state:5: LinkUp", "link_layer:InfiniBand"]
    .map((file) => `/sys/class/infiniband/mlx5_0/ports/1/${file}\n`)
    .join(""),
};
const EXPECTATIONS = {
  gpus: { count: 8 },
  dcdiag: { level: 1, tests: [] },
  imex: { model: "host", members: ["10.0.0.1"] },
  ib: { rails: [{ device: "mlx5_0", port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" }] },
  nvlink: { links: 18, gbps: 50, cliqueRequired: true, health: true },
  nccl: { minBusbwGBps: 1, size: 8_589_934_592 },
};

/**
 * Reads every capture of a folder with the parsers that checks have for its kind.
 *
 * @param only those whose path holds this text
 */
export function readCaptures(folder: string, checks: Iterable<Check>, only = ""): CaptureRow[] {
  const words = new Map(
    readFileSync(join(folder, "SOURCES.tsv"), "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t"))
      .map(([file = "", , , word = ""]) => [file, word]),
  );
  const all = [...checks];
  return globSync("*/**", { cwd: folder })
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file.includes(only))
    .sort()
    .map((capture) => {
      const probe = PROBES.find(([pattern]) => matchesGlob(capture, pattern))?.[1];
      const word = words.get(capture) ?? "";
      if (probe === undefined) return { capture, probe, outcome: "not-read", objects: 0, detail: "", word };
      return { capture, probe, word, ...readCapture(all, probe, readFileSync(join(folder, capture))) };
    });
}

/** What the checks that read a probe make of one output of it. */
export function readCapture(
  checks: readonly Check[],
  probe: string,
  bytes: Buffer,
): Pick<CaptureRow, "outcome" | "objects" | "detail"> {
  const record = { argv: [probe], exitCode: 0, signal: null, timedOut: false, startError: null };
  const text = (stdout: string): ProbeCapture => ({ record, stdout, stdoutDamaged: !isUtf8(bytes) });
  const captures = new Map([
    ...Object.entries(SURROUNDINGS).map(([id, stdout]): [string, ProbeCapture] => [id, text(stdout)]),
    [probe, text(bytes.toString("utf8"))],
  ]);
  const readers: string[] = [];
  const reasons: string[] = [];
  let objects = 0;
  for (const check of checks) {
    const evidence = watched(createEvidence({ name: "capture" }, captures), probe, (reading) => {
      if (!reading.usable) return void reasons.push(`${check.id}: ${reading.reason}`);
      if (!readers.includes(check.id)) readers.push(check.id);
      objects = Math.max(objects, countObjects(reading.value));
    });
    try {
      check.judge(evidence, EXPECTATIONS);
    } catch (error) {
      return { outcome: "crashed", objects: 0, detail: `${check.id}: ${String(error)}` };
    }
  }
  if (readers.length > 0) return { outcome: "recognised", objects, detail: readers.join(", ") };
  return reasons.length > 0
    ? { outcome: "not-recognised", objects: 0, detail: [...new Set(reasons)].join("; ") }
    : { outcome: "not-read", objects: 0, detail: "" };
}

function watched(evidence: Evidence, probe: string, seen: (reading: ReturnType<Evidence["read"]>) => void): Evidence {
  return {
    node: evidence.node,
    probes: evidence.probes,
    printed: (asked) => evidence.printed(asked),
    read: (asked, format) => {
      const reading = evidence.read(asked, format);
      if (asked === probe) seen(reading);
      return reading;
    },
  };
}

/** Size of the largest collection in a parsed value; 1 for a value without one. */
function countObjects(value: unknown): number {
  return largestCollection(value, 4) ?? 1;
}

function largestCollection(value: unknown, depth: number): number | undefined {
  if (depth === 0 || typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  const sizes = Object.values(value)
    .map((inner) => largestCollection(inner, depth - 1))
    .filter((size) => size !== undefined);
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}
