import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { isFiled, type Contents } from "@slipway/plugin-sdk";
import type { Digest } from "../blobs.ts";

export const digestOfBytes = (content: Uint8Array): Digest => createHash("sha256").update(content).digest("hex");

/** The digest of contents; a file is read piece by piece. */
export async function digestOf(contents: Contents): Promise<Digest> {
  if (!isFiled(contents)) return digestOfBytes(contents);
  const hash = createHash("sha256");
  for await (const piece of createReadStream(contents.file)) hash.update(piece as Buffer);
  return hash.digest("hex");
}

/** What a file holds, compressed piece by piece. */
export function compressing(file: string): Readable {
  // Whoever reads it hears of an error.
  return pipeline(createReadStream(file), createGzip({ level: 1 }), () => undefined);
}

export const compressedFile = (file: string): Promise<Buffer> => buffer(compressing(file));

export const inMemory = async (contents: Contents): Promise<Uint8Array> =>
  isFiled(contents) ? readFile(contents.file) : contents;
