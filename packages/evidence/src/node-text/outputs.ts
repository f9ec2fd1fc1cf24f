import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { ProbeRecord } from "@slipway/domain";
import { isFiled, type Contents, type ExecResult, type FiledBytes, type ProbeCapture } from "@slipway/plugin-sdk";

/** What one probe left, as bytes. */
export interface ProbeBytes {
  /** How it ran, as bundle.json has it. */
  readonly record: unknown;
  /** Undefined for a program that did not start. */
  readonly stdout: Contents | undefined;
  readonly stderr: Contents;
}

/** What the probes of one pass left, by their ids. */
export type Outputs = ReadonlyMap<string, ProbeBytes>;

const NOTHING = new Uint8Array();

/** What probes that just ran left. A program that did not start has no output; one cut off midway what it had printed. */
export const outputsOfRun = (results: ReadonlyMap<string, ExecResult>): Outputs =>
  new Map(
    [...results].map(([id, { stdout, stderr, left: _left, ...record }]) => [
      id,
      { record, stdout: record.startError === null || stdout.length > 0 ? stdout : undefined, stderr },
    ]),
  );

/** The same as results of runs. */
export const resultsOf = (outputs: Outputs): Map<string, ExecResult> =>
  new Map(
    [...outputs].map(([id, { record, stdout = NOTHING, stderr }]) => [
      id,
      { ...(record as ProbeRecord), stdout: unreadOf(stdout), stderr: unreadOf(stderr) },
    ]),
  );

/** Output as checks read it; bytes become text when they are first asked for. */
export const capturesOf = (outputs: Outputs): Map<string, ProbeCapture> =>
  new Map([...outputs].map(([id, bytes]) => [id, new BytesCapture(bytes)]));

class BytesCapture implements ProbeCapture {
  readonly record: unknown;
  readonly #bytes: ProbeBytes;
  #stdout: string | undefined;
  #stderr: string | undefined;

  constructor(bytes: ProbeBytes) {
    this.record = bytes.record;
    this.#bytes = bytes;
  }

  get stdout(): string | undefined {
    const { stdout } = this.#bytes;
    return stdout === undefined ? undefined : (this.#stdout ??= textOf(stdout));
  }
  get stdoutDamaged(): boolean {
    const { stdout } = this.#bytes;
    // U+FFFD stands for damage only where the bytes are none of UTF-8.
    return stdout !== undefined && (this.stdout ?? "").includes("\uFFFD") && !isUtf8(bytesOf(stdout));
  }
  get stderr(): string {
    return (this.#stderr ??= textOf(this.#bytes.stderr));
  }
}

/** The bytes themselves, read from their file where they lie in one. */
export const bytesOf = (contents: Contents): Buffer =>
  isFiled(contents) ? readFileSync(contents.file) : bufferOf(contents);

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
const unreadOf = (contents: Contents): Buffer | FiledBytes => (isFiled(contents) ? contents : bufferOf(contents));
const textOf = (contents: Contents): string => bytesOf(contents).toString("utf8");
