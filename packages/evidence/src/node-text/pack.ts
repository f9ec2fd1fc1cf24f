import type { Outputs, ProbeBytes } from "./outputs.ts";

/** Output of many probes in one piece of memory, which goes over to a thread without being copied by it. */
export interface Packed {
  readonly bytes: ArrayBuffer;
  /** In the order of the bytes: stdout, then stderr of each. */
  readonly probes: readonly {
    readonly id: string;
    readonly record: unknown;
    /** Bytes of stdout; null where there is none. */
    readonly out: number | null;
    readonly err: number;
  }[];
}

export function pack(outputs: Outputs): Packed {
  const entries = [...outputs];
  const all = new Uint8Array(
    entries.reduce((sum, [, { stdout, stderr }]) => sum + (stdout?.length ?? 0) + stderr.length, 0),
  );
  let at = 0;
  const put = (bytes: Uint8Array): number => {
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

export function unpack({ bytes, probes }: Packed): Outputs {
  let at = 0;
  const take = (length: number): Uint8Array => new Uint8Array(bytes, (at += length) - length, length);
  return new Map(
    probes.map(({ id, record, out, err }): [string, ProbeBytes] => [
      id,
      { record, stdout: out === null ? undefined : take(out), stderr: take(err) },
    ]),
  );
}
