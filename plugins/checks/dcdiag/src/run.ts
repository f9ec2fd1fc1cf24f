import { nodeScope, type Evidence, type ProbeOutput, type Scope } from "@slipway/plugin-sdk";
import type { Diagnostic, Gpu, Test } from "./diagnostic.ts";
import { ownHost } from "./own-host.ts";

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
  /** The GPUs of this node whose serials the document prints. */
  readonly gpus: readonly Gpu[];
  /** A GPU of this node, with its serial where the document names it. */
  gpuScope(index: number): Scope;
}

/** Takes this node's part out of a diagnostic: all of it, but for a multi-node run (rule D12). */
export function runOf(
  evidence: Evidence,
  diagnostic: Diagnostic,
  output: ProbeOutput,
  expectedSerials: readonly string[],
): Run {
  const multiNode = diagnostic.variant === "DCGM Multi-Node Diagnostic";
  const known = evidence.node.serials?.gpus ?? [];
  const host = multiNode
    ? ownHost(diagnostic, evidence.node.name, known.length > 0 ? known : expectedSerials)
    : undefined;
  const own = (of: { readonly host: number | undefined }): boolean =>
    !multiNode || (host !== undefined && of.host === host);
  const gpus = diagnostic.gpus.filter(own);
  const serials = new Map(gpus.map((gpu) => [gpu.index, gpu.serial]));
  return {
    diagnostic,
    output,
    node: nodeScope(evidence),
    multiNode,
    host,
    tests: diagnostic.tests.map((test) => ({ ...test, rows: test.rows.filter(own) })),
    gpus,
    gpuScope: (index) => {
      const serial = serials.get(index);
      return { kind: "gpu", id: String(index), ...(serial === undefined ? {} : { serial }) };
    },
  };
}
