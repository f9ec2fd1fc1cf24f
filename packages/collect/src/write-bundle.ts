import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BundleManifest } from "@slipway/domain";
import { isFiled, SlipwayError, type Contents } from "@slipway/plugin-sdk";
import { folderName } from "./folder-name.ts";

/** Bytes that a probe printed; an absent stream gets no file. */
export interface ProbeOutputs {
  readonly stdout?: Contents | undefined;
  readonly stderr?: Contents | undefined;
}

/** The collector's own fields of `bundle.json`, besides those of `slipway/evidence@1`. */
export type CollectedManifest = BundleManifest & { readonly unreachable?: string };

/**
 * Writes a bundle below `out` and returns its folder. It appears there whole or not at all; an
 * older bundle of the same node is moved into `.replaced/`.
 *
 * @throws SlipwayError of kind `input` when the folder cannot be written
 */
export function writeBundle(
  out: string,
  manifest: CollectedManifest,
  outputs: ReadonlyMap<string, ProbeOutputs>,
): string {
  const folder = join(out, folderName(manifest.node.name));
  const draft = join(out, `.draft-${randomUUID()}`);
  try {
    mkdirSync(draft);
    for (const [probe, { stdout, stderr }] of outputs) {
      if (stdout !== undefined) write(join(draft, `${probe}.out`), stdout);
      if (stderr !== undefined && stderr.length > 0) write(join(draft, `${probe}.err`), stderr);
    }
    writeFileSync(join(draft, "bundle.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    replace(folder, draft);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw new SlipwayError(
      "input",
      `${folder}: the bundle cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      { cause: error },
    );
  }
  return folder;
}

function write(path: string, contents: Contents): void {
  if (isFiled(contents)) copyFileSync(contents.file, path);
  else writeFileSync(path, contents);
}

/** The folder for replaced bundles: evidence is never deleted. */
const REPLACED = ".replaced";

/** Moves the older bundle away first, because a folder cannot be renamed over one that holds files. */
function replace(folder: string, draft: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    const kept = join(dirname(folder), REPLACED);
    mkdirSync(kept, { recursive: true });
    renameSync(folder, join(kept, `${basename(folder)}-${randomUUID()}`));
    renameSync(draft, folder);
  }
}
