import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { retryValidation, startRunner } from "@slipway/runner";
import { restore, type Tx } from "@slipway/store";
import pg from "pg";
import { expect, it } from "vitest";
import { compare, type JournalLine } from "../../src/kill/compare.ts";
import { postgresWorld } from "../../src/postgres-world.ts";
import { HOUR } from "../../src/simulate.ts";
import { DUMP, JOURNAL, labWorld, MINUTE, nodeThat, TAKEN_AT, type Doing } from "./lab.ts";

/** The lab of the dump, at the newest migration, in the hands of two workers of this release. */
interface GoingOn {
  readonly store: Parameters<typeof compare>[0];
  readonly find: Tx["find"];
  /** Everything that the lab was ever asked. */
  journal(): readonly JournalLine[];
  /** What the vendor was asked to do to a node since the dump was taken, each by what it is or repeats. */
  asked(doing: Doing): readonly string[];
  /** Lets time pass, with a look at the vendor every ten minutes. */
  pass(ms: number): Promise<void>;
}

/** @param spoil changes the database before a worker has seen it */
async function goingOn(work: (lab: GoingOn) => Promise<void>, spoil = ""): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-running-lab-"));
  const file = join(folder, "journal.jsonl");
  writeFileSync(file, gunzipSync(readFileSync(JOURNAL)));
  const journal = (): readonly JournalLine[] =>
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as JournalLine);
  const database = await postgresWorld(TAKEN_AT, async (url) => {
    await restore(url, createReadStream(DUMP));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(spoil);
    await client.end();
  });
  const { store, clock } = database;
  const world = await labWorld(database, { journal: file });
  const worker = (number: number): ReturnType<typeof startRunner> =>
    startRunner({ ...world.parts, worker: { ...world.parts.worker, id: `later/${String(number)}`, pid: number } });
  const workers = [await worker(1), await worker(2)];
  try {
    await work({
      store,
      journal,
      find: ((...args: Parameters<Tx["find"]>) => store.transaction((tx) => tx.find(...args))) as Tx["find"],
      asked: (doing) =>
        journal()
          .filter(({ at, node, what }) => at >= TAKEN_AT && node === nodeThat(doing) && ACTS.includes(what))
          .map(({ what, detail = "" }) => (what === "repeat" ? `${what} of ${detail}` : what)),
      async pass(ms) {
        for (const until = clock.now() + ms; clock.now() < until;) {
          await world.look();
          await clock.runUntil(clock.now() + 10 * MINUTE);
        }
      },
    });
  } finally {
    await Promise.all(workers.map((one) => one.stop({ now: true })));
    await database.close();
    rmSync(folder, { recursive: true });
  }
}
const ACTS: readonly JournalLine["what"][] = ["power", "repair", "service", "repeat"];

/** What was open ends well, and each node is asked for what was left to be done to it, once. */
async function expectEachActOnce(lab: GoingOn): Promise<void> {
  expect(await lab.find("intents", { where: { outcome: null } })).toEqual([]);
  expect(await lab.find("intents", { where: { outcome: "failed" } })).toEqual([]);
  expect(lab.asked("boots")).toEqual(["service"]);
  expect(lab.asked("isToBoot")).toEqual(["power", "service"]);
  expect(lab.asked("isToBootLater")).toEqual(["power", "service"]);
  expect(lab.asked("passes")).toEqual(["service"]);
  // What was never answered may be asked for again, under the key that it had.
  for (const doing of ["isRepaired", "isReturned"] as const)
    expect(lab.asked(doing).filter((what) => !what.startsWith("repeat of"))).toEqual([]);
  expect(lab.asked("isToBeRepaired")).toEqual(["repair"]);
  expect(lab.asked("isToBeReturned")).toEqual(["service"]);
  expect(lab.asked("isHeld")).toEqual([]);
}

async function expectTwoPasses(lab: GoingOn, doing: Doing): Promise<void> {
  const [validation] = await lab.find("validations", { where: { node: nodeThat(doing) } });
  expect(validation).toMatchObject({ status: "released", passes_done: 2 });
  const passes = await lab.find("passes", { where: { validation: validation?.id ?? 0, verdict: "pass" } });
  expect(passes.map(({ attempt, run_index }) => [attempt, run_index])).toEqual([
    [1, 1],
    [1, 2],
  ]);
  expect(new Set(passes.map(({ boot_id }) => boot_id)).size).toBe(2);
}

it(
  "goes on from the dump of a running lab of an earlier release, and does nothing twice",
  () =>
    goingOn(async (lab) => {
      const bans = await lab.find("bans", { where: { lifted_at: null } });
      const [held] = await lab.find("validations", { where: { status: "held" } });
      if (held === undefined) throw new TypeError("the dump has no held validation");
      expect(await lab.find("intents", { where: { outcome: null } })).not.toEqual([]);
      await lab.pass(50 * MINUTE);
      await expectEachActOnce(lab);
      for (const doing of ["boots", "isToBoot", "isToBootLater", "passes"] as const) await expectTwoPasses(lab, doing);
      expect(bans).toHaveLength(2);
      const stillOpen = await lab.find("bans", { where: { lifted_at: null } });
      expect(new Set(stillOpen.map(({ id }) => id))).toEqual(new Set(bans.map(({ id }) => id)));
      expect(await lab.find("builds", { where: { state: "staged" } })).toHaveLength(1);
      expect(await lab.find("validations", { where: { status: "held" } })).toEqual([held]);

      await retryValidation(lab.store, { validation: held.id, by: "ada", reason: "the log is whole again" });
      await lab.pass(HOUR);
      await expectTwoPasses(lab, "isHeld");
      expect(lab.asked("isHeld")).toEqual(["power", "service"]);
      expect((await compare(lab.store, lab.journal())).problems).toEqual([]);
    }),
  60_000,
);

it(
  "would tell open boots that no migration made acts of this release",
  () =>
    goingOn(async (lab) => {
      await lab.pass(50 * MINUTE);
      await expect(expectEachActOnce(lab)).rejects.toThrow("to deeply equal");
    }, "update intents set act = 'boot-of-before' where act like '%boot%' and outcome is null"),
  60_000,
);
