import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { FolderUnit, Span } from "./unit.ts";

/**
 * The bundles of a folder and of the folders in it, by path. Links are not followed, and nothing is
 * looked for inside a bundle.
 *
 * @param span when they were collected; one that does not say when is of any span
 * @throws SlipwayError of kind `input` for a folder that cannot be read
 */
export function* folderUnits(root: string, { since, until }: Span): Generator<FolderUnit> {
  for (const unit of unitsIn(root, "")) {
    if (since === -Infinity && until === Infinity) yield unit;
    else {
      const at = collectedAt(unit.dir);
      if (Number.isNaN(at) || (at > since && at <= until)) yield unit;
    }
  }
}

function collectedAt(dir: string): number {
  try {
    const { collectedAt: text } = JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as {
      readonly collectedAt?: unknown;
    };
    return typeof text === "string" ? Date.parse(text) : NaN;
  } catch {
    // What is wrong with it is said when it is judged.
    return NaN;
  }
}

function* unitsIn(root: string, name: string): Generator<FolderUnit> {
  const dir = join(root, name);
  const entries = list(dir);
  if (entries.some((entry) => entry.name === "bundle.json")) {
    yield { source: "folder", name: name === "" ? "." : name.split(sep).join("/"), dir };
    return;
  }
  for (const entry of entries) if (entry.isDirectory()) yield* unitsIn(root, join(name, entry.name));
}

function list(dir: string): ReturnType<typeof entriesOf> {
  try {
    if (!statSync(dir).isDirectory()) throw new SlipwayError("input", `${dir}: is no folder`);
    return entriesOf(dir);
  } catch (error) {
    if (SlipwayError.is(error)) throw error;
    throw new SlipwayError(
      "input",
      `${dir}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}

const entriesOf = (dir: string) => readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
