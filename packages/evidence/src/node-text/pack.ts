import { isFiled, type Contents, type FiledBytes } from "@slipway/plugin-sdk";
import type { Outputs, ProbeBytes } from "./outputs.ts";

/** Output of many probes: in one piece of memory, which goes over to a thread without being copied by it, and in files. */
export interface Packed {
  readonly bytes: ArrayBuffer;
  /** In the order of the bytes: stdout, then stderr of each. */
  readonly probes: readonly {
    readonly id: string;
    readonly record: unknown;
    /** Number of bytes of stdout, or its file; null where there is none. */
    readonly out: number | FiledBytes | null;
    readonly err: number | FiledBytes;
  }[];
}

export function pack(outputs: Outputs): Packed {
  const entries = [...outputs];
  const all = new Uint8Array(
    entries.reduce((sum, [, { stdout, stderr }]) => sum + inMemory(stdout) + inMemory(stderr), 0),
  );
  let at = 0;
  const put = (bytes: Contents): number | FiledBytes => {
    if (isFiled(bytes)) return bytes;
    all.set(bytes, at);
    at += bytes.length;
    return bytes.length;
  };
  const probes = entries.map(([id, { record, stdout, stderr }]) => ({
    id,
    record,
    out: stdout === undefined ? null : put(stdout),
    err: put(stderr),
  }));
  return { bytes: all.buffer, probes };
}

const inMemory = (contents: Contents | undefined): number =>
  contents === undefined || isFiled(contents) ? 0 : contents.length;

export function unpack({ bytes, probes }: Packed): Outputs {
  let at = 0;
  const take = (part: number | FiledBytes): Contents =>
    typeof part === "number" ? new Uint8Array(bytes, (at += part) - part, part) : part;
  return new Map(
    probes.map(({ id, record, out, err }): [string, ProbeBytes] => [
      id,
      { record, stdout: out === null ? undefined : take(out), stderr: take(err) },
    ]),
  );
}
