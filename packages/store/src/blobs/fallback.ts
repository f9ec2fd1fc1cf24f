import type { Blobs, Digest } from "../blobs.ts";

/**
 * Evidence in one place, and what was written before in another: bytes are put into the first, found
 * and removed in both.
 */
export function blobsWithFallback(first: Blobs, second: Blobs): Blobs {
  return {
    put: (contents) => first.put(contents),
    get: async (digest) => (await first.get(digest)) ?? second.get(digest),
    async *list() {
      // Removing removes both copies, so that the age of the younger counts.
      const written = new Map<Digest, number>();
      for (const blobs of [first, second])
        for await (const { digest, writtenAt } of blobs.list())
          written.set(digest, Math.max(writtenAt, written.get(digest) ?? writtenAt));
      yield* [...written]
        .map(([digest, writtenAt]) => ({ digest, writtenAt }))
        .sort((a, b) => a.writtenAt - b.writtenAt);
    },
    async remove(digests, at) {
      await first.remove(digests, at);
      await second.remove(digests, at);
    },
    purge: async (before, stillNamed) =>
      (await first.purge(before, stillNamed)) + (await second.purge(before, stillNamed)),
  };
}
