import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { FiledBytes, OutputBudget } from "@slipway/plugin-sdk";

/** Bytes kept of what a login shell prints before a run announces itself; earlier ones are dropped. */
const MOST_NOISE = 64 * 1024;
/** Bytes of one stream that are held in memory whatever else is. */
const ALWAYS_IN_MEMORY = 64 * 1024;
const NEWLINE = 0x0a;

/** Keeps all in memory. */
const UNLIMITED: OutputBudget = {
  left: Infinity,
  memory: Infinity,
  newFile: () => {
    throw new TypeError("nothing goes to a file");
  },
};

/**
 * Keeps what a stream brings, up to a cap: in memory, and in a file from where its node's share of memory is used up.
 * With a nonce the evidence begins only behind the line `slipway NONCE …`, because a login shell may print before it.
 */
export class Capture {
  /** The announcing line after the nonce, once it was read. */
  announcement: string | undefined;
  /** Whether more came than the cap allows, or than could be written. */
  truncated = false;
  readonly #maxBytes: number;
  readonly #budget: OutputBudget;
  readonly #mark: Buffer | undefined;
  #noise: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #length = 0;
  #closed = false;
  #file: { readonly path: string; readonly descriptor: number } | undefined;

  /** @param budget what is left for it and for others, beside its own cap */
  constructor(maxBytes: number, nonce?: string, budget: OutputBudget = UNLIMITED) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
    this.#mark = nonce === undefined ? undefined : Buffer.from(`slipway ${nonce}`);
    if (nonce === undefined) this.announcement = "";
  }

  push(chunk: Buffer): void {
    if (this.#closed) return;
    if (this.announcement !== undefined || this.#mark === undefined) {
      this.#keep(chunk);
      return;
    }
    this.#noise = this.#noise.length === 0 ? chunk : Buffer.concat([this.#noise, chunk]);
    const start = this.#noise.indexOf(this.#mark);
    const end = start < 0 ? -1 : this.#noise.indexOf(NEWLINE, start);
    if (end >= 0) {
      this.announcement = this.#noise.toString("utf8", start + this.#mark.length, end).trim();
      this.#keep(this.#noise.subarray(end + 1));
    } else if (this.#noise.length > 2 * MOST_NOISE) {
      this.#noise = this.#noise.subarray(-MOST_NOISE);
    }
  }

  /** From now on nothing is kept. */
  close(): void {
    if (!this.#closed && this.#file !== undefined) closeSync(this.#file.descriptor);
    this.#closed = true;
  }

  /** The evidence so far, whole once it is closed; the end of what a login shell printed when no announcement came. */
  contents(): Buffer | FiledBytes {
    if (this.#file !== undefined) return { file: this.#file.path, length: this.#length, toString: undefined };
    return this.announcement === undefined ? this.#noise : Buffer.concat(this.#chunks, this.#length);
  }

  #keep(chunk: Buffer): void {
    const room = Math.min(this.#maxBytes - this.#length, this.#budget.left);
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (chunk.length > room) this.truncated = true;
    if (kept.length === 0) return;
    this.#budget.left -= kept.length;
    const small = this.#length + kept.length <= ALWAYS_IN_MEMORY;
    if (this.#file === undefined && (small || kept.length <= this.#budget.memory)) {
      this.#chunks.push(kept);
      this.#length += kept.length;
      this.#budget.memory -= kept.length;
    } else this.#write(kept);
  }

  /** Adds to the file, which takes over what is in memory; where it cannot be written, what is there is all there is. */
  #write(chunk: Buffer): void {
    try {
      this.#file ??= this.#toFile();
      this.#length += writeWhole(this.#file.descriptor, chunk);
    } catch {
      this.truncated = true;
      if (this.#file !== undefined) ftruncateSync(this.#file.descriptor, this.#length);
      this.close();
    }
  }

  #toFile(): { readonly path: string; readonly descriptor: number } {
    const path = this.#budget.newFile();
    const descriptor = openSync(path, "wx", 0o600);
    try {
      for (const one of this.#chunks) writeWhole(descriptor, one);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    this.#chunks = [];
    this.#budget.memory += this.#length;
    return { path, descriptor };
  }
}

function writeWhole(descriptor: number, bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at += writeSync(descriptor, bytes, at));
  return bytes.length;
}
