import { SlipwayError } from "@slipway/plugin-sdk";
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { EXIT } from "./exit.ts";
import { guardOutput } from "./report/guard-output.ts";
import { printable } from "./report/printable.ts";

/** A command's module is loaded when it is called, and all of them for the help. */
const commands: Readonly<Record<string, () => Promise<{ add(program: Command): void }>>> = {
  collect: () => import("./commands/collect.ts"),
  judge: () => import("./commands/judge.ts"),
  expect: () => import("./commands/expect.ts"),
  checks: () => import("./commands/checks.ts"),
  bundle: () => import("./commands/bundle.ts"),
  schema: () => import("./commands/schema.ts"),
  up: () => import("./commands/up.ts"),
  worker: () => import("./commands/up.ts"),
  status: () => import("./commands/status.ts"),
  workers: () => import("./commands/workers.ts"),
  validate: () => import("./commands/validate.ts"),
  bans: () => import("./commands/bans.ts"),
  override: () => import("./commands/bans.ts"),
  release: () => import("./commands/release.ts"),
  items: () => import("./commands/items.ts"),
  evidence: () => import("./commands/evidence.ts"),
  db: () => import("./commands/db.ts"),
  fleet: () => import("./commands/fleet.ts"),
  canary: () => import("./commands/canary.ts"),
  propose: () => import("./commands/propose.ts"),
  import: () => import("./commands/import.ts"),
  nodes: () => import("./commands/nodes.ts"),
  validations: () => import("./commands/validations.ts"),
  reban: () => import("./commands/reban.ts"),
  simulate: () => import("./commands/simulate.ts"),
  backtest: () => import("./commands/backtest.ts"),
  value: () => import("./commands/value.ts"),
  sprt: () => import("./commands/sprt.ts"),
  data: () => import("./commands/data.ts"),
  sql: () => import("./commands/sql.ts"),
  doctor: () => import("./commands/doctor.ts"),
  demo: () => import("./commands/demo.ts"),
};

/**
 * Runs one command over the streams and the environment of this process, and sets `process.exitCode`.
 *
 * @param args what stands after the program's name
 * @returns the error that ended the command, which is told by then
 */
export async function runProgram(args: readonly string[]): Promise<unknown> {
  guardOutput(process.stdout);
  guardOutput(process.stderr);
  try {
    await (await programOf(args[0] ?? "")).parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    process.exitCode = tell(error);
    return error;
  }
}

/** The program with the command of this name, or with all commands where none has it. */
export async function programOf(called: string): Promise<Command> {
  const program = createProgram();
  const wanted = Object.hasOwn(commands, called) ? [commands[called]] : Object.values(commands);
  const modules = await Promise.all(wanted.flatMap((load) => (load === undefined ? [] : [load()])));
  for (const module of new Set(modules)) module.add(program);
  return program;
}

/** Whether the database ended the command; its package is loaded by the commands that need it only. */
export const isStoreError = (error: unknown): error is Error => error instanceof Error && error.name === "StoreError";

function createProgram(): Command {
  return new Command("slipway")
    .description("Gets GPU capacity back, on evidence.")
    .version(manifest.version)
    .showHelpAfterError("(see --help)")
    .configureOutput({ outputError: (text, write) => write(`slipway: ${text.replace(/^error: /, "")}`) })
    .exitOverride()
    .addHelpText("after", () => {
      // Set by the launcher of a clone; the published program has none of these commands.
      const alsoThere = process.env["SLIPWAY_CLONE_COMMANDS"];
      return alsoThere === undefined ? "" : `\nIn a clone of the repository also: ${alsoThere}.`;
    });
}

/** Says on stderr what ended a command. @returns its exit code */
function tell(error: unknown): number {
  // The parser has said it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (SlipwayError.is(error)) {
    process.stderr.write(
      `slipway: ${printable(error.message)}\n${error.hint === undefined ? "" : `  ${printable(error.hint)}\n`}`,
    );
  } else if (isStoreError(error)) {
    process.stderr.write(`slipway: ${printable(error.message)}\n`);
  } else {
    const { code, stack } = error as NodeJS.ErrnoException;
    const unforeseen = `an error that should not be; please report it:\n${stack ?? String(error)}`;
    process.stderr.write(`slipway: ${code === undefined ? unforeseen : String((error as Error).message)}\n`);
  }
  // Exit 1 says that a node fails, so no error ends with it.
  return EXIT.usage;
}
