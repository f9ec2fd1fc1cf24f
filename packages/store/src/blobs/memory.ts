import type { Blobs, Digest } from "../blobs.ts";
import type { Clock } from "../clock.ts";
import { digestOfBytes, inMemory } from "./contents.ts";

interface Held {
  readonly content: Uint8Array;
  readonly writtenAt: number;
  /** When it was marked as removed. */
  readonly removedAt?: number;
}

/** Evidence in memory, for tests and the simulation. */
export function memoryBlobs(clock: Pick<Clock, "now"> = { now: () => 0 }): Blobs {
  const held = new Map<Digest, Held>();
  return {
    put: async (contents) =>
      (await Promise.all(contents.map(inMemory))).map((content) => {
        const digest = digestOfBytes(content);
        const there = held.get(digest);
        if (there === undefined || there.removedAt !== undefined)
          held.set(digest, { content: Uint8Array.from(content), writtenAt: clock.now() });
        return digest;
      }),
    get: async (digest) => held.get(digest)?.content,
    async *list() {
      for (const [digest, { writtenAt, removedAt }] of held) if (removedAt === undefined) yield { digest, writtenAt };
    },
    remove: async (digests, at) => {
      for (const digest of digests) {
        const one = held.get(digest);
        if (one !== undefined && one.removedAt === undefined) held.set(digest, { ...one, removedAt: at });
      }
    },
    async purge(before, stillNamed) {
      const due = [...held].filter(([, { removedAt = Infinity }]) => removedAt <= before);
      const named = await stillNamed(due.map(([digest]) => digest));
      for (const [digest, { content, writtenAt }] of due) {
        if (named.has(digest)) held.set(digest, { content, writtenAt });
        else held.delete(digest);
      }
      return due.filter(([digest]) => !named.has(digest)).length;
    },
  };
}
