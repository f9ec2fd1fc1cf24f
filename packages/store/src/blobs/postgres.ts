import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { isFiled, type Contents } from "@slipway/plugin-sdk";
import type { Blobs, Digest } from "../blobs.ts";
import { StoreError, type Store, type Tx } from "../store.ts";
import { compressedFile, digestOf, digestOfBytes } from "./contents.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);
/** Pieces that are purged at a time. */
const BATCH = 500;

/** Evidence in the database, for workers on several machines without a folder that they share. */
export function postgresBlobs(store: Store): Blobs {
  let written: Promise<unknown> = Promise.resolve();
  return {
    async put(contents) {
      const digests = await Promise.all(contents.map(digestOf));
      const pieces = new Map(contents.map((content, at) => [digests[at] ?? "", content]));
      const small = [...pieces].filter(([, content]) => !isFiled(content));
      await put(store, new Map(small));
      for (const [digest, content] of pieces) {
        if (!isFiled(content)) continue;
        // One at a time, because the database takes it as one piece of memory.
        const before = written;
        const mine = (async () => {
          await before.catch(() => undefined);
          await put(store, new Map([[digest, content]]));
        })();
        written = mine;
        await mine;
      }
      return digests;
    },
    async get(digest) {
      const row = await store.transaction((tx) => tx.get("blobs", { digest }));
      if (row === undefined) return undefined;
      const content = await expand(row.content).catch(() => undefined);
      if (content === undefined || digestOfBytes(content) !== digest)
        throw new StoreError("unavailable", `evidence ${digest}: its bytes are damaged`);
      return content;
    },
    async *list() {
      const rows = await store.transaction((tx) =>
        tx.find("blobs", { where: { removed_at: null }, columns: ["digest", "written_at"], orderBy: ["written_at"] }),
      );
      for (const { digest, written_at } of rows) yield { digest, writtenAt: written_at };
    },
    remove: (digests, at) =>
      store.transaction(async (tx) => {
        await tx.update(
          "blobs",
          [...new Set(digests)].map((digest) => ({
            key: { digest },
            set: { removed_at: at },
            when: { removed_at: null },
          })),
        );
      }),
    purge: (before, stillNamed) => purge(store, before, stillNamed),
  };
}

/** Writes what is not there yet, and unmarks what was marked as removed. */
async function put(store: Store, contents: ReadonlyMap<Digest, Contents>): Promise<void> {
  const digests = [...contents.keys()];
  const pieces = await Promise.all(
    [...contents].map(async ([digest, content]) => ({
      digest,
      content: isFiled(content) ? await compressedFile(content.file) : await compress(content, { level: 1 }),
    })),
  );
  await store.transaction(async (tx) => {
    const written_at = await tx.now();
    const rows = pieces.map((piece) => ({ ...piece, written_at, removed_at: null }));
    const written = new Set((await tx.insert("blobs", rows, { skipConflicts: true })).map(({ digest }) => digest));
    const there = digests.filter((digest) => !written.has(digest));
    if (there.length === 0) return;
    const aside = await tx.find("blobs", {
      where: { digest: { in: there }, removed_at: { not: null } },
      columns: ["digest"],
    });
    await tx.update(
      "blobs",
      aside.map((key) => ({ key, set: { written_at, removed_at: null } })),
    );
  });
}

async function purge(store: Store, before: number, stillNamed: Parameters<Blobs["purge"]>[1]): Promise<number> {
  for (let purged = 0; ;) {
    const due = (await store.transaction((tx) => asideBefore(tx, before))).map(({ digest }) => digest);
    const named = await stillNamed(due);
    purged += await store.transaction(async (tx) => {
      // Bytes put again meanwhile are not in it; of a put at this very time, one of the two transactions runs again.
      const still = await asideBefore(tx, before, due);
      const back = still.filter(({ digest }) => named.has(digest));
      await tx.update(
        "blobs",
        back.map(({ digest }) => ({ key: { digest }, set: { removed_at: null } })),
      );
      return tx.remove(
        "blobs",
        still.filter(({ digest }) => !named.has(digest)),
      );
    });
    if (due.length < BATCH) return purged;
  }
}

/** One batch of what was marked as removed by a time, among `digests` where they are given. */
function asideBefore(
  tx: Tx,
  before: number,
  digests?: readonly Digest[],
): Promise<readonly { readonly digest: Digest }[]> {
  return tx.find("blobs", {
    where: { removed_at: { lte: before }, ...(digests === undefined ? {} : { digest: { in: digests } }) },
    columns: ["digest"],
    limit: BATCH,
  });
}
