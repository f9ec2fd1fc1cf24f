import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { catalogFiles } from "../generate/catalog.ts";
import { writeGenerated } from "../generate/generate.ts";
import { readmeFiles } from "../generate/readme.ts";
import { format } from "../lint/linters.ts";
import { runTool } from "../run-tool.ts";
import { asText, verifyTargets, type Verification } from "../verify/verify.ts";
import { pluginsOf, readWorkspace, repositoryRoot } from "../workspace.ts";
import { newCheck, type Choices } from "./choices.ts";
import type { NewPlugin } from "./new-plugin.ts";
import { newStep } from "./step.ts";

/** The only files outside its folder that a new plugin changes; each is written by a machine. */
const OUTSIDE = ["packages/catalog/src/generated.ts", "packages/catalog/package.json", "pnpm-lock.yaml"] as const;

/** What is made of each kind, as its caller wants it. */
const KINDS = { check: newCheck, step: newStep } as const;
const LATER = ["vendor", "scheduler"];

/** What became of it. */
interface Made {
  readonly verification: Verification | undefined;
  /** Why it could not even be set up; everything was put back then. */
  readonly failure: string | undefined;
}

/**
 * `new <kind> <id>`: from the template to green verify. A plugin that could not be set up is put back whole; one whose
 * tests are red stays, to be mended.
 *
 * @returns the exit code: 0 green, 1 something failed
 * @throws SlipwayError of kind `input` for another kind, an id or a choice that does not fit, or one that is taken
 */
export async function newPlugin(
  kind: string | undefined,
  id: string | undefined,
  options: Choices & { json?: boolean },
): Promise<number> {
  if (kind === undefined || !Object.hasOwn(KINDS, kind)) throw notYet(kind);
  if (id === undefined)
    throw new SlipwayError("input", `new ${kind} needs an id`, { hint: `for example: new ${kind} host-memory` });
  const { json, ...choices } = options;
  const plugin = await KINDS[kind as keyof typeof KINDS](repositoryRoot, id, choices);
  const { dir } = plugin;
  const say = (text: string): void => void (json === true || process.stdout.write(`${text}\n`));

  const before = new Map(OUTSIDE.map((file) => [file, readFileSync(join(repositoryRoot, file))]));
  const made = await orPutBack(dir, before, async () => {
    await setUp(plugin, say);
    // -u writes judgement.json of the examples, which expected.json is compared with all the same.
    const color = json !== true && process.stdout.isTTY;
    return verifyTargets({ dirs: [dir], all: false, reason: "named" }, { color, update: true, json: json === true });
  });
  const changed = OUTSIDE.filter((file) => !before.get(file)?.equals(readFileSync(join(repositoryRoot, file))));
  const ok = made.verification?.ok === true;
  if (json === true) {
    const report = {
      schema: "slipway/new@1",
      ok,
      dir,
      kept: made.failure === undefined,
      changedOutside: changed,
      ...(made.failure === undefined ? {} : { failure: made.failure }),
      tools: made.verification?.tools ?? [],
    };
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } else {
    if (made.verification !== undefined) say(asText(made.verification).trimEnd());
    say(`\n${ending(plugin, made, changed)}`);
  }
  return ok ? 0 : 1;
}

/** What is said at the end, by what became of it. */
export function ending(
  { id, dir, next }: Pick<NewPlugin, "id" | "dir" | "next">,
  made: Made,
  changed: readonly string[],
): string {
  if (made.failure !== undefined) return `${made.failure}\nIt could not be set up: everything was put back.`;
  const there = `${dir} is there; outside it changed ${changed.join(", ")}.`;
  return made.verification?.ok === true
    ? `${there}\n${next}, then \`./slipway verify ${id}\`.`
    : `${there}\nIt is kept, though verify is red: mend it, then \`./slipway verify ${id}\`.`;
}

async function orPutBack(
  dir: string,
  before: ReadonlyMap<string, Buffer>,
  make: () => Promise<Verification>,
): Promise<Made> {
  const ignore = (): void => undefined; // children hear of Ctrl-C too; what they left is put back
  process.on("SIGINT", ignore);
  process.on("SIGTERM", ignore);
  try {
    return { verification: await make(), failure: undefined };
  } catch (error) {
    rmSync(join(repositoryRoot, dir), { recursive: true, force: true });
    for (const [file, bytes] of before) writeFileSync(join(repositoryRoot, file), bytes);
    await pnpmInstall("--frozen-lockfile"); // takes the links away again
    return { verification: undefined, failure: error instanceof Error ? error.message : String(error) };
  } finally {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", ignore);
  }
}

async function setUp(plugin: NewPlugin, say: (text: string) => void): Promise<void> {
  const { dir } = plugin;
  say(`copied     ${String(plugin.write(join(repositoryRoot, dir)))} files to ${dir}`);
  const packages = readWorkspace(repositoryRoot);
  writeGenerated(repositoryRoot, catalogFiles(repositoryRoot, packages));
  const install = await pnpmInstall("--no-frozen-lockfile");
  if (install.exitCode !== 0) throw new Error(`pnpm install failed:\n${install.output.trimEnd()}`);
  say(`installed  ${install.seconds.toFixed(2)} s`);
  // Lines of the template are longer or shorter by the id.
  const formatted = await format({ root: repositoryRoot, paths: [dir], color: false, fix: true });
  if (!formatted.ok) throw new Error(`prettier failed:\n${formatted.output.trimEnd()}`);
  const own = packages.filter((unit) => unit.dir === dir);
  writeGenerated(repositoryRoot, await readmeFiles(repositoryRoot, own));
}

/** The launcher knows where the pinned pnpm is. */
function pnpmInstall(lockfile: "--no-frozen-lockfile" | "--frozen-lockfile"): ReturnType<typeof runTool> {
  return runTool(process.execPath, [
    join(repositoryRoot, "slipway.mjs"),
    "pnpm",
    "install",
    lockfile,
    "--prefer-offline",
    "--reporter=append-only",
    "--loglevel=error",
  ]);
}

function notYet(kind: string | undefined): SlipwayError {
  const packages = readWorkspace(repositoryRoot);
  const there = Object.keys(KINDS).map((known) => {
    const ids = pluginsOf(packages, known).map((plugin) => plugin.id);
    return `new ${known} <id> (so far: ${ids.join(", ")})`;
  });
  const hint = `there is: ${there.join("; ")}`;
  if (kind === undefined) return new SlipwayError("input", "new needs a kind and an id", { hint });
  return new SlipwayError(
    "input",
    LATER.includes(kind)
      ? `new ${kind}: there is no template yet; it comes with the contract of a ${kind}`
      : `new ${kind}: there is no such kind`,
    { hint },
  );
}
