import { testSpecs, type DcgmWarning } from "./dcgm-tests.ts";
import { gpuIdentities, PROFILES, type Identity } from "./identity.ts";
import { createPrng, deriveSeed } from "./prng.ts";
import type { Json } from "./styled-json.ts";
import type { DcgmVariant } from "./types.ts";

/** One result row; `entity` null = the row speaks of the whole node. */
export interface DcgmRow {
  group: "GPU" | "CPU";
  entity: number | null;
  status: string;
  warnings: DcgmWarning[];
  info: string[];
  /** Leave `entity_group` and `entity_group_id` out (4.x). */
  ungrouped?: boolean;
}

/** One test with its rows on this node. */
export interface DcgmTest {
  category: string;
  name: string;
  rows: DcgmRow[];
  /** Printed instead of the summary that the rows give. */
  summary?: string;
  /** Warnings inside the summary (4.x). */
  summaryWarnings?: DcgmWarning[];
  /** mndiag: the launcher failed. */
  mpiError?: string;
}

/** One host of a multi-node run. */
export interface DcgmHost {
  hostname: string;
  serials: string[];
  /** The GPU of this other host that fails. */
  failingGpu?: number;
}

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** What one diagnostic run found, before a DCGM variant prints it. */
export interface DcgmRun {
  variant: DcgmVariant;
  argv: string[];
  /** null = what dcgmi makes of the rows: 226 when one fails, else 0. */
  exitCode: number | null;
  tests: DcgmTest[];
  serials: string[];
  /** mndiag: every host; this node's stands at `ownHost`. */
  hosts: DcgmHost[];
  ownHost: number;
  globalErrors: { text: string; hostId: number | null; errorId?: number }[];
  runtimeError: string | null;
  before: string;
  after: string;
  /** Changes of shape, applied to the document before it is printed. */
  reshape: ((document: JsonObject) => Json)[];
}

/** The run of a healthy node at level 3. */
export function healthyDcgmRun(identity: Identity, variant: DcgmVariant): DcgmRun {
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "dcgm", identity.index));
  const { gpuCount } = PROFILES[identity.profile];
  const cpuStatus = rng.pick(["Pass", "Skip"]);
  const tests = testSpecs(variant, identity.profile).map(({ category, name, rowsOf, info }): DcgmTest => {
    const row = (group: "GPU" | "CPU", entity: number | null): DcgmRow => ({
      group,
      entity,
      status: "Pass",
      warnings: [],
      info: entity === null ? [] : info(entity, rng),
    });
    if (rowsOf === "node") return { category, name, rows: [row("GPU", null)] };
    if (rowsOf === "cpu")
      return { category, name, rows: [0, 1].map((cpu) => ({ ...row("CPU", cpu), status: cpuStatus })) };
    return { category, name, rows: Array.from({ length: gpuCount }, (_, gpu) => row("GPU", gpu)) };
  });
  const multiNode = variant === "mndiag";
  return {
    variant,
    argv: multiNode ? mndiagArgv(identity) : ["dcgmi", "diag", "-r", "3", "-j"],
    exitCode: null,
    tests,
    serials: identity.gpus.map((gpu) => gpu.serial),
    hosts: multiNode ? rackHosts(identity) : [],
    ownHost: identity.index,
    globalErrors: [],
    runtimeError: null,
    before: "",
    after: variant === "4.x" || multiNode ? "\n" : "",
    reshape: [],
  };
}

function mndiagArgv({ trays }: Identity): string[] {
  return ["dcgmi", "mndiag", "--hostList", trays.join(";"), "-r", "mnubergemm", "-j"];
}

function rackHosts({ profile, seed, rackSize, trays }: Identity): DcgmHost[] {
  return Array.from({ length: rackSize }, (_, tray) => ({
    hostname: trays[tray] ?? "",
    serials: gpuIdentities(profile, seed, tray).map((gpu) => gpu.serial),
  }));
}
