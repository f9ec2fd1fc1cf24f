import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Blobs } from "../blobs.ts";
import type { Clock } from "../clock.ts";
import { StoreError, type Store } from "../store.ts";
import { digestOfBytes } from "./file.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Evidence in the database, for workers on several machines without a folder that they share. */
export function postgresBlobs(store: Store, clock: Pick<Clock, "now">): Blobs {
  return {
    async put(contents) {
      const digests = contents.map(digestOfBytes);
      const rows = await Promise.all(
        [...new Map(contents.map((content, at) => [digests[at] ?? "", content]))].map(async ([digest, content]) => ({
          digest,
          content: await compress(content, { level: 1 }),
          written_at: clock.now(),
          removed_at: null,
        })),
      );
      await store.transaction((tx) => tx.insert("blobs", rows, { skipConflicts: true }));
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
        tx.find("blobs", { columns: ["digest", "written_at"], orderBy: ["written_at"] }),
      );
      for (const { digest, written_at } of rows) yield { digest, writtenAt: written_at };
    },
    remove: (digests) =>
      store.transaction(
        async (tx) =>
          void (await tx.remove(
            "blobs",
            digests.map((digest) => ({ digest })),
          )),
      ),
  };
}
