import type { Blobs, Digest } from "../blobs.ts";
import type { Clock } from "../clock.ts";
import { digestOfBytes } from "./file.ts";

/** Evidence in memory, for tests and the simulation. */
export function memoryBlobs(clock: Pick<Clock, "now"> = { now: () => 0 }): Blobs {
  const held = new Map<Digest, { readonly content: Uint8Array; readonly writtenAt: number }>();
  return {
    put: async (contents) =>
      contents.map((content) => {
        const digest = digestOfBytes(content);
        if (!held.has(digest)) held.set(digest, { content: Uint8Array.from(content), writtenAt: clock.now() });
        return digest;
      }),
    get: async (digest) => held.get(digest)?.content,
    async *list() {
      for (const [digest, { writtenAt }] of held) yield { digest, writtenAt };
    },
    remove: async (digests) => {
      for (const digest of digests) held.delete(digest);
    },
  };
}
