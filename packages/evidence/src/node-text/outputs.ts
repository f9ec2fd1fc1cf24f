import { isUtf8 } from "node:buffer";
import type { EvidenceRef, NodeIdentity, ProbeRecord } from "@slipway/domain";
import type { ExecResult, ProbeCapture } from "@slipway/plugin-sdk";

/** What one probe left, as bytes. */
export interface ProbeBytes {
  /** How it ran, as bundle.json has it. */
  readonly record: unknown;
  /** Undefined for a program that did not start. */
  readonly stdout: Uint8Array | undefined;
  readonly stderr: Uint8Array;
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
      { ...(record as ProbeRecord), stdout: bufferOf(stdout), stderr: bufferOf(stderr) },
    ]),
  );

/**
 * What the probes of a stored pass left: byte for byte what the pass judged.
 *
 * @param evidence of the pass's row
 * @returns `missing`: probes of which bytes that were stored are gone, so that nothing may be concluded from them
 */
export async function outputsOfPass(
  evidence: Readonly<Record<string, EvidenceRef>>,
  blobs: { get(digest: string): Promise<Uint8Array | undefined> },
): Promise<{ readonly outputs: Outputs; readonly missing: ReadonlySet<string> }> {
  const missing = new Set<string>();
  const outputs = await Promise.all(
    Object.entries(evidence).map(async ([probe, { record, out, err }]): Promise<[string, ProbeBytes]> => {
      const read = async (digest: string | null): Promise<Uint8Array | undefined> =>
        digest === null ? undefined : blobs.get(digest);
      const [stdout, stderr] = await Promise.all([read(out), read(err)]);
      if ((out !== null && stdout === undefined) || (err !== null && stderr === undefined)) missing.add(probe);
      return [probe, { record, stdout, stderr: stderr ?? NOTHING }];
    }),
  );
  return { outputs: new Map(outputs), missing };
}

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
    return stdout !== undefined && (this.stdout ?? "").includes("\uFFFD") && !isUtf8(stdout);
  }
  get stderr(): string {
    return (this.#stderr ??= textOf(this.#bytes.stderr));
  }
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
const textOf = (bytes: Uint8Array): string => bufferOf(bytes).toString("utf8");

/** What a pass's row keeps of the machine that answered. */
export interface PassNode {
  readonly node: string;
  readonly cluster: string | null;
  readonly boot_id: string | null;
  readonly system_serial: string | null;
  readonly gpu_serials: readonly string[];
  readonly gpu_uuids: readonly string[];
}

/** The node that a stored pass was judged as. @param place of its validation, where that is known */
export function nodeOfPass(
  { node, cluster, boot_id: bootId, system_serial: system, gpu_serials: gpus, gpu_uuids: uuids }: PassNode,
  place: Pick<NodeIdentity, "vendor" | "sku" | "rack"> | undefined,
): NodeIdentity {
  const { vendor = null, sku = null, rack = null } = place ?? {};
  const serials = {
    ...(system === null ? {} : { system }),
    ...(gpus.length === 0 ? {} : { gpus: [...gpus] }),
    ...(uuids.length === 0 ? {} : { uuids: [...uuids] }),
  };
  return {
    name: node,
    ...Object.fromEntries(Object.entries({ vendor, sku, cluster, rack, bootId }).filter(([, value]) => value !== null)),
    ...(Object.keys(serials).length === 0 ? {} : { serials }),
  };
}
