import type { EvidencePointer } from "@slipway/domain";
import { Unreadable } from "../errors.ts";
import type { Format, ProbeOutput } from "../evidence.ts";
import { atPath } from "../findings.ts";
import { valueOf } from "../no-value.ts";
import { SMI_MEMORY_FLAGS, smiField, whyLost } from "./smi-fields.ts";
import { child, named, xmlDocument, xmlPointer, type XmlElement } from "./xml.ts";

/** One `<gpu>` element of `nvidia-smi -q -x`. */
export interface SmiGpu {
  /** Position of the element, from 0. */
  readonly index: number;
  readonly element: XmlElement;
  /** Serial number; undefined when the tool prints none (rule G8). */
  readonly serial: string | undefined;
  readonly uuid: string | undefined;
  /** PCI address as the element's id, or `pci_bus_id`, prints it. */
  readonly pci: string | undefined;
  /** Every field of {@link SMI_MEMORY_FLAGS} that it prints. */
  readonly memoryFlags: readonly XmlElement[];
  /** What shows that the driver lists the GPU and has lost it (rule V2); undefined for one that is there. */
  readonly lost: string | undefined;
}

/** Reads `nvidia-smi -q -x`: every GPU the driver lists, in order. */
export const nvidiaSmiFormat: Format<readonly SmiGpu[]> = {
  parse(output: ProbeOutput) {
    const root = xmlDocument(output);
    if (root.name !== "nvidia_smi_log")
      throw new Unreadable(`it has no known shape: its root element is ${root.name}`, {
        line: root.line,
        fault: "unknown-shape",
      });
    const elements = root.children.filter((element) => element.name === "gpu");
    if (elements.length === 0 && child(root, "attached_gpus") === undefined)
      throw new Unreadable("it says nothing of GPUs, not even that there are none", { line: root.line });
    return elements.map((element, index) => {
      const value = (...path: readonly string[]): string | undefined => valueOf(smiField(element, ...path).text);
      const memoryFlags = named(element, SMI_MEMORY_FLAGS);
      return {
        index,
        element,
        serial: value("serial"),
        uuid: value("uuid"),
        pci: valueOf(element.attributes["id"]) ?? value("pci", "pci_bus_id"),
        memoryFlags,
        lost: whyLost(element, memoryFlags),
      };
    });
  },
};

/** Pointer to an element of the document. */
export function atElement(output: ProbeOutput, element: XmlElement): EvidencePointer {
  return atPath(output, xmlPointer(element), element.line);
}
