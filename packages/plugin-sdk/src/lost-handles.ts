import type { EvidencePointer } from "@slipway/domain";
import type { Evidence, Printed } from "./evidence.ts";
import { PCI_ADDRESS, pciSlot } from "./pci-address.ts";
import { excerpt } from "./text.ts";

/** A GPU that a tool names as gone (rule V4). */
export interface LostHandle {
  /** As the tool prints it. */
  readonly pci: string;
  /** The line that says so. */
  readonly words: string;
  readonly at: EvidencePointer;
}

const SENTENCE = /unable to determine the device handle for GPU/i;
const ADDRESS = new RegExp(PCI_ADDRESS);
/**
 * A program's name, which a tenant chooses, newlines included: what stands in it is nothing that the tool says.
 * A name that was cut reaches to the end.
 */
const PROCESS_NAME = /<process_name>[^<]*(?:<(?!\/process_name>)[^<]*)*/g;

/**
 * The GPUs of which nvidia-smi says on either stream, whatever its exit and whatever else can be read,
 * that it cannot determine their handle (rule V4); each once.
 */
export function lostHandles(evidence: Evidence): LostHandle[] {
  const found = new Map<string | undefined, LostHandle>();
  for (const probe of ["nvidia-smi", "nvlink"]) {
    for (const handle of handlesOf(probe, evidence.printed(probe)))
      if (!found.has(pciSlot(handle.pci))) found.set(pciSlot(handle.pci), handle);
  }
  return [...found.values()];
}

/** By what a probe printed: several checks ask, and the text is long. */
const known = new WeakMap<Printed, readonly LostHandle[]>();

function handlesOf(probe: string, printed: Printed): readonly LostHandle[] {
  const made = known.get(printed);
  if (made !== undefined) return made;
  const { stdout, stderr } = printed;
  const handles = [...handlesIn(stdout, { probe }), ...handlesIn(stderr, { probe, stream: "err" })];
  known.set(printed, handles);
  return handles;
}

function* handlesIn(text: string, at: EvidencePointer): Generator<LostHandle> {
  if (!SENTENCE.test(text)) return;
  const said = text.replace(PROCESS_NAME, (name) => name.replace(/[^\n]+/g, ""));
  for (const [index, line] of said.split("\n").entries()) {
    for (const sentence of line.split(SENTENCE).slice(1)) {
      const pci = ADDRESS.exec(sentence)?.[0];
      if (pci !== undefined) yield { pci, words: excerpt(line.trim()), at: { ...at, line: index + 1 } };
    }
  }
}
