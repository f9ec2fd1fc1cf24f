import { jsonLine, loadEvents, type ContentOf } from "@slipway/queries";
import { loadable, loadFiles, readSightings, type LoadedFile } from "@slipway/nodes";
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
export async function load(paths: readonly string[], options: LoadOptions): Promise<void> {
  const started = Date.now();
  const skipBad = options.skipBad === true;
  const files = paths.map((file) => ({ file, ...readSightings(file) }));
  const first = files.map((one) => loadable(one, skipBad));
  if (first.every(({ sightings, loaded }) => sightings.length === 0 || !loaded))
    return first.forEach((file) => {
      tell(file, options);
    });
  await withStore(async (store, precedence) => {
    const live = options.json !== true && process.stderr.isTTY;
    const summary = await loadFiles(store, {
      files,
      skipBad,
      precedence,
      onFile: (file) => {
        tell(file, options);
      },
      onProgress: (done, of) => {
        print(options, { event: "progress", done, of });
        if (live) process.stderr.write(`\r${String(done)} of ${String(of)} sightings${done === of ? "\n" : ""}`);
      },
    });
    if (summary === undefined) return;
    print(options, { event: "loaded", ...summary });
    if (options.json !== true) process.stdout.write(summaryText(summary, (Date.now() - started) / 1000));
  });
}

/** Says what is wrong with a file, and whether it is loaded. */
function tell({ file, sightings, bad: rows, loaded }: LoadedFile, options: LoadOptions): void {
  const text = options.json !== true;
  for (const bad of rows) {
    print(options, { event: "bad-row", ...bad });
    if (text)
      process.stderr.write(
        `slipway: ${printable(`${bad.file}:${String(bad.line)}: ${bad.field === "" ? "" : `${bad.field}: `}${bad.message}`)}\n`,
      );
  }
  if (!loaded) {
    process.exitCode = EXIT.usage;
    if (text)
      process.stderr.write(
        `slipway: ${printable(file)}: nothing of it is loaded (${String(rows.length)} bad of ` +
          `${String(rows.length + sightings.length)} rows; --skip-bad loads the rest)\n`,
      );
  }
  if (sightings.length + rows.length === 0 && text) process.stdout.write(`${printable(file)}: 0 rows\n`);
  print(options, { event: "file", file, sightings: sightings.length, bad: rows.length, loaded });
}
