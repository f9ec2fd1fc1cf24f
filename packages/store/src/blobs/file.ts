import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gunzipSync, gzip } from "node:zlib";
import { isFiled, type Contents } from "@slipway/plugin-sdk";
import type { Blobs, Digest } from "../blobs.ts";
import { compressing, digestOf, digestOfBytes } from "./contents.ts";
import { StoreError } from "../store.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);
const NAME = /^[0-9a-f]{64}\.gz$/;
/** The name of a file whose bytes are marked as removed: their digest, and when. */
const ASIDE = /^([0-9a-f]{64})\.(\d+)\.removed$/;
/** Pieces that are purged at a time. */
const BATCH = 500;

interface Options {
  readonly sync?: boolean;
  readonly blocking?: boolean;
}

/** A file whose bytes are marked as removed. */
interface Aside {
  readonly digest: Digest;
  readonly file: string;
}

/** The files of the evidence: `<2 hex>/<digest>.gz`, or `<digest>.<time>.removed` until it is purged. */
class EvidenceFolder {
  readonly #folder: string;
  readonly #sync: boolean;
  readonly #read: (file: string) => Promise<Buffer>;

  constructor(folder: string, { sync = true, blocking = false }: Options) {
    this.#folder = folder;
    this.#sync = sync;
    this.#read = blocking ? async (file) => readFileSync(file) : (file) => readFile(file);
  }

  async write(digest: Digest, content: Contents): Promise<void> {
    const { dir, file } = this.#place(digest);
    // Asked each time: another worker may have marked it as removed since this one wrote it.
    if (await exists(file)) return;
    await mkdir(dir, { recursive: true });
    const draft = join(dir, `.${randomBytes(8).toString("hex")}`);
    const handle = await open(draft, "wx", 0o640);
    try {
      await handle.writeFile(isFiled(content) ? compressing(content.file) : await compress(content, { level: 1 }));
      if (this.#sync) await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await this.#syncFolder(dir);
  }

  /** The bytes of a digest, also while they are marked as removed. */
  async find(digest: Digest): Promise<Buffer | undefined> {
    const { dir, file } = this.#place(digest);
    const bytes = await this.#read(file).catch(ifThere);
    if (bytes !== undefined) return bytes;
    for (const name of await readdir(dir).catch(() => [])) {
      const aside = ASIDE.exec(name)?.[1] === digest ? await this.#read(join(dir, name)).catch(ifThere) : undefined;
      if (aside !== undefined) return aside;
    }
    // Its first name again: it may have been brought back while the folder was read.
    return this.#read(file).catch(ifThere);
  }

  /** Every file, by its folder and its own name. */
  async *files(): AsyncGenerator<{ readonly name: string; readonly file: string }> {
    for (const dir of await readdir(this.#folder).catch(() => []))
      for (const name of await readdir(join(this.#folder, dir)).catch(() => []))
        yield { name, file: join(this.#folder, dir, name) };
  }

  async markRemoved(digest: Digest, at: number): Promise<void> {
    const { dir, file } = this.#place(digest);
    await rename(file, join(dir, `${digest}.${String(Math.round(at))}.removed`)).catch(ifThere);
  }

  /** Files that were marked as removed by this time. */
  async *asideBefore(before: number): AsyncGenerator<Aside> {
    for await (const { name, file } of this.files()) {
      const [, digest = "", at] = ASIDE.exec(name) ?? [];
      if (at !== undefined && Number(at) <= before) yield { digest, file };
    }
  }

  /** Gives a removed file its name back, unless the same bytes were written again meanwhile. */
  async bringBack({ digest, file: aside }: Aside): Promise<void> {
    const { dir, file } = this.#place(digest);
    await link(aside, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" && error.code !== "ENOENT") throw error;
    });
    await this.#syncFolder(dir);
  }

  #place(digest: Digest): { readonly dir: string; readonly file: string } {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new StoreError("unavailable", `${digest} is no digest`);
    const dir = join(this.#folder, digest.slice(0, 2));
    return { dir, file: join(dir, `${digest}.gz`) };
  }

  async #syncFolder(dir: string): Promise<void> {
    if (!this.#sync) return;
    const parent = await open(dir, "r");
    try {
      await parent.sync();
    } finally {
      await parent.close();
    }
  }
}

/**
 * Evidence in a folder, which several machines may share: `<2 hex>/<digest>.gz`. A file appears
 * under its name only when its bytes are on disk.
 *
 * @param options.sync false leaves it to the system when bytes reach the disk: they outlive this process, and not
 *   the machine. For evidence that can be made again, such as the lab's past
 * @param options.blocking reads without leaving the thread, at a third of the CPU: for one that has nothing else to do
 */
export function fileBlobs(path: string, options: Options = {}): Blobs {
  const folder = new EvidenceFolder(path, options);
  const unpack = options.blocking === true ? async (bytes: Buffer): Promise<Buffer> => gunzipSync(bytes) : expand;
  return {
    async put(contents) {
      const digests = await Promise.all(contents.map(digestOf));
      await Promise.all(contents.map((content, at) => folder.write(digests[at] ?? "", content)));
      return digests;
    },
    async get(digest) {
      const bytes = await folder.find(digest).catch((error: NodeJS.ErrnoException) => {
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
      for await (const { name, file } of folder.files())
        if (NAME.test(name)) found.push({ digest: name.slice(0, 64), writtenAt: (await stat(file)).mtimeMs });
      yield* found.sort((a, b) => a.writtenAt - b.writtenAt);
    },
    async remove(digests, at) {
      for (const digest of digests) await folder.markRemoved(digest, at);
    },
    async purge(before, stillNamed) {
      let purged = 0;
      let batch: Aside[] = [];
      const end = async (): Promise<void> => {
        const named = await stillNamed(batch.map(({ digest }) => digest));
        for (const aside of batch) {
          if (named.has(aside.digest)) await folder.bringBack(aside);
          else purged += 1;
          await rm(aside.file, { force: true });
        }
        batch = [];
      };
      for await (const one of folder.asideBefore(before)) if (batch.push(one) >= BATCH) await end();
      if (batch.length > 0) await end();
      return purged;
    },
  };
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** A file that is not there is no error. */
const ifThere = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT") throw error;
};
