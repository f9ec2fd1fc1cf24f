import { ingest, readSightings } from "@slipway/runner";
import { EXIT } from "../exit.ts";
import { summaryText } from "../report/nodes.ts";
import { printable } from "../report/printable.ts";
import { withStore, type Json } from "./store.ts";

/** `nodes load`: takes in sightings from files. */
export async function load(files: readonly string[], options: Json & { readonly skipBad?: boolean }): Promise<void> {
  const json = (document: object): void =>
    void (options.json === true && process.stdout.write(`${JSON.stringify(document)}\n`));
  const started = Date.now();
  const sightings = files.flatMap((file) => {
    const read = readSightings(file);
    for (const bad of read.bad) {
      json({ event: "bad-row", ...bad });
      if (options.json !== true)
        process.stderr.write(
          `slipway: ${printable(`${bad.file}:${String(bad.line)}: ${bad.field === "" ? "" : `${bad.field}: `}${bad.message}`)}\n`,
        );
    }
    const refused = read.bad.length > 0 && options.skipBad !== true;
    if (refused) {
      process.exitCode = EXIT.usage;
      if (options.json !== true)
        process.stderr.write(
          `slipway: ${printable(file)}: nothing of it is loaded (${String(read.bad.length)} bad of ` +
            `${String(read.bad.length + read.sightings.length)} rows; --skip-bad loads the rest)\n`,
        );
    }
    if (read.sightings.length + read.bad.length === 0 && options.json !== true)
      process.stdout.write(`${printable(file)}: 0 rows\n`);
    json({ event: "file", file, sightings: read.sightings.length, bad: read.bad.length, loaded: !refused });
    return refused ? [] : [...read.sightings];
  });
  if (sightings.length === 0) return;
  await withStore(async (store, precedence) => {
    const live = options.json !== true && process.stderr.isTTY;
    const summary = await ingest(store, sightings, {
      now: Date.now(),
      precedence,
      progress: (done) => {
        json({ event: "progress", done, of: sightings.length });
        if (live)
          process.stderr.write(
            `\r${String(done)} of ${String(sightings.length)} sightings${done === sightings.length ? "\n" : ""}`,
          );
      },
    });
    json({ event: "loaded", ...summary });
    if (options.json !== true) process.stdout.write(summaryText(summary, (Date.now() - started) / 1000));
  });
}
