import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectationSections, probes, SlipwayError } from "@slipway/plugin-sdk";
import { catalogFiles } from "../generate/catalog.ts";
import { writeGenerated } from "../generate/generate.ts";
import { importChecks, readmeFiles } from "../generate/readme.ts";
import { RELEASED_CODES, releasedFiles } from "../generate/released-codes.ts";
import { runTool } from "../run-tool.ts";
import { asText, verifyTargets, type Verification } from "../verify/verify.ts";
import { pluginsOf, readWorkspace, repositoryRoot } from "../workspace.ts";
import { checkManifest, checkTemplate, copyTemplate, sectionOf, type TemplateValues } from "./template.ts";

/** The only files outside its folder that a new check changes; each is written by a machine. */
const OUTSIDE = [
  "packages/catalog/src/generated.ts",
  "packages/catalog/package.json",
  RELEASED_CODES,
  "pnpm-lock.yaml",
] as const;

const LATER = ["vendor", "step", "scheduler"];

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What fits unchanged into a TypeScript string, a comment and a line of Markdown. */
const TITLE = /^[^"\\`*<>|\p{Cc}]{11,100}$/u;

/**
 * `new check <id>`: from the template to green verify, or nothing at all.
 *
 * @returns the exit code: 0 green, 1 something failed and everything was put back
 * @throws SlipwayError of kind `input` for another kind, an id that does not fit, or one that is taken
 */
export async function newPlugin(
  kind: string | undefined,
  id: string | undefined,
  options: { title?: string; json?: boolean },
): Promise<number> {
  if (kind !== "check") throw notYet(kind);
  if (id === undefined)
    throw new SlipwayError("input", "new check needs an id", { hint: "for example: new check host-memory" });
  const values = checkedValues(id, options.title);
  const dir = `plugins/checks/${id}`;
  const say = (text: string): void => void (options.json === true || process.stdout.write(`${text}\n`));

  const before = new Map(OUTSIDE.map((file) => [file, readFileSync(join(repositoryRoot, file))]));
  const ignore = (): void => undefined; // children hear of Ctrl-C too; what they left is put back
  process.on("SIGINT", ignore);
  process.on("SIGTERM", ignore);
  let verification: Verification | undefined;
  let failure = "";
  try {
    verification = await scaffold(dir, values, say);
    if (!verification.ok) failure = "verify is red";
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  if (failure !== "") await putBack(dir, before);
  process.off("SIGINT", ignore);
  process.off("SIGTERM", ignore);

  const changed =
    failure === "" ? OUTSIDE.filter((file) => !before.get(file)?.equals(readFileSync(join(repositoryRoot, file)))) : [];
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ schema: "slipway/new@1", ok: failure === "", dir, changedOutside: changed, ...(failure === "" ? {} : { failure }), tools: verification?.tools ?? [] })}\n`,
    );
  else {
    if (verification !== undefined) say(asText(verification).trimEnd());
    say(
      failure === ""
        ? `\n${dir} is there; outside it changed ${changed.join(", ")}.\nNext: its examples, then src/, then \`./slipway verify ${id}\`.`
        : `\n${failure}: everything was put back.`,
    );
  }
  return failure === "" ? 0 : 1;
}

async function scaffold(dir: string, values: TemplateValues, say: (text: string) => void): Promise<Verification> {
  const files = copyTemplate(checkTemplate, join(repositoryRoot, dir), values);
  writeFileSync(join(repositoryRoot, dir, "package.json"), checkManifest(repositoryRoot, values));
  say(`copied     ${String(files + 1)} files to ${dir}`);
  const packages = readWorkspace(repositoryRoot);
  writeGenerated(repositoryRoot, catalogFiles(repositoryRoot, packages));
  const install = await pnpmInstall("--no-frozen-lockfile");
  if (install.exitCode !== 0) throw new Error(`pnpm install failed:\n${install.output.trimEnd()}\n`);
  say(`installed  ${install.seconds.toFixed(2)} s`);
  const own = packages.filter((unit) => unit.dir === dir);
  writeGenerated(repositoryRoot, await readmeFiles(repositoryRoot, own));
  writeGenerated(repositoryRoot, releasedFiles(repositoryRoot, await importChecks(repositoryRoot, own)));
  return verifyTargets({ dirs: [dir], all: false, reason: "named" }, { color: process.stdout.isTTY });
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

async function putBack(dir: string, before: ReadonlyMap<string, Buffer>): Promise<void> {
  rmSync(join(repositoryRoot, dir), { recursive: true, force: true });
  for (const [file, bytes] of before) writeFileSync(join(repositoryRoot, file), bytes);
  await pnpmInstall("--frozen-lockfile"); // takes the links away again
}

function checkedValues(id: string, title: string | undefined): TemplateValues {
  const refuse = (why: string, hint?: string): never => {
    throw new SlipwayError("input", `new check ${id}: ${why}`, hint === undefined ? {} : { hint });
  };
  if (!ID.test(id) || id.length > 40)
    refuse(
      "an id is kebab-case: small letters and digits, parts joined by one '-', at most 40",
      "for example: host-memory",
    );
  if (/(^|-)check(-|$)/.test(id)) refuse("an id does not say check: it is a noun of the fault domain");
  if (existsSync(join(repositoryRoot, "plugins/checks", id))) refuse(`plugins/checks/${id} exists already`);
  const section = sectionOf(id);
  if (section === "checks" || section in expectationSections)
    refuse(`the expectations have a section ${section} already`, "take another id; the section is named after it");
  if (Object.values(probes).some((probe) => probe.id === id))
    refuse("a probe has this id already", "take another id; the template's own probe is named after it");
  const proven = (title ?? "The node has the memory of its SKU").trim().replace(/\.$/, "");
  if (!TITLE.test(proven))
    refuse("--title is one line of 11 to 100 characters without quotes, backslashes, '`', '*', '<', '>' and '|'");
  return { id, section, title: proven };
}

function notYet(kind: string | undefined): SlipwayError {
  const ids = pluginsOf(readWorkspace(repositoryRoot), "check").map((plugin) => plugin.id);
  const hint = `there is: new check <id>; checks so far: ${ids.join(", ")}`;
  if (kind === undefined) return new SlipwayError("input", "new needs a kind and an id", { hint });
  return new SlipwayError(
    "input",
    LATER.includes(kind)
      ? `new ${kind}: there is no template yet; it comes with the contract of a ${kind}`
      : `new ${kind}: there is no such kind`,
    { hint },
  );
}
