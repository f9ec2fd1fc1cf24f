import { Unreadable } from "../errors.ts";
import type { Format, ProbeOutput } from "../evidence.ts";
import { child, xmlDocument, type XmlElement } from "./xml.ts";

/** One `<gpu>` element of `nvidia-smi -q -x`. */
export interface SmiGpu {
  /** Position of the element, from 0 (rule G8). */
  readonly index: number;
  readonly element: XmlElement;
  /** Serial number; undefined when the tool prints none (N/A, empty, an error text). */
  readonly serial: string | undefined;
  readonly uuid: string | undefined;
  readonly name: string | undefined;
  /** The driver lists the GPU but has lost it (rule V2): an error text where name, serial or UUID belongs. */
  readonly lost: boolean;
}

const LOST = /gpu is lost|unknown error|err!/i;

/** Reads `nvidia-smi -q -x`: every GPU the driver lists, in order. */
export const nvidiaSmiFormat: Format<readonly SmiGpu[]> = {
  parse(output: ProbeOutput) {
    const root = xmlDocument(output);
    if (root.name !== "nvidia_smi_log") throw new Unreadable(`it has no known shape: its root element is ${root.name}`, { line: root.line });
    return root.children
      .filter((element) => element.name === "gpu")
      .map((element, index) => {
        const identity = ["product_name", "serial", "uuid"].map((name) => child(element, name)?.text);
        const [name, serial, uuid] = identity.map((text) => (text === undefined || text === "" || text === "N/A" || LOST.test(text) ? undefined : text));
        return { index, element, serial, uuid, name, lost: identity.some((text) => text !== undefined && LOST.test(text)) };
      });
  },
};
