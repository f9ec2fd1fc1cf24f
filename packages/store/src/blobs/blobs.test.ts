import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Blobs } from "../blobs.ts";
import { memoryStore } from "../memory/store.ts";
import { migrate } from "../postgres/migrate.ts";
import { postgresStore } from "../postgres/store.ts";
import { freshDatabase } from "../testing/index.ts";
import { blobsWithFallback } from "./fallback.ts";
import { fileBlobs } from "./file.ts";
import { memoryBlobs } from "./memory.ts";
import { postgresBlobs } from "./postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-blobs-"));
const database = await freshDatabase();
await migrate(database.url);
const store = await postgresStore({ url: database.url });
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await store.close();
  await database.drop();
});
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
/** Nobody names any of them. */
const noneNamed = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set());
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; // FIPS 180-4, of no bytes

describe.each<[string, () => Blobs]>([
  ["a folder", () => fileBlobs(join(folder, "one"))],
  ["memory", () => memoryBlobs()],
  ["the store", () => postgresBlobs(memoryStore())],
  ["PostgreSQL", () => postgresBlobs(store)],
  ["two places", () => blobsWithFallback(memoryBlobs(), fileBlobs(join(folder, "three")))],
])("evidence in %s", (_name, open) => {
  const blobs = open();

  it("is given back byte for byte by its hash", async () => {
    const contents = [text(""), text("hello"), Uint8Array.from([0, 255, 13, 10]), text("hello")];
    const digests = await blobs.put(contents);
    expect(digests[0]).toBe(EMPTY);
    expect(digests[1]).toBe(digests[3]);
    for (const [at, digest] of digests.entries())
      expect(Buffer.from((await blobs.get(digest)) ?? text("gone"))).toEqual(Buffer.from(contents[at] ?? []));
  });

  it("takes bytes from a file as it takes them from memory", async () => {
    const file = join(folder, "printed");
    const printed = Buffer.alloc(300_000, "GPU 0: no fault\n");
    writeFileSync(file, printed);
    const filed = { file, length: printed.length, toString: undefined };
    const digests = await blobs.put([filed, text("beside"), printed, filed]);
    expect(new Set([digests[0], digests[2], digests[3]]).size).toBe(1);
    rmSync(file);
    expect(Buffer.from((await blobs.get(digests[0] ?? "")) ?? text("gone")).equals(printed)).toBe(true);
    expect(await blobs.get(digests[1] ?? "")).toEqual(expect.objectContaining({ length: 6 }));
    await expect(blobs.put([filed])).rejects.toThrow("ENOENT");
  });

  it("may be written by many at once with the same content", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => blobs.put([text("same")])));
    expect(new Set(all.flat()).size).toBe(1);
  });

  it("is listed until it is removed", async () => {
    const [digest = ""] = await blobs.put([text("short-lived")]);
    const listed = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const one of blobs.list()) found.push(one.digest);
      return found;
    };
    expect(await listed()).toContain(digest);
    await blobs.remove([digest], 5);
    expect(await listed()).not.toContain(digest);
  });

  it("is found while it is put aside, and is gone for good once that was before the grace", async () => {
    const [digest = ""] = await blobs.put([text("aside")]);
    await blobs.remove([digest], 100);
    await blobs.purge(99, noneNamed);
    expect(Buffer.from((await blobs.get(digest)) ?? []).toString()).toBe("aside");
    expect(await blobs.purge(100, noneNamed)).toBe(1);
    expect(await blobs.get(digest)).toBeUndefined();
    await blobs.remove([digest], 100);
    expect(await blobs.purge(100, noneNamed)).toBe(0);
  });

  it("comes back when it is named at the end of the grace", async () => {
    const [digest = ""] = await blobs.put([text("named late")]);
    await blobs.remove([digest], 100);
    expect(await blobs.purge(100, async (digests) => new Set(digests))).toBe(0);
    expect(await blobs.purge(1_000, noneNamed)).toBe(0);
    expect(Buffer.from((await blobs.get(digest)) ?? []).toString()).toBe("named late");
  });
});

/** Two workers that share one place. */
describe.each<[string, () => readonly [Blobs, Blobs]]>([
  ["a folder", () => [fileBlobs(join(folder, "shared")), fileBlobs(join(folder, "shared"))]],
  ["PostgreSQL", () => [postgresBlobs(store), postgresBlobs(store)]],
])("evidence of two workers in %s", (_name, open) => {
  const [ours, theirs] = open();

  it("is there after it was put, though the other has removed what we put before", async () => {
    const [digest = ""] = await ours.put([text("again")]);
    await theirs.remove([digest], 100);
    await theirs.purge(100, noneNamed);
    await ours.put([text("again")]);
    expect(Buffer.from((await theirs.get(digest)) ?? []).toString()).toBe("again");
  });

  it("is there after it was put, though the other had put it aside", async () => {
    const [digest = ""] = await ours.put([text("aside")]);
    await theirs.remove([digest], 100);
    await ours.put([text("aside")]);
    expect(await theirs.purge(100, noneNamed)).toBeLessThanOrEqual(1);
    expect(Buffer.from((await ours.get(digest)) ?? []).toString()).toBe("aside");
  });

  it("is there at the end of a pass that found it just before the other put it aside", async () => {
    const [digest = ""] = await theirs.put([text("found")]);
    // The pass finds it there; the clean-up, which knew of no name for it, puts it aside; the pass is counted.
    await ours.put([text("found")]);
    await theirs.remove([digest], 100);
    expect(await theirs.purge(100, async () => new Set([digest]))).toBe(0);
    expect(Buffer.from((await ours.get(digest)) ?? []).toString()).toBe("found");
  });
});

it("damaged evidence is an error and is never returned, and no temporary file remains", async () => {
  const blobs = fileBlobs(join(folder, "two"));
  const [digest = ""] = await blobs.put([text("true")]);
  const dir = join(folder, "two", digest.slice(0, 2));
  expect(readdirSync(dir)).toEqual([`${digest}.gz`]);
  for (const bytes of [gzipSync("false"), Buffer.from("no gzip")]) {
    writeFileSync(join(dir, `${digest}.gz`), bytes);
    await expect(blobs.get(digest)).rejects.toMatchObject({ kind: "unavailable" });
  }
  await expect(blobs.get("../../etc/passwd")).rejects.toThrow("is no digest");
});

it("evidence in the former location is found and removed, new evidence is not put there, and the younger copy's age counts", async () => {
  const [now, before] = [memoryBlobs({ now: () => 9 }), memoryBlobs({ now: () => 1 })];
  const [old = "", both = ""] = await before.put([text("old"), text("both")]);
  const blobs = blobsWithFallback(now, before);
  const [fresh = ""] = await blobs.put([text("fresh"), text("both")]);
  expect(await before.get(fresh)).toBeUndefined();
  expect(Buffer.from((await blobs.get(old)) ?? []).toString()).toBe("old");
  const ages: number[] = [];
  for await (const { writtenAt } of blobs.list()) ages.push(writtenAt);
  expect(ages).toEqual([1, 9, 9]);
  await blobs.remove([old, both], 100);
  expect(await blobs.purge(100, noneNamed)).toBe(3);
  expect(await Promise.all([old, both].map((digest) => blobs.get(digest)))).toEqual([undefined, undefined]);
});
