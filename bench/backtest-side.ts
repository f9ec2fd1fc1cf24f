// One side of bench/backtest.ts, in a process of its own: `backtest` or `parse`, a folder, how many bundles, threads.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backtest, openJournal, type Change, type Question } from "@slipway/backtest";
import { fileBlobs } from "@slipway/store/blobs";
import { memoryStore } from "@slipway/store/memory";
import { passRow, releasedRow, type StoredBundle } from "./backtest-rows.ts";

const [side = "", home = "", count = "0", threads = "1"] = process.argv.slice(2);
const blobsFolder = join(home, "blobs");
const bundles = readFileSync(join(home, "bundles.jsonl"), "utf8")
  .split("\n")
  .slice(0, Number(count))
  .map((line) => JSON.parse(line) as StoredBundle);

/** A pass over the documents takes too little to be measured. */
const PARSES = 5;

/** CPU and wall seconds of what `work` does, of one time where it does it several times. */
async function measured(work: () => Promise<number>, times = 1): Promise<void> {
  const [cpu, begin] = [process.cpuUsage(), performance.now()];
  const done = await work();
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(
    JSON.stringify({
      done,
      seconds: (performance.now() - begin) / 1e3 / times,
      cpuSeconds: (user + system) / 1e6 / times,
      peakMiB: process.resourceUsage().maxRSS / 1024,
    }),
  );
}

/** The same bytes as one JSON document a bundle. */
async function parse(): Promise<void> {
  const blobs = fileBlobs(blobsFolder);
  const text = async (digest: string | null): Promise<string> =>
    digest === null ? "" : Buffer.from((await blobs.get(digest)) ?? []).toString("utf8");
  const documents: string[] = [];
  for (const { evidence } of bundles) {
    const probes = await Promise.all(
      Object.entries(evidence).map(
        async ([probe, { record, out, err }]) =>
          [probe, { ...record, out: await text(out), err: await text(err) }] as const,
      ),
    );
    documents.push(JSON.stringify(Object.fromEntries(probes)));
  }
  let keys = 0;
  await measured(async () => {
    for (let time = 0; time < PARSES; time += 1)
      for (const document of documents) keys += Object.keys(JSON.parse(document) as object).length;
    return keys > 0 ? documents.length : 0;
  }, PARSES);
}

async function judge(): Promise<void> {
  const store = memoryStore();
  await store.transaction(async (tx) => {
    await tx.insert(
      "validations",
      bundles.map((_, at) => releasedRow(at + 1)),
    );
    await tx.insert(
      "passes",
      bundles.map((bundle, at) => passRow(at + 1, bundle)),
    );
  });
  const change = JSON.parse(readFileSync(join(home, "change.json"), "utf8")) as Change;
  const question: Question = {
    change,
    folder: null,
    asOf: 2,
    sinceDays: 1,
    by: ["vendor", "sku", "cluster"],
    segments: {},
  };
  const journal = openJournal(join(home, "journals"), `run-${String(process.pid)}`, question);
  await measured(async () => {
    let done = 0;
    for await (const document of backtest(
      journal,
      { store, blobs: blobsFolder, admissions: async () => [] },
      { threads: Number(threads) },
    )) {
      if (document.schema === "slipway/backtest@1") done = document.judged;
    }
    return done;
  });
  journal.close();
}

await (side === "parse" ? parse() : judge());
