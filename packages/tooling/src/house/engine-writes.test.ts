import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { repositoryRoot } from "../workspace.ts";
import { engineWrites } from "./engine-writes.ts";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A workspace of these files. */
function plant(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-engine-writes-"));
  made.push(root);
  const all = { "pnpm-workspace.yaml": "packages: [packages/*, apps/*]\n", ...files };
  for (const dir of ["packages/a", "packages/reconciler", "packages/store"])
    Object.assign(all, { [`${dir}/package.json`]: JSON.stringify({ name: dir }) });
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

const found = (code: string, file = "packages/a/src/x.ts"): string[] =>
  engineWrites(plant({ [file]: code })).map(({ where, table }) => `${where} ${table}`);

describe("what is the engine's", () => {
  it("is written by nobody but a ChangeSet", () => {
    const writes = engineWrites(repositoryRoot);
    expect(writes.map(({ where, table }) => `${where} ${table}`)).toEqual([]);
  });

  it.each([
    ["an insert", 'await tx.insert("audit", [row]);\n', 1],
    ["an update over several lines", 'await tx.update(\n  "intents",\n  changes,\n);\n', 1],
    ["an upsert behind another line", 'const now = 1;\nawait tx.upsert("claims", rows);\n', 2],
    ["a removal", 'await tx.remove("conditions", keys);\n', 1],
    ["SQL", 'await pool.query("delete from ledger where id = 1");\n', 1],
    ["SQL that changes", 'await pool.query("update audit set reason = $1");\n', 1],
  ])("is seen to be written by %s", (_what, code, line) => {
    expect(found(code)).toEqual([expect.stringMatching(new RegExp(`^packages/a/src/x.ts:${String(line)} `))]);
  });

  it.each([
    ["reading", 'await tx.find("audit", { where });\n'],
    ["a ChangeSet", 'change.insert("validations", rows);\n'],
    ["another table", 'await tx.insert("claims_of_sources", rows);\n'],
    ["a comment", '// tx.insert("audit", rows)\n/** Like tx.update("claims", rows). */\n'],
  ])("is not seen to be written by %s", (_what, code) => {
    expect(found(code)).toEqual([]);
  });

  it("may be written by the folder of ChangeSet, and by tests", () => {
    const code = 'await tx.insert("audit", [row]);\n';
    expect(found(code, "packages/reconciler/src/changes/x.ts")).toEqual([]);
    expect(found(code, "packages/a/src/x.test.ts")).toEqual([]);
    expect(found(code, "packages/reconciler/src/x.ts")).toHaveLength(1);
  });
});
