import type { Precedence } from "@slipway/policy";
import { timeOf, type Store } from "@slipway/store";
import { ingest, type IngestSummary } from "./ingest.ts";
import { refuseAhead, type ReadSightings } from "./read-sightings.ts";

/** A file of sightings that was read, and whether it is loaded. */
export interface LoadedFile extends ReadSightings {
  readonly file: string;
  readonly loaded: boolean;
}

/** What a load is asked. */
export interface LoadRequest {
  readonly files: readonly ReadFile[];
  /** Loads the good rows of a file that has bad ones, of which nothing is loaded otherwise. */
  readonly skipBad: boolean;
  readonly precedence: Precedence;
  /** Hears of each file before anything is loaded. */
  readonly onFile?: (file: LoadedFile) => void;
  /** Hears how many sightings are taken in, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
}

type ReadFile = ReadSightings & { readonly file: string };

/** A file as it stands before its times are compared with the store's: of one with a bad row nothing is loaded. */
export const loadable = (read: ReadFile, skipBad: boolean): LoadedFile => ({
  ...read,
  loaded: read.bad.length === 0 || skipBad,
});

/**
 * Takes in files of sightings; a row whose time has not come by the store's clock is a bad one.
 *
 * @returns what was taken in; undefined where no file had a row to load
 * @throws StoreError as {@link ingest} does
 */
export async function loadFiles(
  store: Store,
  { files, skipBad, precedence, onFile, onProgress }: LoadRequest,
): Promise<IngestSummary | undefined> {
  const now = await timeOf(store);
  const read = files.map((one) => loadable({ ...one, ...refuseAhead(one.file, one, now) }, skipBad));
  for (const file of read) onFile?.(file);
  const sightings = read.flatMap((file) => (file.loaded ? file.sightings : []));
  if (sightings.length === 0) return undefined;
  return ingest(store, sightings, { now, precedence, progress: (done) => onProgress?.(done, sightings.length) });
}
