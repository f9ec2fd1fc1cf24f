import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@slipway/server";
import { freshDatabase, machineRow } from "@slipway/store/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expectDocumented } from "./documented.ts";
import { repositoryRoot, slipway, type CliRun } from "./run-cli.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-fleet-command-"));
const fleet = join(home, "fleet");
const slow = join(fleet, "lanes/slow.yaml");
let database: Awaited<ReturnType<typeof freshDatabase>>;
const here = (...args: string[]): Promise<CliRun> =>
  slipway(args, {
    env: { SLIPWAY_DATABASE_URL: database.url, SLIPWAY_DATA: join(home, "data"), SLIPWAY_FLEET: fleet },
  });
const run = (...args: string[]): Promise<CliRun> => here("fleet", ...args);
const apply = (...args: string[]): Promise<CliRun> => run("apply", "--by", "ada", "--reason", "a deploy", ...args);

beforeAll(async () => {
  database = await freshDatabase();
  cpSync(join(repositoryRoot, "fleet"), fleet, { recursive: true });
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", join(home, "data"));
  const open = await openDatabase({ start: true });
  await open.store.transaction((tx) => tx.insert("machines", [machineRow(1)]));
  await open.close();
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

describe("slipway fleet", () => {
  it("diff says what applying would do, apply does it once, and an older release is refused", async () => {
    const first = await run("diff");
    expect(first).toMatchObject({ status: 1, stderr: "" });
    expect(first.stdout).toContain("against a database without settings:");
    expect(first.stdout).toMatch(/ {2}lane\/slow: none -> [0-9a-f]{12}; decides at once/);

    expect(await apply("--release", "7")).toMatchObject({ status: 0, stderr: "" });
    expect((await run("diff")).stdout).toContain("are what is applied: release 7, applied by ada");

    writeFileSync(slow, readFileSync(slow, "utf8").replace("passes: 12", "passes: 13"));
    expect((await run("diff")).stdout).toContain("is staged: canary nodes try it first\n      passes: 12 -> 13\n");
    const differs = await run("diff", "--json");
    expectDocumented("fleet diff", differs);
    expect(differs.documents()).toMatchObject([
      {
        schema: "slipway/fleet-diff@1",
        applied: { release: 7, by: "ada" },
        changes: [{ kind: "lane", name: "slow", outcome: "staged", changes: ["passes: 12 -> 13"] }],
      },
    ]);

    const older = await apply("--release", "6");
    expect(older).toMatchObject({ status: 3, stdout: "" });
    expect(older.stderr).toContain("--release 6: release 7 was applied by ada");
    const applied = await apply("--json");
    expectDocumented("fleet apply", applied);
    expect(applied.documents()).toMatchObject([
      { applied: { release: 8 }, changes: [{ name: "slow", outcome: "staged" }] },
    ]);
    const trying = await here("canary", "status", "--json");
    expectDocumented("canary status", trying);
    expect(trying.documents()).toMatchObject([{ kind: "lane", name: "slow", state: "staged", open: false }]);
  }, 120_000);

  it("check needs no database, and says which checks of a lane are not run where", async () => {
    const answer = await slipway(["fleet", "check"], { env: { SLIPWAY_DATABASE_URL: "postgres://nowhere.invalid/x" } });
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    expect(answer.stdout).toContain("is sound: 6 lanes");
    expect(answer.stdout).toMatch(/slow checks +BM\.GPU\.H100\.8 +ib-errors, ib-xdr, imex/);
    const [document] = (await slipway(["fleet", "check", "--json"])).documents<{
      schema: string;
      lane_checks: unknown[];
    }>();
    expect(document?.schema).toBe("slipway/fleet-check@1");
    expect(document?.lane_checks.length).toBeGreaterThan(0);
  }, 60_000);

  it("check ends with 3 and the line of a lane that names a check nobody knows", async () => {
    const own = join(home, "wrong");
    cpSync(join(repositoryRoot, "fleet"), own, { recursive: true });
    const file = join(own, "lanes/slow.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("[dcdiag,", "[nosuchcheck,"));
    const answer = await slipway(["fleet", "check"], { env: { SLIPWAY_FLEET: own } });
    expect(answer).toMatchObject({ status: 3, stdout: "" });
    expect(answer.stderr).toContain("slow.yaml: checks: there is no check nosuchcheck");
  }, 60_000);
});
