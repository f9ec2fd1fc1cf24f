import type { Contents } from "@slipway/plugin-sdk";

/** Names evidence by the lower-case hex SHA-256 of its uncompressed bytes. */
export type Digest = string;

/**
 * Where verbatim evidence lies: compressed, named by its content. `put` is durable when it resolves,
 * which must be before the transaction that names the digest.
 */
export interface Blobs {
  /**
   * Bytes that are there, and not marked as removed, are not written again; of a file no more than a piece is in memory
   * where the place allows it.
   *
   * @returns the digest of each, in order
   */
  put(contents: readonly Contents[]): Promise<readonly Digest[]>;
  /**
   * @returns undefined when it was removed or was never there
   * @throws StoreError `unavailable` when the bytes found do not have this digest
   */
  get(digest: Digest): Promise<Uint8Array | undefined>;
  /** Digests that are not marked as removed, oldest first, with the time each was written in milliseconds since 1970. */
  list(): AsyncIterable<{ readonly digest: Digest; readonly writtenAt: number }>;
  /**
   * Marks bytes as removed at this time of the store's clock. They are found until they are purged; a `put` of the
   * same bytes writes them again.
   */
  remove(digests: readonly Digest[], at: number): Promise<void>;
  /**
   * Deletes what was marked as removed by `before`, a time longer ago than any pass takes: a pass that found the
   * bytes just before they were marked has named them in the database by then. What `stillNamed` returns is kept.
   *
   * @returns how many pieces were removed
   */
  purge(before: number, stillNamed: (digests: readonly Digest[]) => Promise<ReadonlySet<Digest>>): Promise<number>;
}
