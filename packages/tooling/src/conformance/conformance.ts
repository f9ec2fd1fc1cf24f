import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadChecks } from "@slipway/catalog";
import { SlipwayError } from "@slipway/plugin-sdk";
import { repositoryRoot } from "../workspace.ts";
import { byClass, judgeBundles, type BundleRow } from "./bundles.ts";
import { readCaptures, type CaptureRow } from "./captures.ts";

/** Captures that a parser recognises; one that stops being recognised is a failure. */
const RECOGNISED = join(import.meta.dirname, "recognised.txt");

const WORDS: Readonly<Record<CaptureRow["outcome"], string>> = {
  recognised: "recognised",
  "not-recognised": "not recognised",
  "not-read": "not read by any check",
  crashed: "CRASHED",
};

export interface ConformanceOptions {
  /** Folder with `bundles`, `field` and `captures`; `../shared` when absent. */
  readonly shared?: string;
  /** Only bundles whose name or class, and captures whose path, hold this text. */
  readonly only?: string;
  readonly update?: boolean;
  readonly json?: boolean;
}

/** Sets of bundles that have an `expected.json` each. */
const SETS = ["bundles", "field"] as const;

/**
 * `conformance`: judges the shared bundles and reads the shared captures, where they exist.
 *
 * @returns exit code 1 when a bundle is answered wrongly, a parser crashes, or a capture that was
 *   recognised no longer is
 */
export async function conformance(options: ConformanceOptions): Promise<number> {
  const { shared, only = "", update = false, json = false } = options;
  const folder = shared ?? join(repositoryRoot, "..", "shared");
  const sets = SETS.filter((set) => existsSync(join(folder, set)));
  const captures = join(folder, "captures");
  if (sets.length === 0 && !existsSync(captures)) {
    if (shared !== undefined) throw new SlipwayError("input", `${shared}: neither bundles nor captures are there`);
    process.stdout.write(json ? "" : "skipped: no shared bundles or captures beside this repository\n");
    return 0;
  }
  if (update && only !== "") throw new SlipwayError("input", "--update writes the whole list: leave out --only");
  const checks = await loadChecks();
  const judged = sets.flatMap((set) => judgeBundles(join(folder, set), set, checks, only));
  const read = existsSync(captures) ? readCaptures(captures, checks.values(), only) : [];
  if (only !== "" && judged.length + read.length === 0)
    throw new SlipwayError("input", `--only ${only}: no bundle, class or capture has this in its name`);
  if (update && read.length > 0)
    writeFileSync(
      RECOGNISED,
      recognisedOf(read)
        .map((capture) => `${capture}\n`)
        .join(""),
    );
  process.stdout.write(json ? asLines(judged, read) : asText(judged, read));

  const lost = lostCaptures(read);
  for (const capture of lost) process.stderr.write(`slipway: ${capture} was recognised and no longer is\n`);
  const wrong = judged.filter((row) => row.differences.length > 0);
  const crashed = read.filter((row) => row.outcome === "crashed");
  if (!json)
    process.stdout.write(
      `${String(judged.length - wrong.length)} of ${String(judged.length)} bundles agree; ` +
        `${String(recognisedOf(read).length)} of ${String(read.length)} captures recognised, ` +
        `${String(lost.length)} lost, ${String(crashed.length)} crashed\n`,
    );
  return wrong.length + crashed.length + lost.length === 0 ? 0 : 1;
}

function recognisedOf(rows: readonly CaptureRow[]): string[] {
  return rows.filter((row) => row.outcome === "recognised").map((row) => row.capture);
}

/** Captures of the committed list that are there and are no longer recognised. */
export function lostCaptures(
  rows: readonly CaptureRow[],
  known = existsSync(RECOGNISED) ? readFileSync(RECOGNISED, "utf8").split("\n") : [],
): string[] {
  const recognised = new Set(recognisedOf(rows));
  const present = new Set(rows.map((row) => row.capture));
  return known.filter((capture) => present.has(capture) && !recognised.has(capture));
}

function asLines(judged: readonly BundleRow[], read: readonly CaptureRow[]): string {
  return [
    ...judged.map((row) => ({ schema: "slipway/conformance-bundle@1", ...row })),
    ...byClass(judged).map((row) => ({ schema: "slipway/conformance-class@1", ...row })),
    ...read.map((row) => ({ schema: "slipway/conformance-capture@1", ...row })),
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join("");
}

/** The captures, the classes, and last each difference: what is read first stands nearest to the prompt. */
function asText(judged: readonly BundleRow[], read: readonly CaptureRow[]): string {
  const captures = read.map(({ capture, probe, outcome, objects, detail, word }) => [
    capture,
    probe ?? "-",
    WORDS[outcome],
    outcome === "recognised" ? String(objects) : "-",
    word,
    detail,
  ]);
  const classes = byClass(judged).map((row) => [row.class, `${String(row.agree)} of ${String(row.of)}`]);
  const differences = judged
    .filter((row) => row.differences.length > 0)
    .map((row) => `${row.set}/${row.bundle} DIFFERS:\n${row.differences.map((one) => `  ${one}\n`).join("")}`);
  return [
    ...(read.length === 0
      ? []
      : [table(["capture", "parser", "outcome", "objects", "SOURCES.tsv", "checks, or why not"], captures)]),
    ...(judged.length === 0 ? [] : [table(["class", "agree"], classes)]),
    ...differences,
  ]
    .map((part) => `${part}\n`)
    .join("");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
