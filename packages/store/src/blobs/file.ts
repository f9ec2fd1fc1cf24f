import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gunzipSync, gzip } from "node:zlib";
import type { Blobs, Digest } from "../blobs.ts";
import { StoreError } from "../store.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);
const NAME = /^[0-9a-f]{64}\.gz$/;

export const digestOfBytes = (content: Uint8Array): Digest => createHash("sha256").update(content).digest("hex");

/**
 * Evidence in a folder, which several machines may share: `<2 hex>/<digest>.gz`. A file appears
 * under its name only when its bytes are on disk.
 *
 * @param sync false leaves it to the system when bytes reach the disk: they outlive this process, and not
 *   the machine. For evidence that can be made again, such as the lab's past
 * @param blocking reads without leaving the thread, at a third of the CPU: for one that has nothing else to do
 */
export function fileBlobs(
  folder: string,
  { sync = true, blocking = false }: { readonly sync?: boolean; readonly blocking?: boolean } = {},
): Blobs {
  const known = new Set<Digest>();
  const place = (digest: Digest): { readonly dir: string; readonly file: string } => {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new StoreError("unavailable", `${digest} is no digest`);
    const dir = join(folder, digest.slice(0, 2));
    return { dir, file: join(dir, `${digest}.gz`) };
  };
  const read = blocking
    ? async (file: string): Promise<Buffer> => readFileSync(file)
    : (file: string): Promise<Buffer> => readFile(file);
  const unpack = blocking ? async (bytes: Buffer): Promise<Buffer> => gunzipSync(bytes) : expand;
  const there = async (file: string): Promise<boolean> =>
    stat(file).then(
      () => true,
      () => false,
    );

  async function write(digest: Digest, content: Uint8Array): Promise<void> {
    const { dir, file } = place(digest);
    if (known.has(digest) || (await there(file))) return void known.add(digest);
    await mkdir(dir, { recursive: true });
    const draft = join(dir, `.${randomBytes(8).toString("hex")}`);
    const handle = await open(draft, "wx", 0o640);
    try {
      await handle.writeFile(await compress(content, { level: 1 }));
      if (sync) await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    if (sync) {
      const parent = await open(dir, "r");
      try {
        await parent.sync();
      } finally {
        await parent.close();
      }
    }
    known.add(digest);
  }

  return {
    async put(contents) {
      const digests = contents.map(digestOfBytes);
      await Promise.all(digests.map((digest, at) => write(digest, contents[at] ?? new Uint8Array())));
      return digests;
    },
    async get(digest) {
      const bytes = await read(place(digest).file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw new StoreError("unavailable", `evidence ${digest}: ${error.code ?? error.message}`);
      });
      if (bytes === undefined) return undefined;
      const content = await unpack(bytes).catch(() => undefined);
      if (content === undefined || digestOfBytes(content) !== digest)
        throw new StoreError("unavailable", `evidence ${digest}: its bytes are damaged`);
      return content;
    },
    async *list() {
      const found: { digest: Digest; writtenAt: number }[] = [];
      for (const dir of await readdir(folder).catch(() => [])) {
        for (const name of await readdir(join(folder, dir)).catch(() => [])) {
          if (NAME.test(name))
            found.push({ digest: name.slice(0, 64), writtenAt: (await stat(join(folder, dir, name))).mtimeMs });
        }
      }
      yield* found.sort((a, b) => a.writtenAt - b.writtenAt);
    },
    async remove(digests) {
      for (const digest of digests) {
        known.delete(digest);
        await rm(place(digest).file, { force: true });
      }
    },
  };
}
