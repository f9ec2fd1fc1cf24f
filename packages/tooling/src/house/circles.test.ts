import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readWorkspace, repositoryRoot, type WorkspacePackage } from "../workspace.ts";
import { folderCircles } from "./circles.ts";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A package of these files. */
function plant(files: Readonly<Record<string, string>>): { root: string; unit: WorkspacePackage } {
  const root = mkdtempSync(join(tmpdir(), "slipway-circles-"));
  made.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "packages/a/src", file)), { recursive: true });
    writeFileSync(join(root, "packages/a/src", file), text);
  }
  return { root, unit: { dir: "packages/a" } as WorkspacePackage };
}

describe("folders of a package", () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["none that use each other", { "a/x.ts": 'import "../b/y.ts";\n', "b/y.ts": "export {};\n" }, []],
    [
      "two that use each other, by a type too",
      { "a/x.ts": 'import "../b/y.ts";\n', "b/y.ts": 'export {};\nimport type { X } from "../a/x.ts";\n' },
      ["packages/a/src/a/x.ts:1", "packages/a/src/b/y.ts:2"],
    ],
    [
      "three in a ring, and one beside it",
      {
        "a/x.ts": 'import "../b/y.ts";\n',
        "b/y.ts": 'import "../c/z.ts";\n',
        "c/z.ts": 'import "../a/x.ts";\nimport "../d/w.ts";\n',
        "d/w.ts": "export {};\n",
      },
      ["packages/a/src/a/x.ts:1", "packages/a/src/b/y.ts:1", "packages/a/src/c/z.ts:1"],
    ],
    [
      "a test, and a file that stands in no folder",
      {
        "a/x.ts": 'import "../b/y.ts";\n',
        "b/y.test.ts": 'import "../a/x.ts";\n',
        "b/y.ts": 'import "../index.ts";\n',
        "index.ts": 'import "./a/x.ts";\n',
      },
      [],
    ],
  ])("are found in circles: %s", (_name, files, where) => {
    const { root, unit } = plant(files);
    expect(folderCircles(root, unit).map((circle) => circle.where)).toEqual(where);
  });

  it.each(readWorkspace(repositoryRoot))("use each other in no circle in $dir", (unit) => {
    expect(folderCircles(repositoryRoot, unit)).toEqual([]);
  });
});
