import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expectationSections, refuseSectionConflicts, type Check } from "@slipway/plugin-sdk";
import { answer, disagreements, exampleOf, ExpectedAnswer } from "@slipway/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../main.ts";
import { repositoryRoot } from "../workspace.ts";
import { chosenCheck, newCheck, type Choices } from "./choices.ts";
import { ending, newPlugin } from "./new.ts";
import { newStep } from "./step.ts";
import { copyTemplate, FORMATS, type NewCheck } from "./template.ts";

const checks = (): string[] => readdirSync(join(repositoryRoot, "plugins/checks")).sort();

describe("new", () => {
  it.each([
    "Host-Memory",
    "host_memory",
    "-memory",
    "memory-",
    "a--b",
    "1st",
    "../xid",
    "a/b",
    "",
    "host memory",
    "x".repeat(41),
  ])("refuses the id %j", async (id) => {
    const before = checks();
    await expect(newPlugin("check", id, {})).rejects.toThrow("an id is kebab-case");
    expect(checks()).toEqual(before);
  });

  it("refuses an id that says check, is taken, or collides with a section or a probe", async () => {
    await expect(newPlugin("check", "check-memory", {})).rejects.toThrow("does not say check");
    await expect(newPlugin("check", "ib-xdr", {})).rejects.toThrow("exists already");
    await expect(newPlugin("check", "gpus", {})).rejects.toThrow("a section gpus");
    await expect(newPlugin("check", "lspci", {})).rejects.toThrow("a probe has this id");
  });

  it.each(["short", 'says "quoted" things', "two\nlines of it", "`code` of a shell", "<b>bold words</b>"])(
    "refuses the title %j",
    async (title) => {
      await expect(newPlugin("check", "host-memory", { title })).rejects.toThrow("--title");
      expect(existsSync(join(repositoryRoot, "plugins/checks/host-memory"))).toBe(false);
    },
  );

  it.each([[], ["vendor"], ["scheduler", "x"], ["plugin", "x"]])(
    "lists what there is for %j, and exits 3",
    async (...args) => {
      await expect(newPlugin(args[0], args[1], {})).rejects.toMatchObject({
        kind: "input",
        hint: expect.stringMatching(/new check <id>.*new step <id>/) as string,
      });
    },
  );

  it("wants an id of a check and of a step, and refuses what a step cannot choose", async () => {
    for (const kind of ["check", "step"]) await expect(newPlugin(kind, undefined, {})).rejects.toThrow("needs an id");
    for (const [id, why] of [
      ["Drain", "an id is kebab-case"],
      ["drain-step", "does not say step"],
      ["reboot", "plugins/steps/reboot exists already"],
      ["xid", "plugins/checks/xid exists already"],
    ] as const)
      await expect(newPlugin("step", id, {}), id).rejects.toThrow(why);
    await expect(newPlugin("step", "drain", { probe: "own" })).rejects.toThrow("--probe is of checks alone");
    await expect(newPlugin("step", "drain", { title: "short" })).rejects.toThrow("--title");
    expect(existsSync(join(repositoryRoot, "plugins/steps/drain"))).toBe(false);
  });
});

describe("choices of a new check", () => {
  it("that do not fit are refused, with what there is", async () => {
    const refusal = (choices: Choices) => chosenCheck(repositoryRoot, "host-memory", choices);
    await expect(refusal({ format: "yaml" })).rejects.toThrow("--format is one of lines, json, xml");
    await expect(refusal({ probe: "gone" })).rejects.toThrow("--probe gone: the SDK has no such probe");
    await expect(refusal({ probe: "mlxlink" })).rejects.toThrow("its commands hang on expectations");
    await expect(refusal({ section: "checks" })).rejects.toThrow("and not checks");
    await expect(refusal({ section: "host-memory" })).rejects.toThrow("in camel case");
    await expect(chosenCheck(repositoryRoot, "gpus", {})).rejects.toMatchObject({
      hint: expect.stringContaining("--section gpus") as string,
    });
    await expect(chosenCheck(repositoryRoot, "lspci", {})).rejects.toMatchObject({
      hint: expect.stringContaining("--probe lspci") as string,
    });
  });

  it("take the form that the probe prints, and line text where nobody says another", async () => {
    const formatOf = async (choices: Choices) => (await chosenCheck(repositoryRoot, "host-memory", choices)).format;
    expect(await formatOf({})).toBe("lines");
    expect(await formatOf({ probe: "nvidia-smi" })).toBe("xml");
    expect(await formatOf({ probe: "nvidia-smi", format: "lines" })).toBe("lines");
  });

  it("take a key that the schema of a shared section has, for every section there is", async () => {
    for (const [name, schema] of Object.entries(expectationSections)) {
      const { section } = await chosenCheck(repositoryRoot, "host-memory", { section: name });
      expect(schema.safeParse({ [section.key]: section.example }).success, name).toBe(true);
      expect(section.schema, name).toMatch(/^[A-Z]\w+Expectations$/);
    }
  });
});

describe("the template", () => {
  const made: string[] = [];
  afterEach(() => {
    for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
  });

  /** A check from the template in a folder of its own, beside the packages that a check may use. */
  async function filled(id: string, choices: Choices): Promise<{ dir: string; check: NewCheck }> {
    const dir = mkdtempSync(join(tmpdir(), "slipway-template-"));
    made.push(dir);
    symlinkSync(join(repositoryRoot, "plugins/checks/ib-xdr/node_modules"), join(dir, "node_modules"));
    const check = await chosenCheck(repositoryRoot, id, choices);
    copyTemplate(dir, check);
    return { dir, check };
  }

  const combinations = ["hostMemory", "gpus"].flatMap((section) =>
    ["own", "kernel-log"].flatMap((probe) => FORMATS.map((format) => ({ section, probe, format }))),
  );

  it.each(combinations)(
    "of $format, probe $probe and section $section answers its examples as they say",
    async (choices) => {
      const { dir, check } = await filled("host-memory", choices);
      const { default: made } = (await import(pathToFileURL(join(dir, "src/index.ts")).href)) as { default: Check };
      const names = readdirSync(join(dir, "examples")).sort();
      expect(names.map((name) => name.split("-")[0])).toEqual(["fail", "inconclusive", "pass"]);
      for (const name of names) {
        const expected = ExpectedAnswer.parse(
          JSON.parse(readFileSync(join(dir, "examples", name, "expected.json"), "utf8")),
        ).checks["host-memory"];
        if (expected === undefined) throw new Error(`${name} says nothing of host-memory`);
        const judgement = answer(made, exampleOf(pathToFileURL(join(dir, "src/index.test.ts")).href, name));
        expect(disagreements(expected, judgement), name).toEqual([]);
      }
      expect(made.probes.map(({ probe }) => probe.id)).toEqual([
        choices.probe === "own" ? "host-memory" : choices.probe,
      ]);
      expect(made.needs({})).toEqual([`${check.section.name}.${check.section.key}`]);
      expect(() => refuseSectionConflicts([made])).not.toThrow();
    },
  );

  it("leaves no placeholder in names or text", async () => {
    const ofChecks = await Promise.all(combinations.map((choices) => newCheck(repositoryRoot, "host-memory", choices)));
    const plugins = [...ofChecks, newStep(repositoryRoot, "chrony-off", {})];
    for (const { write, dir: place } of plugins) {
      const dir = mkdtempSync(join(tmpdir(), "slipway-template-"));
      made.push(dir);
      const files = write(dir);
      const [kind, id] = place
        .split("/")
        .slice(1)
        .map((part) => part.replace(/s$/, ""));
      const names = readdirSync(dir, { recursive: true, encoding: "utf8" });
      expect(names.filter((name) => /\.\w+$/.test(name))).toHaveLength(files);
      for (const file of names) {
        expect(file).not.toContain("__");
        if (/\.\w+$/.test(file)) expect(readFileSync(join(dir, file), "utf8"), file).not.toMatch(/__[A-Z_]+__/);
      }
      expect(JSON.parse(readFileSync(join(dir, "package.json"), "utf8"))).toMatchObject({
        name: `@slipway/${kind ?? ""}-${id ?? ""}`,
        version: "0.1.0",
        slipway: { kind, id },
      });
    }
  });
});

describe("the end of new", () => {
  const plugin = { id: "host-memory", dir: "plugins/checks/host-memory", next: "Next: src/" };
  const verification = { targets: { dirs: [], all: false, reason: "named" }, tools: [] };
  const say = (ok: boolean | undefined, failure?: string): string =>
    ending(plugin, { verification: ok === undefined ? undefined : { ...verification, ok }, failure }, ["a"]);

  it("says what is next, that red tests are to be mended, or that everything was put back", () => {
    expect(say(true)).toContain(
      "plugins/checks/host-memory is there; outside it changed a.\nNext: src/, then `./slipway verify host-memory`.",
    );
    expect(say(false)).toContain("It is kept, though verify is red: mend it, then `./slipway verify host-memory`.");
    expect(say(undefined, "pnpm install failed:\nno network")).toBe(
      "pnpm install failed:\nno network\nIt could not be set up: everything was put back.",
    );
  });
});

describe("exit codes", () => {
  it("are 3 for what is used wrongly and 0 for help", async () => {
    for (const args of [
      ["frobnicate"],
      ["verify", "--frobnicate"],
      ["verify", "gone"],
      ["new"],
      ["mutate"],
      ["mutate", "gone"],
      ["mutate", "xid", "--of-the-day"],
      ["conformance", "--shared", "/gone"],
    ])
      expect(await run(args), args.join(" ")).toBe(3);
    expect(await run(["verify", "--help"])).toBe(0);
  });
});
