import { setTimeout as sleep } from "node:timers/promises";
import { describeQueue } from "../../test/contract/queue-contract.ts";
import { freshDatabase } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { bossQueue } from "./queue.ts";
import { postgresStore } from "./store.ts";

describeQueue("PostgreSQL", async () => {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 4 });
  const queue = await bossQueue({ url: database.url, store });
  return { queue, store, now: () => Date.now(), pass: (ms) => sleep(ms), close: async () => { await queue.close(); await store.close(); await database.drop(); } };
});
