import type { OutputBudget } from "@slipway/plugin-sdk";

/** Bytes kept of what a login shell prints before a run announces itself; earlier ones are dropped. */
const MOST_NOISE = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Keeps what a stream brings, up to a cap. With a nonce the evidence begins only behind the line
 * `slipway NONCE …`, because a login shell may print before it.
 */
export class Capture {
  /** The announcing line after the nonce, once it was read. */
  announcement: string | undefined;
  /** Whether more came than the cap allows. */
  truncated = false;
  readonly #maxBytes: number;
  readonly #budget: OutputBudget;
  readonly #mark: Buffer | undefined;
  #noise: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #length = 0;
  #closed = false;

  /** @param budget what is left for it and for others, beside its own cap */
  constructor(maxBytes: number, nonce?: string, budget: OutputBudget = { left: Infinity }) {
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
    this.#closed = true;
  }

  /** The evidence; the end of what a login shell printed when no announcement came. */
  bytes(): Buffer {
    return this.announcement === undefined ? this.#noise : Buffer.concat(this.#chunks, this.#length);
  }

  #keep(chunk: Buffer): void {
    const room = Math.min(this.#maxBytes - this.#length, this.#budget.left);
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (chunk.length > room) this.truncated = true;
    if (kept.length === 0) return;
    this.#chunks.push(kept);
    this.#length += kept.length;
    this.#budget.left -= kept.length;
  }
}
