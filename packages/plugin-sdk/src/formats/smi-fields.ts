import { noValue } from "../no-value.ts";
import { asciiLower, isSpoiled } from "../text.ts";
import { descendants, innermost, type XmlElement } from "./xml.ts";

/** One field of a `<gpu>`. */
export interface SmiField {
  /** Its value; undefined when the field is absent, empty, printed twice with two values, or of bytes that are no UTF-8. */
  readonly text: string | undefined;
  /** What a finding shows of it. */
  readonly shown: string;
  /** The field, or the innermost of its parents that is there. */
  readonly element: XmlElement;
}

/** Reads the field at a place below `<gpu>` that the tool prints once. */
export function smiField(gpu: XmlElement, ...path: readonly string[]): SmiField {
  const [first, ...others] = descendants(gpu, ...path);
  if (first === undefined) return { text: undefined, shown: "absent", element: innermost(gpu, ...path) };
  const texts = others.length === 0 ? [first.text] : [...new Set([first, ...others].map(({ text }) => text))];
  const readable = first.text !== "" && first.children.length === 0 && texts.length === 1 && !isSpoiled(first.text);
  return { text: readable ? first.text : undefined, shown: texts.join(", ") || "absent", element: first };
}

const VOLATILE = ["ecc_errors", "volatile"] as const;

/** Where the tool prints, below `<gpu>`, the memory's readings without which nothing is proven (rule M1). */
export const SMI_MEMORY = {
  remapPending: ["remapped_rows", "remapped_row_pending"],
  remapFailure: ["remapped_rows", "remapped_row_failure"],
  dram: [...VOLATILE, "dram_uncorrectable"],
  /** The one field of older drivers. */
  sram: [...VOLATILE, "sram_uncorrectable"],
  sramParity: [...VOLATILE, "sram_uncorrectable_parity"],
  sramSecded: [...VOLATILE, "sram_uncorrectable_secded"],
} as const;

/** Fields of newer drivers that say `Yes` of memory at fault (rule M1), wherever in `<gpu>` they stand. */
export const SMI_MEMORY_FLAGS = [
  "sram_threshold_exceeded",
  "channel_repair_pending",
  "tpc_repair_pending",
  "unrepairable_memory",
] as const;

/** Where the tool prints the state of a GPU in the NVLink fabric (rule F2). */
export const SMI_FABRIC_STATE = ["fabric", "state"] as const;

const IDENTITY = ["product_name", "serial", "uuid"] as const;
const LOST_WORDS = new Set(["gpu is lost", "unknown error", "err!"]);

function isLostWord(text: string): boolean {
  const word = asciiLower(text.trim());
  return LOST_WORDS.has(word.startsWith("[") && word.endsWith("]") ? word.slice(1, -1) : word);
}

/**
 * What shows that a GPU is listed but lost (rule V2): an error text where its name, serial or UUID
 * belongs, or of the fields that M1 and F2 read at least two that do not answer and none that does.
 * Undefined for a GPU that is there.
 *
 * @param memoryFlags its fields of {@link SMI_MEMORY_FLAGS}
 */
export function whyLost(gpu: XmlElement, memoryFlags: readonly XmlElement[]): string | undefined {
  const identity = IDENTITY.map((name) => ({ name, texts: descendants(gpu, name).map(({ text }) => text) }));
  if (identity.some(({ texts }) => texts.some(isLostWord)))
    return identity.map(({ name, texts: [text = "absent"] }) => `${name} ${text}`).join(", ");
  const read = [
    ...[...Object.values(SMI_MEMORY), SMI_FABRIC_STATE].flatMap((path) => descendants(gpu, ...path)),
    ...memoryFlags,
  ];
  const silent = read.filter(({ text }) => noValue(text) === "unanswered");
  const answers = read.some(
    ({ text, children }) => children.length > 0 || isSpoiled(text) || noValue(text) === undefined,
  );
  if (silent.length < 2 || answers) return undefined;
  const shown = silent.slice(0, 2).map(({ name, text }) => `${name} ${text}`);
  return `${shown.join(", ")}, and no other reading`;
}
