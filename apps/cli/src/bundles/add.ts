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
import { loadChecks } from "@slipway/catalog";
import { BundleManifest, EVIDENCE_SCHEMA, ProbeId, type ProbeRecord } from "@slipway/domain";
import { overlay, parseExpectationFile, sectionSchemas, type ExpectationFile } from "@slipway/evidence";
import { probes, SlipwayError } from "@slipway/plugin-sdk";

export interface AddOptions {
  readonly exit: number;
  readonly expect: readonly string[];
  readonly node?: string;
  readonly argv?: string;
  readonly vendor?: string;
  readonly sku?: string;
  readonly cluster?: string;
  readonly rack?: string;
}

/** Puts outputs and expectations into a bundle: everything is read before anything is written. */
export async function addToBundle(dir: string, assignments: readonly string[], options: AddOptions): Promise<void> {
  if (assignments.length === 0 && options.expect.length === 0)
    throw new SlipwayError("input", "bundle add: give PROBE=FILE, or --expect FILE, or --expect KEY=VALUE");
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
  if (options.expect.length > 0) manifest.expect = await expectationsWith(manifest.expect, options.expect);
  // Output first, manifest last: a bundle never lists output that is not there.
  mkdirSync(dir, { recursive: true });
  for (const { probe, file } of files) {
    replaceFile(join(dir, `${probe}.out`), (staged) => copyFileSync(file, staged));
    rmSync(join(dir, `${probe}.err`), { force: true });
    manifest.probes[probe] = recordOf(probe, file, options.exit, argv);
  }
  replaceFile(join(dir, "bundle.json"), (staged) => writeFileSync(staged, `${JSON.stringify(manifest, null, 1)}\n`));
  if (files.length === 0) process.stdout.write(`${join(dir, "bundle.json")}\n`);
  for (const { probe } of files) process.stdout.write(`${join(dir, `${probe}.out`)}\n`);
}

/** The bundle's expectations with those given laid over them, as the fleet's files are. */
async function expectationsWith(
  before: BundleManifest["expect"],
  given: readonly string[],
): Promise<BundleManifest["expect"]> {
  const sections = sectionSchemas(await loadChecks());
  const kept: ExpectationFile = { name: "bundle.json", expectations: before ?? {}, lineOf: () => 1 };
  const files = given.map((one) => {
    const text = textOfKey(one) ?? readExpectations(one);
    return parseExpectationFile(`--expect ${one}`, text, sections);
  });
  return overlay([kept, ...files]).expect;
}

/** `gpus.count=4` as a document; undefined for the name of a file. */
function textOfKey(given: string): string | undefined {
  const [, path = "", value = ""] = /^([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)=(.*)$/s.exec(given) ?? [];
  if (path === "") return undefined;
  return path
    .split(".")
    .reduceRight((inner, key) => `{${JSON.stringify(key)}: ${inner}}`, isFlow(value) ? value : JSON.stringify(value));
}

/** A number, a list, a mapping or a word of YAML stands as it is; other text is a text. */
function isFlow(value: string): boolean {
  return /^[[{"]/.test(value) || /^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(value);
}

function readExpectations(file: string): string {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new SlipwayError("input", `--expect ${file}: there is no such file; write FILE or KEY=VALUE`);
  return readFileSync(file, "utf8");
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
