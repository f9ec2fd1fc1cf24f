import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@slipway/server";
import { TRUE_CLOCK } from "@slipway/store";
import { freshDatabase, passRow, setTestClock, validationRow } from "@slipway/store/testing";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { slipway } from "./run-cli.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-validations-"));
let database: Awaited<ReturnType<typeof freshDatabase>>;
let open: Awaited<ReturnType<typeof openDatabase>>;
const run = (...args: readonly string[]) =>
  slipway(["validations", ...args], { env: { SLIPWAY_DATABASE_URL: database.url, SLIPWAY_DATA: home } });

beforeAll(async () => {
  database = await freshDatabase();
  vi.stubEnv("SLIPWAY_DATABASE_URL", database.url);
  vi.stubEnv("SLIPWAY_DATA", home);
  open = await openDatabase({ start: true });
  await open.store.transaction(async (tx) => {
    await tx.insert("validations", [
      validationRow(1, { status: "held", reason_code: "HostKeyChanged" }),
      validationRow(2, { status: "held", reason_code: "InUse" }),
    ]);
    await tx.insert("passes", [passRow(1, { host_key: "SHA256:old", route: "gate" })]);
    const row = { at: 1, actor: "w", from_state: "running", to_state: "held", reason: "" };
    await tx.insert("audit", [
      { ...row, id: 900, object: "validation/1", detail: { hostKey: "SHA256:new" } },
      { ...row, id: 901, object: "validation/2", detail: null },
    ]);
  });
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await open.close();
  await database.drop();
  rmSync(home, { recursive: true });
});

it("show prints the host key and the jump host that a pass was taken over", async () => {
  expect((await run("show", "1")).stdout).toContain("host key SHA256:old through gate");
  expect((await run("show", "1", "--json")).documents()).toMatchObject([
    { passes: [{ host_key: "SHA256:old", route: "gate" }] },
  ]);
});

it("list counts the age of a validation on the database's clock, which differs while a lab's past is made", async () => {
  await setTestClock(open.store, { offsetMs: 3 * 3_600_000, rate: 0 });
  try {
    expect((await run("list")).stdout).toMatch(/ 3\.0 h /);
  } finally {
    await setTestClock(open.store, TRUE_CLOCK);
  }
});

it("retry accepts the host key that a validation is held for, and nothing of one that is held for something else", async () => {
  for (const id of ["1", "2"])
    expect(await run("retry", id, "--by", "ada", "--reason", "it was re-imaged")).toMatchObject({ status: 0 });
  const answers = await open.store.transaction((tx) =>
    tx.find("audit", { where: { to_state: "queued" }, orderBy: ["object"] }),
  );
  expect(answers.map(({ object, detail }) => [object, detail])).toEqual([
    ["validation/1", { acceptedHostKey: "SHA256:new" }],
    ["validation/2", null],
  ]);
});
