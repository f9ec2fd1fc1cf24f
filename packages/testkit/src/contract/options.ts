import type { Example } from "./example.ts";

/** By passing example, then by probe: patterns of a line, of a JSON pointer (`/nodes/0/changed`), or of an XML pointer with
 * an index at each step (`/nvidia_smi_log/0/gpu/2/bios/0`). A pattern that matches no place of its example is red. */
export type Places = Readonly<Record<string, Readonly<Record<string, readonly RegExp[]>>>>;

/** Puts the items of a list into another order. */
export type Permute = <T>(items: readonly T[]) => T[];

/** What the contract cannot know of a check. */
export interface ContractOptions {
  /** Pieces whose removal rightly changes nothing in that example. Everything else must not pass when it is taken out. */
  readonly spare?: Places;
  /** Pieces that may rightly be said a second time with another value in that example. */
  readonly repeats?: Places;
  /**
   * By probe, reorders the rows that carry their own id (see {@link shuffles}). Needed for each probe of which a passing
   * example prints several rows. An example in which the order is the id is given back as it is.
   */
  readonly shuffle?: Readonly<Record<string, (text: string, permute: Permute, example: Example) => string>>;
}
