/** Names evidence by the lower-case hex SHA-256 of its uncompressed bytes. */
export type Digest = string;

/**
 * Where verbatim evidence lies: compressed, named by its content. `put` is durable when it resolves,
 * which must be before the transaction that names the digest.
 */
export interface Blobs {
  /** @returns the digest of each, in order; bytes that are there, and not put aside, are not written again */
  put(contents: readonly Uint8Array[]): Promise<readonly Digest[]>;
  /** @returns undefined when it is gone or was never there @throws StoreError `unavailable` when the bytes found do not have this digest */
  get(digest: Digest): Promise<Uint8Array | undefined>;
  /** Digests kept, but for those put aside, oldest first, with the time each was written in milliseconds since 1970. */
  list(): AsyncIterable<{ readonly digest: Digest; readonly writtenAt: number }>;
  /**
   * Puts bytes aside at this time of the store's clock: they are found until they are purged, and written anew
   * where they are put again.
   */
  remove(digests: readonly Digest[], at: number): Promise<void>;
  /**
   * Removes for good what was put aside by `before`, which lies farther back than the longest pass takes: one that
   * found bytes just before they were put aside has named them by then, and what is named comes back.
   *
   * @returns how many pieces were removed
   */
  purge(before: number, stillNamed: (digests: readonly Digest[]) => Promise<ReadonlySet<Digest>>): Promise<number>;
}
