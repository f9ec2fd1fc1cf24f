import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { BundleManifest, EVIDENCE_SCHEMA, ProbeId, type ProbeRecord } from "@slipway/domain";
import { probes, SlipwayError } from "@slipway/plugin-sdk";
import { InvalidArgumentError, type Command } from "commander";

interface AddOptions {
  readonly exit: number;
  readonly node?: string;
  readonly argv?: string;
  readonly vendor?: string;
  readonly sku?: string;
  readonly cluster?: string;
  readonly rack?: string;
}

export function add(program: Command): void {
  program
    .command("bundle")
    .description("make or extend an evidence bundle by hand")
    .command("add")
    .description("put the output of a probe, kept in a file, into a bundle (made when it is not there)")
    .argument("<dir>", "the bundle's folder")
    .argument("<probe=file...>", "probe id and the file that holds its stdout")
    .option("--exit <code>", "exit code of the command", integer, 0)
    .option("--argv <json>", 'the command as a JSON list, e.g. \'["dcgmi","diag","-r","3","-j"]\'')
    .option("--node <name>", "name of the node, for a new bundle (default: the folder's name)")
    .option("--vendor <vendor>", "for a new bundle")
    .option("--sku <sku>", "for a new bundle")
    .option("--cluster <cluster>", "for a new bundle")
    .option("--rack <rack>", "for a new bundle")
    .action(addProbes);
}

function integer(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255)
    throw new InvalidArgumentError("an exit code is a number from 0 to 255");
  return Number(text);
}

function addProbes(dir: string, assignments: readonly string[], options: AddOptions): void {
  const manifest = readManifest(dir, options);
  const files = assignments.map((assignment) => {
    const [probe, file] = splitAt(assignment);
    if (!ProbeId.safeParse(probe).success)
      throw new SlipwayError("input", `${assignment}: ${JSON.stringify(probe)} is no probe id; write PROBE=FILE`);
    if (!existsSync(file) || !statSync(file).isFile())
      throw new SlipwayError("input", `${assignment}: there is no file ${file}`);
    return { probe, file };
  });
  const argv = options.argv === undefined ? undefined : parseArgv(options.argv);
  // Output first, manifest last: a bundle never lists output that is not there.
  mkdirSync(dir, { recursive: true });
  for (const { probe, file } of files) {
    replaceFile(join(dir, `${probe}.out`), (staged) => copyFileSync(file, staged));
    rmSync(join(dir, `${probe}.err`), { force: true });
    manifest.probes[probe] = recordOf(probe, file, options.exit, argv);
  }
  replaceFile(join(dir, "bundle.json"), (staged) => writeFileSync(staged, `${JSON.stringify(manifest, null, 1)}\n`));
  for (const { probe } of files) process.stdout.write(`${join(dir, `${probe}.out`)}\n`);
}

function readManifest(dir: string, options: AddOptions): BundleManifest {
  const path = join(dir, "bundle.json");
  if (existsSync(path)) {
    try {
      return BundleManifest.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch (error) {
      throw new SlipwayError("input", `${path}: is no bundle that can be extended`, { cause: error });
    }
  }
  const { node, vendor, sku, cluster, rack } = options;
  return {
    schema: EVIDENCE_SCHEMA,
    node: { name: node ?? basename(resolve(dir)), vendor, sku, cluster, rack },
    collectedAt: now(),
    probes: {},
  };
}

function splitAt(assignment: string): [string, string] {
  const at = assignment.indexOf("=");
  if (at < 1) throw new SlipwayError("input", `${assignment}: write PROBE=FILE`);
  return [assignment.slice(0, at), assignment.slice(at + 1)];
}

function parseArgv(text: string): string[] {
  try {
    const argv: unknown = JSON.parse(text);
    if (Array.isArray(argv) && argv.every((part) => typeof part === "string")) return argv;
  } catch {
    // Answered below, like any other text that is no list of strings.
  }
  throw new SlipwayError("input", `--argv ${text}: write a JSON list of strings`);
}

/** Without `--argv` only a command that is the same everywhere is recorded; which level or size was run is not invented. */
function recordOf(probe: string, file: string, exitCode: number, argv: string[] | undefined): ProbeRecord {
  const known = Object.values(probes).find(
    (one) => one.id === probe && one !== probes.dcgmDiag && one !== probes.ncclAllreduce,
  );
  const command = known?.commands({}).find((one) => one.id === probe);
  return {
    argv: argv ?? [...(command?.argv ?? [])],
    exitCode,
    signal: null,
    timedOut: false,
    startError: null,
    startedAt: statSync(file).mtime.toISOString(),
    durationMs: 0,
  };
}

function replaceFile(path: string, write: (staged: string) => void): void {
  const staged = `${path}.${String(process.pid)}.new`;
  try {
    write(staged);
    renameSync(staged, path);
  } finally {
    rmSync(staged, { force: true });
  }
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
