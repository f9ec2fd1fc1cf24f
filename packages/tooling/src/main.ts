import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Command, CommanderError } from "commander";
import type { Choices } from "./new/choices.ts";
import { TITLE_RULE } from "./new/title.ts";
import { repositoryRoot } from "./workspace.ts";

// Commands of the repository itself, as `./slipway <command>`. Exit codes: 0 done
// or green, 1 something is wrong with the repository, 3 the command was used wrongly.

const USAGE_ERROR = 3;

type NewOptions = Choices & { json?: boolean };
type Entry = { main(args: readonly string[]): Promise<number> };

/** Commands that take their arguments as they stand. bench/ is no package, so it is reached by its path. */
const ENTRIES: Readonly<Record<string, { description: string; load: () => Promise<Entry> }>> = {
  build: { description: "publishable packages in dist/; arguments go to turbo", load: () => import("./build.ts") },
  changeset: {
    description: "say to users what changed; arguments go to @changesets/cli (-m <text> --patch <package>)",
    load: () => import("./changeset.ts"),
  },
  picture: { description: "the README's picture of a judged rack", load: () => import("./picture.ts") },
  bench: {
    description: "speed as ratios in one run",
    load: async () => (await import(pathToFileURL(join(repositoryRoot, "bench/main.ts")).href)) as Entry,
  },
};

/** Where a command is added, and who is told the exit code of the one that ran. */
interface Program {
  readonly command: (name: string, description: string) => Command;
  readonly exit: (code: number) => void;
}

/** The program with its commands; `exit` is told the exit code of the one that ran. */
export function createProgram(exit: (code: number) => void): Command {
  const root = new Command("slipway")
    .description("Commands of the Slipway repository")
    .exitOverride()
    .showHelpAfterError();
  const program: Program = { command: (name, description) => root.command(name).description(description), exit };
  for (const add of [addVerification, addWriting, addStructure, addJudging]) add(program);
  for (const [name, { description, load }] of Object.entries(ENTRIES)) {
    program
      .command(`${name} [arguments...]`, description)
      .allowUnknownOption()
      .helpOption(false)
      .action(async (args: string[]) => exit(await (await load()).main(args)));
  }
  return root;
}

function addVerification({ command, exit }: Program): void {
  command(
    "verify [names...]",
    "tests, types, lint, format, boundaries, structure and house rules of plugins or paths; without names of what git says changed",
  )
    .option(
      "--base <revision>",
      "what `changed` compares with (default: where the branch left its upstream, else HEAD~1)",
    )
    .option("-u, --update", "rewrite generated files and the snapshots of tests")
    .option("--json", "one JSON document")
    .action(async (names: string[], options: { base?: string; update?: boolean; json?: boolean }) =>
      exit(await (await import("./verify/verify.ts")).verify(names, options)),
    );

  command("lint [paths...]", "oxlint, eslint and prettier over the repository or the paths that are named")
    .option("--fix", "write what they can mend by themselves")
    .option("--json", "one JSON document")
    .action(async (paths: string[], options: { fix?: boolean; json?: boolean }) =>
      exit(await (await import("./lint/lint.ts")).lint(paths, options)),
    );
}

function addWriting({ command, exit }: Program): void {
  command("new [kind] [id]", "a new check or step from its template, up to green verify")
    .option("--title <text>", `what the check proves, or the step does: ${TITLE_RULE}`)
    .option(
      "--section <name>",
      "of a check: expectations it reads: a section that there is, or one of its own (default: its id)",
    )
    .option("--probe <id>", "of a check: output it reads: own, or a probe of the SDK (default: own)")
    .option(
      "--format <form>",
      "of a check: form of that output: lines, json or xml (default: that of the probe, or lines)",
    )
    .option("--json", "one JSON document")
    .action(async (kind: string | undefined, id: string | undefined, options: NewOptions) =>
      exit(await (await import("./new/new.ts")).newPlugin(kind, id, options)),
    );

  command("generate", "catalog, released codes, tables of the READMEs and JSON Schemas")
    .option("--check", "write nothing; name the files that differ and exit 1")
    .option("--json", "one JSON document")
    .action(async (options: { check?: boolean; json?: boolean }) =>
      exit(await (await import("./generate/generate.ts")).generate(repositoryRoot, options)),
    );
}

function addStructure({ command, exit }: Program): void {
  command("layers", "what breaks the layer law: names, dependencies, imports")
    .option("--json", "one JSON document")
    .action(async (options: { json?: boolean }) => exit((await import("./house/layers-command.ts")).layers(options)));

  command("typecheck", "TypeScript 7 over the whole program")
    .option("--json", "one JSON document")
    .action(async (options: { json?: boolean }) => exit(await (await import("./typecheck.ts")).typecheck(options)));
}

function addJudging({ command, exit }: Program): void {
  command("conformance", "judge the shared bundles and field cases, and read the shared captures")
    .option("--shared <folder>", "where they are (default: ../shared, and nothing to do where that is not)")
    .option("--only <text>", "bundles with this in their name or class, and captures with it in their path")
    .option("-u, --update", "rewrite the list of recognised captures")
    .option("--json", "one JSON line per row")
    .action(async (options: { shared?: string; only?: string; update?: boolean; json?: boolean }) =>
      exit(await (await import("./conformance/conformance.ts")).conformance(options)),
    );

  command("mutate [id]", "mutation score of a check by its own tests; 1 below 85 %")
    .option("--of-the-day", "the check whose turn it is by the date")
    .option("--json", "one JSON document")
    .action(async (id: string | undefined, options: { ofTheDay?: boolean; json?: boolean }) =>
      exit(await (await import("./mutate.ts")).mutate(id, options)),
    );
}

/** Runs one command line and gives its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  try {
    await createProgram((given) => (code = given)).parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    if (!SlipwayError.is(error) || error.kind !== "input") throw error;
    process.stderr.write(`slipway: ${error.message}\n${error.hint === undefined ? "" : `  ${error.hint}\n`}`);
    return USAGE_ERROR;
  }
  return code;
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2));
