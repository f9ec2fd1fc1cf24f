import { descendants, innermost, type SmiGpu, type XmlElement } from "@slipway/plugin-sdk";

/** What a field of `nvidia-smi -q -x` says of the memory: in order, at fault, or nothing that can be read. */
export type State = "clean" | "faulty" | "unreadable";

/** Reads the text of a field. */
export type ReadState = (text: string) => State;

/** `Yes` or `No`, without regard to case. */
export const yesNo: ReadState = (text) => {
  const word = text.toLowerCase();
  return word === "no" ? "clean" : word === "yes" ? "faulty" : "unreadable";
};

/** A count of errors in decimal digits, nothing else. */
export const errorCount: ReadState = (text) => {
  if (!/^\d+$/.test(text)) return "unreadable";
  return /[1-9]/.test(text) ? "faulty" : "clean";
};

/** One field of one GPU. */
export interface FieldReading {
  readonly state: State;
  /** What the tool prints; undefined when the field is absent. */
  readonly text: string | undefined;
  /** The field, or the innermost of its parents that is there. */
  readonly element: XmlElement;
}

/** Reads the field at `path` below the GPU; of one printed several times, the worst. */
export function readField(gpu: SmiGpu, path: readonly string[], read: ReadState): FieldReading {
  const readings = descendants(gpu.element, ...path).map((element): FieldReading => ({
    state: element.children.length > 0 ? "unreadable" : read(element.text),
    text: element.text,
    element,
  }));
  const worst =
    readings.find(({ state }) => state === "faulty") ??
    readings.find(({ state }) => state === "unreadable") ??
    readings[0];
  return worst ?? { state: "unreadable", text: undefined, element: innermost(gpu.element, ...path) };
}
