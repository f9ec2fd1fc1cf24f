// One run in a process of its own, for tests that kill it: a file with the question, a folder of journals, a name, threads.
import { readFileSync } from "node:fs";
import { backtest, openJournal, type Question } from "@slipway/backtest";

const [file = "", journals = "", id = "", threads = "1"] = process.argv.slice(2);
const journal = openJournal(journals, id, JSON.parse(readFileSync(file, "utf8")) as Question);
for await (const document of backtest(journal, undefined, { threads: Number(threads) }))
  process.stdout.write(`${JSON.stringify(document)}\n`);
journal.close();
