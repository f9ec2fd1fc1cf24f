import {
  asciiLower,
  descendants,
  innermost,
  noValue,
  type SMI_MEMORY_FLAGS,
  type SmiGpu,
  type XmlElement,
} from "@slipway/plugin-sdk";

type MemoryFlag = (typeof SMI_MEMORY_FLAGS)[number];

/** What a field of `nvidia-smi -q -x` says of the memory: in order, at fault, or nothing that can be read. */
export type State = "clean" | "faulty" | "unreadable";

/** Reads the text of a field. */
export type ReadState = (text: string) => State;

/** `Yes` or `No`, without regard to case. */
export const yesNo: ReadState = (text) => {
  const word = asciiLower(text);
  return word === "no" ? "clean" : word === "yes" ? "faulty" : "unreadable";
};

/** A count of errors in decimal digits, nothing else. */
export const errorCount: ReadState = (text) => {
  if (!/^\d+$/.test(text)) return "unreadable";
  return /[1-9]/.test(text) ? "faulty" : "clean";
};

/** `Yes` or `No` of a field that not every driver and GPU has: nothing to read says nothing (rule M1). */
export const flag: ReadState = (text) => (noValue(text) === "nothing" ? "clean" : yesNo(text));

/** One field of one GPU. */
export interface FieldReading {
  readonly state: State;
  /** What the tool prints; undefined when the field is absent. */
  readonly text: string | undefined;
  /** The field, or the innermost of its parents that is there. */
  readonly element: XmlElement;
}

/** Reads the field at `path` below the GPU, which has to be there; of one printed several times, the worst. */
export function readField({ element: gpu }: SmiGpu, path: readonly string[], read: ReadState): FieldReading {
  return (
    worstOf(descendants(gpu, ...path), read) ?? {
      state: "unreadable",
      text: undefined,
      element: innermost(gpu, ...path),
    }
  );
}

/** Reads a flag of the memory by its name, wherever below the GPU it stands; one that is absent says nothing. */
export function readFlag({ element: gpu, memoryFlags }: SmiGpu, name: MemoryFlag, read: ReadState): FieldReading {
  const fields = memoryFlags.filter((field) => field.name === name);
  return worstOf(fields, read) ?? { state: "clean", text: undefined, element: gpu };
}

function worstOf(elements: readonly XmlElement[], read: ReadState): FieldReading | undefined {
  const readings = elements.map((element): FieldReading => ({
    state: element.children.length > 0 ? "unreadable" : read(element.text),
    text: element.text,
    element,
  }));
  return (
    readings.find(({ state }) => state === "faulty") ??
    readings.find(({ state }) => state === "unreadable") ??
    readings[0]
  );
}
