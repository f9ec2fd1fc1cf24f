import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot, slipway } from "./run-cli.ts";

const FOLDER = "docs/statistics";
const EXAMPLES = "examples/statistics";
const pages = globSync(`${FOLDER}/*.md`, { cwd: repositoryRoot }).sort();
const read = (page: string): string => readFileSync(join(repositoryRoot, page), "utf8");

/** What a page says that a command prints. */
interface Session {
  /** `page.md:12`, of the command. */
  readonly place: string;
  readonly args: readonly string[];
  readonly output: string;
}

/** The commands of every ```console block: a line that starts with `$ ` is one, and the lines up to the next are its output. */
function sessionsOf(page: string, markdown: string): Session[] {
  const sessions: { readonly place: string; readonly args: readonly string[]; readonly lines: string[] }[] = [];
  let inside = false;
  let output: string[] | undefined;
  for (const [at, line] of markdown.split("\n").entries()) {
    const place = `${page}:${String(at + 1)}`;
    if (line.startsWith("```")) {
      inside = !inside && line === "```console";
      output = undefined;
    } else if (inside && line.startsWith("$ ")) {
      output = [];
      sessions.push({ place, args: argsOf(line.slice(2), place), lines: output });
    } else if (inside) {
      if (output === undefined) throw new Error(`${place}: a console block begins with a command`);
      output.push(line);
    }
  }
  return sessions.map(({ place, args, lines }) => ({ place, args, output: tidy(lines.join("\n")) }));
}

/** Words, of which double quotes hold several together; no shell sees them. */
function argsOf(command: string, place: string): string[] {
  const [program, ...args] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
  if (program !== "./slipway") throw new Error(`${place}: a page calls ./slipway, not ${program ?? "nothing"}`);
  return args;
}

/** Spaces at the ends of lines and empty lines at the end are not to be seen on a page. */
const tidy = (text: string): string => text.replaceAll(/[ \t]+$/gm, "").trimEnd();

describe("the pages on statistics", () => {
  const sessions = pages.flatMap((page) => sessionsOf(page, read(page)));

  it.each(sessions.map((session) => [session.place, session] as const))(
    "%s prints what the page says",
    async (place, { args, output }) => {
      const { status, stdout, stderr } = await slipway(args);
      expect(tidy(stdout + stderr), `${place}: ./slipway ${args.join(" ")}`).toBe(output);
      expect(status, `${place}: its exit code`).toBe(0);
    },
  );

  it.each(pages.filter((page) => basename(page) !== "README.md"))(
    "%s says how to ask, how to read it, what it does not say and where it comes from",
    (page) => {
      const headings = [...read(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual(["Ask", "Example", "Read it", "What it does not say", "Source"]);
      expect(read(`${FOLDER}/README.md`)).toContain(`(${basename(page)})`);
    },
  );

  it("use every file of examples", () => {
    const used = new Set(sessions.flatMap(({ args }) => args).filter((arg) => arg.startsWith(`${EXAMPLES}/`)));
    expect([...used].sort()).toEqual(globSync(`${EXAMPLES}/*`, { cwd: repositoryRoot }).sort());
  });
});

describe("a console block", () => {
  it("is read as commands with their output, each by page and line", () => {
    const page =
      'Text\n```console\n$ ./slipway sql "select 1" --json\n{"1":1}  \n\n$ ./slipway status\n```\n```\n$ not a console\n```\n';
    expect(sessionsOf("x.md", page).map(({ place, args, output }) => [place, args, output])).toEqual([
      ["x.md:3", ["sql", "select 1", "--json"], '{"1":1}'],
      ["x.md:6", ["status"], ""],
    ]);
    expect(() => sessionsOf("x.md", "```console\n$ rm -r .\n```")).toThrow("x.md:2: a page calls ./slipway, not rm");
    expect(() => sessionsOf("x.md", "```console\noutput\n```")).toThrow(
      "x.md:2: a console block begins with a command",
    );
  });
});
