import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { SlipwayError } from "@slipway/plugin-sdk";

/** Where rows are read from. */
export interface Source {
  /** For errors: the path as it was given. */
  readonly name: string;
  /** In bytes; undefined where only the end tells. */
  readonly size: number | undefined;
  /** The path of a Parquet file, which is not read front to back. */
  readonly parquet?: string;
  bytes(): AsyncIterable<Uint8Array>;
}

/** The file that a command names; `-` is standard input. A Parquet file is known by its first bytes, whatever its name. */
export async function openSource(path: string): Promise<Source> {
  if (path === "-") return { name: "standard input", size: undefined, bytes: () => process.stdin };
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw new SlipwayError("input", `${path}: is a folder`);
    const size = about.isFile() ? about.size : undefined;
    const parquet = size === undefined ? false : await isParquet(path);
    return { name: path, size, ...(parquet ? { parquet: path } : {}), bytes: () => readable(path) };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

export const textSource = (name: string, text: string): Source => {
  const content = new TextEncoder().encode(text);
  return { name, size: content.length, bytes: () => ReadableStream.from([content]) };
};

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString("latin1") === "PAR1";
  } finally {
    await file.close();
  }
}

async function* readable(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function cannotRead(path: string, error: unknown): SlipwayError {
  return SlipwayError.is(error)
    ? error
    : new SlipwayError(
        "input",
        `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
        { cause: error },
      );
}
