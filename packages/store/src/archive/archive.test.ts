import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import { migrate } from "../postgres/migrate.ts";
import { postgresStore } from "../postgres/store.ts";
import { freshDatabase, machineRow } from "../testing/index.ts";
import { dump, restore } from "./archive.ts";

async function dumped(url: string): Promise<Buffer> {
  const out = new PassThrough();
  const [bytes] = await Promise.all([buffer(out), dump(url, out)]);
  return bytes;
}

async function filled(): Promise<{ url: string; drop(): Promise<void> }> {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 2 });
  await store.transaction(async (tx) => {
    const ids = await tx.nextIds("object", 3);
    await tx.insert("settings", [
      { name: "odd \\ text\t\n\\.", value: { nested: ["\\.", null, "ü\u2028"] } },
      { name: "b", value: 1 },
    ]);
    await tx.insert("blobs", [
      { digest: "d", content: Buffer.from([0, 10, 92, 46, 255]), written_at: 5, removed_at: null },
    ]);
    await tx.insert(
      "machines",
      ids.map((id) =>
        machineRow(id, {
          system_serial: null,
          gpu_serials: ["a,b", '"', ""],
          account: "Spare" as const,
          account_since: 1,
          vendor: null,
          sku: null,
        }),
      ),
    );
  });
  await store.close();
  return database;
}

it("a restored archive gives an equal dump, and sequences continue after it", async () => {
  const [from, into] = [await filled(), await freshDatabase()];
  const first = await dumped(from.url);
  const done = await restore(into.url, Readable.from([first]));
  expect(done.rows).toBe(6);
  expect(gunzipSync(await dumped(into.url)).equals(gunzipSync(first))).toBe(true);
  const store = await postgresStore({ url: into.url, max: 1 });
  expect(await store.transaction((tx) => tx.nextIds("object", 1))).toEqual([4]);
  await store.close();
  await Promise.all([from.drop(), into.drop()]);
});

it("restore refuses a database with rows, a truncated archive, and an archive of a newer release", async () => {
  const from = await filled();
  const whole = await dumped(from.url);
  await expect(restore(from.url, Readable.from([whole]))).rejects.toMatchObject({ kind: "conflict" });
  const into = await freshDatabase();
  await expect(restore(into.url, Readable.from([whole.subarray(0, whole.length - 200)]))).rejects.toThrow(
    "unexpected end of file",
  );
  const text = gunzipSync(whole).toString("utf8");
  await expect(
    restore(into.url, Readable.from([gzipSync(text.slice(0, text.lastIndexOf("\n", text.length >> 1) - 1))])),
  ).rejects.toThrow("it ends in the middle of a line");
  await expect(
    restore(into.url, Readable.from([gzipSync(text.replace('"migration":', '"migration":9'))])),
  ).rejects.toMatchObject({ kind: "outdated" });
  await expect(restore(into.url, Readable.from([Buffer.from("no archive")]))).rejects.toThrow("incorrect header check");
  await restore(into.url, Readable.from([whole]));
  await Promise.all([from.drop(), into.drop()]);
});

it("copies each byte of a long line a bounded number of times", async () => {
  const [from, into] = [await freshDatabase(), await freshDatabase()];
  await migrate(from.url);
  const store = await postgresStore({ url: from.url, max: 1 });
  const content = randomBytes(4 * 2 ** 20);
  await store.transaction((tx) => tx.insert("blobs", [{ digest: "long", content, written_at: 1, removed_at: null }]));
  await store.close();
  const archive = await dumped(from.url);
  const concat = vi.spyOn(Buffer, "concat");
  await restore(into.url, Readable.from([archive]));
  const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
  concat.mockRestore();
  // A byte of a blob is two digits in COPY's text; other parts of the client copy chunks too.
  expect(copied).toBeLessThan(8 * 2 * content.length);
  await Promise.all([from.drop(), into.drop()]);
});

it("refuses an archive in which a row was changed, names its table, and writes nothing", async () => {
  const [from, into] = [await filled(), await freshDatabase()];
  const whole = gunzipSync(await dumped(from.url)).toString("latin1");
  const changed = gzipSync(Buffer.from(whole.replace("Spare", "InUse"), "latin1"));
  await expect(restore(into.url, Readable.from([changed]))).rejects.toThrow(
    "machines: its rows are not those that were dumped",
  );
  await restore(into.url, Readable.from([gzipSync(Buffer.from(whole, "latin1"))]));
  await Promise.all([from.drop(), into.drop()]);
});

it("restores an archive of a release that kept no digests", async () => {
  const [from, into] = [await filled(), await freshDatabase()];
  const whole = gunzipSync(await dumped(from.url)).toString("latin1");
  const older = whole.replaceAll(/^\{"digest":.*\}\n/gm, "").replace(',"digests":true', "");
  expect((await restore(into.url, Readable.from([gzipSync(Buffer.from(older, "latin1"))]))).rows).toBe(6);
  await Promise.all([from.drop(), into.drop()]);
});

it("restores an archive that the release of migration 1 wrote, with every row", async () => {
  const into = await freshDatabase();
  const archive = createReadStream(new URL("archives/0001.gz", import.meta.url));
  // Two of each table, one with every column and one with every null that it may have (dumps/0001.json).
  expect(await restore(into.url, archive)).toEqual({ migration: 1, rows: 52 });
  const store = await postgresStore({ url: into.url, max: 1 });
  const found = await store.transaction(async (tx) => ({
    machines: await tx.find("machines", { orderBy: ["id"] }),
    intents: await tx.find("intents"),
    evidence: await tx.find("evidence_blobs"),
  }));
  expect(found.machines.map(({ system_serial }) => system_serial)).toEqual(['text 302 "\\ ü', null]);
  expect([found.intents.length, found.evidence.length]).toEqual([2, 2]);
  await store.close();
  await into.drop();
});
