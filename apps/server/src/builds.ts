import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { checkIds, loadChecks, resolveCheck } from "@slipway/catalog";
import { importCheck } from "@slipway/evidence";
import { SlipwayError, type Check } from "@slipway/plugin-sdk";
import { dataFolder } from "@slipway/store";
import { build, type Plugin } from "esbuild";

/** A check as one file, named by its content. */
export interface CheckBuild {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly fileText: string;
}

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

/** Where the data folder keeps a build. */
export const buildFile = (digest: string): string => join(dataFolder(), "builds", `${digest}.mjs`);

let built: Promise<readonly CheckBuild[]> | undefined;

/**
 * Bundles every check of this checkout into one file each, with all it imports, so that it judges
 * the same when the checkout has moved on. The same sources give the same bytes. Done once in a process, as
 * its checks are loaded once.
 */
export const buildChecks = (): Promise<readonly CheckBuild[]> => (built ??= bundleChecks());

async function bundleChecks(): Promise<readonly CheckBuild[]> {
  const checks = await loadChecks();
  return Promise.all(
    checkIds.map((id) => bundleCheck(id, fileURLToPath(resolveCheck(id)), { version: checks.get(id)?.version ?? "" })),
  );
}

/**
 * Bundles one check.
 *
 * @param entry its source @param version where it is known without importing it
 * @param place where it lies in the checkout whose installed packages it gets, for the same bytes wherever its source lies
 * @throws SlipwayError of kind `config` for a source that cannot be built
 */
export async function bundleCheck(
  id: string,
  entry: string,
  {
    plugins = [],
    version = "",
    place = entry,
  }: { readonly plugins?: Plugin[]; readonly version?: string; readonly place?: string } = {},
): Promise<CheckBuild> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: join(place, "../.."),
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node24",
    legalComments: "none",
    logLevel: "silent",
    minifyWhitespace: true,
    plugins,
  }).catch((error: unknown) => {
    throw new SlipwayError(
      "config",
      `the check ${id} cannot be built: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  // Paths of its own source stand in comments alone, and those are gone; those of CommonJS packages stay.
  const fileText = outputFiles[0]?.text ?? "";
  return { id, version, digest: sha256(fileText), fileText };
}

/** Keeps builds in the data folder. */
export function keepBuilds(builds: readonly CheckBuild[]): void {
  mkdirSync(join(dataFolder(), "builds"), { recursive: true });
  for (const { digest, fileText } of builds) {
    const file = buildFile(digest);
    if (existsSync(file) && sha256(readFileSync(file)) === digest) continue;
    writeFileSync(`${file}.${String(process.pid)}`, fileText);
    renameSync(`${file}.${String(process.pid)}`, file);
  }
}

/**
 * The file of a build, once its bytes are known to be those of the digest: nothing else may be imported.
 *
 * @throws SlipwayError of kind `config` when it is not in the data folder, or is another one's content
 */
export function keptBuild(id: string, digest: string): string {
  const file = buildFile(digest);
  if (!existsSync(file))
    throw new SlipwayError(
      "config",
      `the active build of ${id} (${digest.slice(0, 12)}) is not in ${join(dataFolder(), "builds")}`,
      { hint: "share that folder between workers, or promote this checkout's build" },
    );
  if (sha256(readFileSync(file)) !== digest)
    throw new SlipwayError("config", `${file}: the build of ${id} does not have the SHA-256 ${digest}`, {
      hint: "remove it; the next start of a checkout that has this check keeps it again",
    });
  return file;
}

/** @throws SlipwayError of kind `config` for a build that {@link keptBuild} refuses */
export async function loadBuild(id: string, digest: string): Promise<Check> {
  return importCheck(id, pathToFileURL(keptBuild(id, digest)).href);
}
