/** One of the kernel's texts that count, found in an entry of the log (rules Y4-Y6). */
export interface Found {
  /** `probe` is the kernel's own line about a driver that did not take a card, which names the card of a notice. */
  readonly kind: "xid" | "sxid" | "nvrm" | "probe" | "banner";
  readonly line: number;
  /** From the words by which it was found, up to the next text that counts. */
  readonly text: string;
  /** What follows those words. */
  readonly body: string;
  /** A program's line, or a text in quotation marks: no event, whatever it says (rule Y5). */
  readonly quoted: boolean;
  /** The words are damaged, or stand where they may belong to another sentence: the text cannot be read. */
  readonly doubtful: boolean;
}
