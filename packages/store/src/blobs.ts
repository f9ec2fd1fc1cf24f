/** Names evidence by the lower-case hex SHA-256 of its uncompressed bytes. */
export type Digest = string;

/**
 * Where verbatim evidence lies: compressed, named by its content. `put` is durable when it resolves,
 * which must be before the transaction that names the digest.
 */
export interface Blobs {
  /** @returns the digest of each, in order; bytes that are there already are not written again */
  put(contents: readonly Uint8Array[]): Promise<readonly Digest[]>;
  /** @returns undefined when it is gone or was never there @throws StoreError `unavailable` when the bytes found do not have this digest */
  get(digest: Digest): Promise<Uint8Array | undefined>;
  /** Digests kept, oldest first, with the time each was written in milliseconds since 1970. */
  list(): AsyncIterable<{ readonly digest: Digest; readonly writtenAt: number }>;
  remove(digests: readonly Digest[]): Promise<void>;
}
