import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { slipway } from "./run-cli.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "slipway-load-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("a file without rows says so, and one with a bad row names file, line and field; neither asks for a database", async () => {
  writeFileSync(join(folder, "empty.csv"), "source,observed_at,node_name\n");
  writeFileSync(
    join(folder, "bad.jsonl"),
    `{"source":"cmdb","observed_at":"2026-01-01T00:00:00Z","node_name":"n1"}\n{"source":"cmdb","observed_at":"2026-01-01T00:00:00Z","x":${"[".repeat(30_000)}` +
      `${"]".repeat(30_000)}}\n`,
  );
  const run = await slipway(["nodes", "load", "empty.csv", "bad.jsonl"], {
    cwd: folder,
    env: { SLIPWAY_DATA: join(folder, "data") },
  });
  expect(run).toMatchObject({ status: 3, stdout: "empty.csv: 0 rows\n" });
  expect(run.stderr).toMatch(
    /bad\.jsonl:2: x: is nested deeper than 64 levels\n.*nothing of it is loaded \(1 bad of 2 rows/,
  );
});
