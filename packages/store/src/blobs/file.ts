import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gunzipSync, gzip } from "node:zlib";
import type { Blobs, Digest } from "../blobs.ts";
import { StoreError } from "../store.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);
const NAME = /^[0-9a-f]{64}\.gz$/;
/** A piece that was put aside, and when. */
const ASIDE = /^([0-9a-f]{64})\.(\d+)\.removed$/;
/** Pieces that are purged at a time. */
const BATCH = 500;

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
    // Asked each time: another worker may have put it aside since this one wrote it.
    if (await there(file)) return;
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
    await syncFolder(dir);
  }

  async function syncFolder(dir: string): Promise<void> {
    if (!sync) return;
    const parent = await open(dir, "r");
    try {
      await parent.sync();
    } finally {
      await parent.close();
    }
  }

  /** The bytes under a digest's name, or put aside. */
  async function found(digest: Digest): Promise<Buffer | undefined> {
    const { dir, file } = place(digest);
    const bytes = await read(file).catch(ifThere);
    if (bytes !== undefined) return bytes;
    for (const name of await readdir(dir).catch(() => [])) {
      const aside = ASIDE.exec(name)?.[1] === digest ? await read(join(dir, name)).catch(ifThere) : undefined;
      if (aside !== undefined) return aside;
    }
    // One that comes back while it is looked for has its name again.
    return read(file).catch(ifThere);
  }

  /** What was put aside by this time. */
  async function* asideBefore(before: number): AsyncGenerator<{ readonly digest: Digest; readonly aside: string }> {
    for (const dir of await readdir(folder).catch(() => [])) {
      for (const name of await readdir(join(folder, dir)).catch(() => [])) {
        const [, digest = "", at] = ASIDE.exec(name) ?? [];
        if (at !== undefined && Number(at) <= before) yield { digest, aside: join(folder, dir, name) };
      }
    }
  }

  /** Gives bytes that were put aside their name back, where nobody has put them again. */
  async function bringBack(digest: Digest, aside: string): Promise<void> {
    const { dir, file } = place(digest);
    await link(aside, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" && error.code !== "ENOENT") throw error;
    });
    await syncFolder(dir);
  }

  return {
    async put(contents) {
      const digests = contents.map(digestOfBytes);
      await Promise.all(digests.map((digest, at) => write(digest, contents[at] ?? new Uint8Array())));
      return digests;
    },
    async get(digest) {
      const bytes = await found(digest).catch((error: NodeJS.ErrnoException) => {
        throw StoreError.is(error)
          ? error
          : new StoreError("unavailable", `evidence ${digest}: ${error.code ?? error.message}`);
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
    async remove(digests, at) {
      for (const digest of digests) {
        const { dir, file } = place(digest);
        await rename(file, join(dir, `${digest}.${String(Math.round(at))}.removed`)).catch(ifThere);
      }
    },
    async purge(before, stillNamed) {
      let purged = 0;
      let batch: { readonly digest: Digest; readonly aside: string }[] = [];
      const end = async (): Promise<void> => {
        const named = await stillNamed(batch.map(({ digest }) => digest));
        for (const { digest, aside } of batch) {
          if (named.has(digest)) await bringBack(digest, aside);
          else purged += 1;
          await rm(aside, { force: true });
        }
        batch = [];
      };
      for await (const one of asideBefore(before)) if (batch.push(one) >= BATCH) await end();
      if (batch.length > 0) await end();
      return purged;
    },
  };
}

/** A file that is not there is no error. */
const ifThere = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT") throw error;
};
