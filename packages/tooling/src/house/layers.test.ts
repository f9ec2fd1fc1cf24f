import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runTool } from "../run-tool.ts";
import { repositoryRoot } from "../workspace.ts";
import { layerViolations } from "./layers.ts";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A package of the planted workspace: what its package.json depends on, and its one source file. */
interface Planted {
  dependencies?: readonly string[];
  code?: string;
}

/** A small workspace of the same shape as ours, clean but for what `planted` adds. */
function plant(planted: Readonly<Record<string, Planted>>): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-layers-"));
  made.push(root);
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write("package.json", JSON.stringify({ name: "planted", private: true, packageManager: "pnpm@12.21.0" }));
  write("pnpm-workspace.yaml", "packages: [packages/*, plugins/*/*, apps/*]\n");
  write("turbo.json", JSON.stringify({ tasks: {} }));
  write("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
  const clean: Record<string, Planted> = {
    "packages/domain": {},
    "packages/plugin-sdk": { dependencies: ["domain"], code: 'export * from "@slipway/domain";\n' },
    "packages/runner": { dependencies: ["domain", "plugin-sdk"], code: 'export * from "@slipway/plugin-sdk";\n' },
    "plugins/checks/alpha": { dependencies: ["plugin-sdk"], code: 'export * from "@slipway/plugin-sdk";\n' },
    "plugins/checks/beta": { dependencies: ["plugin-sdk"], code: 'export * from "@slipway/plugin-sdk";\n' },
  };
  for (const [dir, { dependencies = [], code = "export {};\n" }] of Object.entries({ ...clean, ...planted })) {
    const name = `@slipway/${dir.split("/").slice(1).join("-").replace("checks-", "check-")}`;
    const wanted = Object.fromEntries(dependencies.map((dependency) => [`@slipway/${dependency}`, "workspace:*"]));
    write(
      `${dir}/package.json`,
      JSON.stringify({ name, version: "0.0.0", exports: { ".": "./src/index.ts" }, dependencies: wanted }),
    );
    write(`${dir}/src/index.ts`, code);
  }
  return root;
}

const found = (root: string): string[] => layerViolations(root).map(({ kind, where }) => `${kind} ${where}`);
const turboFinds = async (root: string): Promise<string> =>
  (await runTool("turbo", ["boundaries", "--no-color"], { cwd: root })).output;

const escape: Readonly<Record<string, Planted>> = {
  "plugins/checks/alpha": {
    dependencies: ["plugin-sdk"],
    code: 'import "../../../../packages/runner/src/index.ts";\n',
  },
};
const undeclared: Readonly<Record<string, Planted>> = {
  "plugins/checks/alpha": { dependencies: ["plugin-sdk"], code: 'import "@slipway/domain";\n' },
};

describe("layer law", () => {
  it("holds in this repository", () => {
    expect(layerViolations(repositoryRoot)).toEqual([]);
  });

  it("accepts a clean workspace", () => {
    expect(found(plant({}))).toEqual([]);
  });

  it("catches a plugin that depends on another plugin", () => {
    expect(
      found(
        plant({
          "plugins/checks/alpha": {
            dependencies: ["plugin-sdk", "check-beta"],
            code: 'import "@slipway/check-beta";\n',
          },
        }),
      ),
    ).toEqual(["layer plugins/checks/alpha/package.json"]);
  });

  it("catches a runner that depends on a plugin", () => {
    expect(found(plant({ "packages/runner": { dependencies: ["plugin-sdk", "check-beta"] } }))).toEqual([
      "layer packages/runner/package.json",
    ]);
  });

  it("catches a package that no layer is written for, and one with a wrong name", () => {
    expect(found(plant({ "packages/shortcut": {} }))).toEqual(["layer packages/shortcut/package.json"]);
    const root = plant({});
    writeFileSync(join(root, "plugins/checks/alpha/package.json"), JSON.stringify({ name: "@slipway/alpha" }));
    expect(found(root)).toContain("name plugins/checks/alpha/package.json");
  });

  it("catches an import that leaves its package", () => {
    expect(found(plant(escape))).toEqual(["escape plugins/checks/alpha/src/index.ts:1"]);
  });

  it("catches an import that is not declared, of a value or of a type", () => {
    expect(found(plant(undeclared))).toEqual(["undeclared plugins/checks/alpha/src/index.ts:1"]);
    const code = 'export * from "@slipway/plugin-sdk";\nexport type Beta = typeof import("@slipway/check-beta");\n';
    expect(found(plant({ "plugins/checks/alpha": { dependencies: ["plugin-sdk"], code } }))).toEqual([
      "undeclared plugins/checks/alpha/src/index.ts:2",
    ]);
  });

  it("takes no text or comment for an import", () => {
    const code =
      'export * from "@slipway/plugin-sdk";\n// import "@slipway/domain";\nexport const text = `import "@slipway/domain";`;\n';
    expect(found(plant({ "plugins/checks/alpha": { dependencies: ["plugin-sdk"], code } }))).toEqual([]);
  });
});

describe("turbo boundaries", () => {
  it("accepts a clean workspace", async () => {
    expect(await turboFinds(plant({}))).toContain("no issues found");
  });

  it("catches an import that leaves its package", async () => {
    expect(await turboFinds(plant(escape))).toContain("leaves the package");
  });

  it("catches an import that is not declared", async () => {
    expect(await turboFinds(plant(undeclared))).toContain("@slipway/domain");
  });
});
