import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { actQueueOf } from "../queue.ts";
import { freshDatabase } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { bossQueue } from "./queue.ts";
import { postgresStore } from "./store.ts";

const JOBS = 10;
const ACT = actQueueOf(["vendor:lab"]);
const module = fileURLToPath(new URL("index.ts", import.meta.url));

/** A worker that says when it holds every job, and never ends one. */
const holder = (url: string): string => `
  const { bossQueue, postgresStore } = await import(${JSON.stringify(module)});
  const store = await postgresStore({ url: ${JSON.stringify(url)}, max: 2 });
  const queue = await bossQueue({ url: ${JSON.stringify(url)}, store });
  let held = 0;
  const hold = () => new Promise(() => { if (++held === ${String(JOBS)}) console.log("all"); });
  await queue.consume([${JSON.stringify(ACT)}], { batch: 1, concurrency: ${String(JOBS)} }, hold);
`;

it("the jobs of a killed worker process are taken over, each once, in less than 30 s", async () => {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 2 });
  const queue = await bossQueue({ url: database.url, store });
  const keys = Array.from({ length: JOBS }, (_, index) => `job/${String(index)}`);
  await queue.send(
    ACT,
    keys.map((key) => ({ key })),
  );
  const worker = spawn(process.execPath, ["--input-type=module", "-e", holder(database.url)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    expect(String((await once(worker.stdout, "data"))[0]).trim()).toBe("all");
    const taken: string[] = [];
    await queue.consume(
      [ACT],
      { batch: 1, concurrency: JOBS },
      async (jobs) => void taken.push(...jobs.map(({ key }) => key)),
    );
    worker.kill("SIGKILL");
    await vi.waitFor(
      () => {
        expect(taken.length).toBeGreaterThanOrEqual(JOBS);
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(taken.sort()).toEqual(keys);
  } finally {
    worker.kill("SIGKILL");
    await queue.close();
    await store.close();
    await database.drop();
  }
}, 45_000);
