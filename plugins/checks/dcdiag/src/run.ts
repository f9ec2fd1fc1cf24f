import {
  gpuMarks,
  gpuName,
  nodeScope,
  readGpuCards,
  valueOf,
  type Evidence,
  type ProbeOutput,
  type Scope,
} from "@slipway/plugin-sdk";
import type { Diagnostic, Gpu, Test } from "./diagnostic.ts";
import { ownHost } from "./own-host.ts";

/** A part of the node as findings scope it and as messages name it. */
export interface NamedPart {
  readonly scope: Scope;
  readonly name: string;
}

/** What a diagnostic says of one node. */
export interface Run {
  readonly diagnostic: Diagnostic;
  readonly output: ProbeOutput;
  readonly node: Scope;
  readonly multiNode: boolean;
  /** `host_id` of this node in a multi-node run; undefined when it is not listed. */
  readonly host: number | undefined;
  /** The tests with the rows of this node alone. */
  readonly tests: readonly Test[];
  /** The GPUs of this node that the document lists with a serial or a word in its place. */
  readonly gpus: readonly Gpu[];
  /** A GPU of this node by DCGM's id, with what the bundle prints of its card (rule G8). */
  gpu(index: number): NamedPart;
}

/** Takes this node's part out of a diagnostic: all of it, but for a multi-node run (rule D12). */
export function runOf(
  evidence: Evidence,
  diagnostic: Diagnostic,
  output: ProbeOutput,
  expectedSerials: readonly string[],
): Run {
  const multiNode = diagnostic.variant === "DCGM Multi-Node Diagnostic";
  const known = values(evidence.node.serials?.gpus ?? []);
  const host = multiNode
    ? ownHost(diagnostic, evidence.node.name, known.length > 0 ? known : values(expectedSerials))
    : undefined;
  const own = (of: { readonly host: number | undefined }): boolean =>
    !multiNode || (host !== undefined && of.host === host);
  const gpus = diagnostic.gpus.filter(own);
  return {
    diagnostic,
    output,
    node: nodeScope(evidence),
    multiNode,
    host,
    tests: diagnostic.tests.map((test) => ({ ...test, rows: test.rows.filter(own) })),
    gpus,
    gpu: gpuNaming(evidence, gpus),
  };
}

/** The serials of a list without the words that stand for none (rule G8). */
function values(serials: readonly string[]): string[] {
  return serials.map(valueOf).filter((serial) => serial !== undefined);
}

/** DCGM's ids are no positions in nvidia-smi's XML: a serial that neither document repeats joins the two (rule G8). */
function gpuNaming(evidence: Evidence, gpus: readonly Gpu[]): (index: number) => NamedPart {
  const serials = new Map(
    gpus.flatMap(({ index, serial }): [number, string][] => (serial === undefined ? [] : [[index, serial]])),
  );
  const carriers = Map.groupBy(serials.values(), (serial) => serial);
  return (index) => {
    const id = String(index);
    const serial = serials.get(index);
    const unique = serial !== undefined && carriers.get(serial)?.length === 1;
    const card = unique ? readGpuCards(evidence).find({ serial }) : undefined;
    const { uuid, pci } = card ?? {};
    return { scope: { kind: "gpu", id, ...gpuMarks({ serial, uuid, pci }) }, name: gpuName({ id, pci }) };
  };
}
