import type { EvidencePointer, Finding, Scope } from "@slipway/domain";
import { Unreadable } from "../errors.ts";
import type { Evidence, Format, ProbeOutput } from "../evidence.ts";
import { atPath, nodeScope } from "../findings.ts";
import { noValue, valueOf } from "../no-value.ts";
import { child, xmlDocument, xmlPointer, type XmlElement } from "./xml.ts";

/** One `<gpu>` element of `nvidia-smi -q -x`. */
export interface SmiGpu {
  /** Position of the element, from 0 (rule G8). */
  readonly index: number;
  readonly element: XmlElement;
  /** Serial number; undefined when the tool prints none (N/A, empty, an error text). */
  readonly serial: string | undefined;
  readonly uuid: string | undefined;
  /** PCI address as the element's id, or `pci_bus_id`, prints it. */
  readonly pci: string | undefined;
  readonly name: string | undefined;
  /** The driver lists the GPU but has lost it (rule V2): an error text where name, serial or UUID belongs. */
  readonly lost: boolean;
}

const IDENTITY = ["product_name", "serial", "uuid"] as const;

/** Reads `nvidia-smi -q -x`: every GPU the driver lists, in order. */
export const nvidiaSmiFormat: Format<readonly SmiGpu[]> = {
  parse(output: ProbeOutput) {
    const root = xmlDocument(output);
    if (root.name !== "nvidia_smi_log")
      throw new Unreadable(`it has no known shape: its root element is ${root.name}`, { line: root.line });
    const elements = root.children.filter((element) => element.name === "gpu");
    if (elements.length === 0 && child(root, "attached_gpus") === undefined)
      throw new Unreadable("it says nothing of GPUs, not even that there are none", { line: root.line });
    return elements.map((element, index) => {
      const identity = IDENTITY.map((name) => child(element, name)?.text);
      const lost = identity.some((text) => text !== undefined && noValue(text) === "unanswered");
      const [name, serial, uuid] = identity.map(valueOf);
      const pci = valueOf(element.attributes["id"]) ?? valueOf(child(element, "pci", "pci_bus_id")?.text);
      return { index, element, serial, uuid, pci, name, lost };
    });
  },
};

/** Scope of a GPU that is listed, with its serial number where the tool prints it. */
export function smiGpuScope(gpu: SmiGpu): Scope {
  return { kind: "gpu", id: String(gpu.index), ...(gpu.serial === undefined ? {} : { serial: gpu.serial }) };
}

/** Pointer to an element of the document. */
export function atElement(output: ProbeOutput, element: XmlElement): EvidencePointer {
  return atPath(output, xmlPointer(element), element.line);
}

/** A GPU the node should have and the driver does not list, or lists as lost (rules V1, V2, F7). */
export interface AbsentGpu {
  /** The GPU, or the node where nothing tells which of its GPUs it is. */
  readonly scope: Scope;
  /** Its serial number by the expectations. */
  readonly serial: string | undefined;
  /** Its element, when it is listed as lost. */
  readonly lost: SmiGpu | undefined;
}

/**
 * The GPUs that are absent, when fewer are listed than `count`. The expected serial numbers, in the
 * order of the indices, tell which; without them a lost GPU is named by its position, and the node
 * stands for what is short.
 */
export function absentGpus(
  evidence: Evidence,
  gpus: readonly SmiGpu[],
  count: number,
  serials: readonly string[] = [],
): AbsentGpu[] {
  const present = gpus.filter((gpu) => !gpu.lost);
  const short = count - present.length;
  if (short <= 0) return [];
  const unlisted = unlistedSerials(present, serials);
  if (unlisted?.length === short) {
    return unlisted.map((index) => {
      const gpu = gpus[index];
      return {
        scope: { kind: "gpu", id: String(index) },
        serial: serials[index],
        lost: gpu?.lost === true ? gpu : undefined,
      };
    });
  }
  const lost = gpus.filter((gpu) => gpu.lost);
  return [
    ...lost.map((gpu) => ({ scope: smiGpuScope(gpu), serial: undefined, lost: gpu })),
    { scope: nodeScope(evidence), serial: undefined, lost: undefined },
  ];
}

/**
 * Rule F7: the inconclusive findings for GPUs that are not there to be judged.
 *
 * @param from the output that lists the GPUs, and `part`: what stays unproven of them, such as `memory`
 */
export function unlistedGpuFindings(
  evidence: Evidence,
  gpus: readonly SmiGpu[],
  expected: { count: number; serials?: readonly string[] | undefined },
  { output, part }: { readonly output: ProbeOutput; readonly part: string },
): (Finding & { code: "gpu-not-listed" })[] {
  const { count, serials } = expected;
  return absentGpus(evidence, gpus, count, serials).map(({ scope, serial, lost }) => ({
    code: "gpu-not-listed",
    verdict: "inconclusive",
    cause: "unknown",
    scope,
    message:
      scope.kind === "gpu"
        ? `GPU ${scope.id} is ${lost === undefined ? "not listed" : "lost"}, so its ${part} is not proven.`
        : `Some GPUs of the node are not listed, so their ${part} is not proven.`,
    expected: serial === undefined ? `${String(count)} GPUs` : `serial ${serial}`,
    observed: lost === undefined ? `${String(gpus.filter((gpu) => !gpu.lost).length)} listed` : "lost",
    evidence: [lost === undefined ? { probe: output.probe } : atElement(output, lost.element)],
  }));
}

/**
 * Positions of the expected serials that no GPU carries. Undefined when a serial that several GPUs
 * share (the two of a GB200 board do) is listed by some of them only: which is gone cannot be told.
 */
function unlistedSerials(present: readonly SmiGpu[], serials: readonly string[]): number[] | undefined {
  const listed = new Map<string, number>();
  for (const { serial } of present) if (serial !== undefined) listed.set(serial, (listed.get(serial) ?? 0) + 1);
  const left = new Map(listed);
  const unlisted: number[] = [];
  for (const [index, serial] of serials.entries()) {
    const carriers = left.get(serial) ?? 0;
    if (carriers > 0) left.set(serial, carriers - 1);
    else if (listed.has(serial)) return undefined;
    else unlisted.push(index);
  }
  return unlisted;
}
