import { jsonLine, loadEvents, type ContentOf } from "@slipway/queries";
import { ingest, readSightings, refuseAhead, type ReadSightings } from "@slipway/nodes";
import { timeOf } from "@slipway/store";
import { EXIT } from "../exit.ts";
import { summaryText } from "../report/nodes.ts";
import { printable } from "../report/printable.ts";
import { withStore, type Json } from "./store.ts";

interface LoadOptions extends Json {
  readonly skipBad?: boolean;
}

const print = (options: LoadOptions, event: ContentOf<typeof loadEvents>): void =>
  void (options.json === true && process.stdout.write(jsonLine(loadEvents, event)));

/** `nodes load`: takes in sightings from files. A database is asked for only when a file has a good row. */
export async function load(files: readonly string[], options: LoadOptions): Promise<void> {
  const started = Date.now();
  const read = files.map((file) => [file, readSightings(file)] as const);
  if (read.every(([, { sightings, bad }]) => sightings.length === 0 || (bad.length > 0 && options.skipBad !== true)))
    return read.forEach(([file, rows]) => void loadable(file, rows, options));
  await withStore(async (store, precedence) => {
    const now = await timeOf(store);
    const sightings = read.flatMap(([file, rows]) => loadable(file, refuseAhead(file, rows, now), options));
    if (sightings.length === 0) return;
    const live = options.json !== true && process.stderr.isTTY;
    const summary = await ingest(store, sightings, {
      now,
      precedence,
      progress: (done) => {
        print(options, { event: "progress", done, of: sightings.length });
        if (live)
          process.stderr.write(
            `\r${String(done)} of ${String(sightings.length)} sightings${done === sightings.length ? "\n" : ""}`,
          );
      },
    });
    print(options, { event: "loaded", ...summary });
    if (options.json !== true) process.stdout.write(summaryText(summary, (Date.now() - started) / 1000));
  });
}

/** Says what is wrong with a file. @returns the sightings of it that are loaded: none of a file with bad rows, but with `--skip-bad` */
function loadable(
  file: string,
  { sightings, bad: rows }: ReadSightings,
  options: LoadOptions,
): ReadSightings["sightings"] {
  const text = options.json !== true;
  for (const bad of rows) {
    print(options, { event: "bad-row", ...bad });
    if (text)
      process.stderr.write(
        `slipway: ${printable(`${bad.file}:${String(bad.line)}: ${bad.field === "" ? "" : `${bad.field}: `}${bad.message}`)}\n`,
      );
  }
  const refused = rows.length > 0 && options.skipBad !== true;
  if (refused) {
    process.exitCode = EXIT.usage;
    if (text)
      process.stderr.write(
        `slipway: ${printable(file)}: nothing of it is loaded (${String(rows.length)} bad of ` +
          `${String(rows.length + sightings.length)} rows; --skip-bad loads the rest)\n`,
      );
  }
  if (sightings.length + rows.length === 0 && text) process.stdout.write(`${printable(file)}: 0 rows\n`);
  print(options, { event: "file", file, sightings: sightings.length, bad: rows.length, loaded: !refused });
  return refused ? [] : sightings;
}
