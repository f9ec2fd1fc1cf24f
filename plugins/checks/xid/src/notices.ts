import { PCI_ADDRESS } from "@slipway/plugin-sdk";
import type { Found } from "./found.ts";

/** What an NVRM line without a number reports (rule Y6). */
export type Trouble = "off-the-bus" | "adapter" | "lost" | "gsp";

/** Words of the driver, without regard to case; a blank may be several. */
const TROUBLES: readonly (readonly [words: string, trouble: Trouble])[] = [
  ["fallen off the bus", "off-the-bus"],
  ["RmInitAdapter failed", "adapter"],
  ["rm_init_adapter failed", "adapter"],
  ["probe routine failed", "adapter"],
  ["GPU lost from the bus", "lost"],
  ["Heartbeat timed out", "gsp"],
  ["_kgspLogRpcTimeout", "gsp"],
  ["Timeout waiting for RPC from GSP", "gsp"],
  ["waiting for RPC response from GPU", "gsp"],
];
export const NOTICE_WORDS = TROUBLES.map(([words]) => words);

const PATTERNS = TROUBLES.map(([words, trouble]) => ({
  pattern: new RegExp(words.replaceAll(" ", String.raw`\s{1,8}`), "i"),
  trouble,
}));

/** A trouble that the driver reports without a number. */
export interface Notice {
  readonly trouble: Trouble;
  readonly line: number;
  /** PCI addresses as the notice prints them; none where no line of it does. */
  readonly addresses: readonly string[];
  readonly text: string;
  readonly quoted: boolean;
}

const ADDRESS = new RegExp(`(?<![0-9a-fA-F])${PCI_ADDRESS}(?![0-9a-fA-F])`);
/**
 * `The NVIDIA GPU 0000:df:00.0 (PCI ID: 10de:2330) installed in this system has`: the sentence goes on
 * in a further line, which kmsg writes behind `\x0a` in the same one.
 */
const UNFINISHED = new RegExp(
  String.raw`${PCI_ADDRESS}(?:\s{0,8}\(PCI ID[^)]{0,20}\))?(?:\s{0,8}installed in this system)?(?:\s{0,8}has)?(?:\s|\\x0a){0,8}$`,
  "i",
);
/** What the driver reports of one card before `probe routine failed for 1 device(s)`. */
const FAILED_CARD = /fallen off the bus|failed|invalid|BAR\d/i;

/** How far back a line of the same notice may stand: other drivers and cards print in between. */
const MOST_LINES_BACK = 16;
const MOST_TEXTS_BACK = 8;

/** Collects the notices from texts in the order of the log; one that spans lines is named by the line with its words. */
export function createNotices(): { add(found: Found): Notice | undefined } {
  /** Texts that print an address, the latest last. */
  let recent: { line: number; address: string; text: string; quoted: boolean }[] = [];
  return {
    add({ kind, line, text, quoted }) {
      const address = ADDRESS.exec(text)?.[0];
      const trouble = kind === "probe" ? undefined : PATTERNS.find(({ pattern }) => pattern.test(text))?.trouble;
      const near = recent.filter((one) => one.line >= line - MOST_LINES_BACK && one.quoted === quoted);
      if (address !== undefined) recent = [...recent.slice(1 - MOST_TEXTS_BACK), { line, address, text, quoted }];
      if (trouble === undefined) return undefined;
      if (address !== undefined) return { trouble, line, addresses: [address], text, quoted };
      if (trouble === "off-the-bus") {
        const begun = near.findLast((one) => UNFINISHED.test(one.text));
        recent = recent.filter((one) => one !== begun);
        return { trouble, line, addresses: begun === undefined ? [] : [begun.address], text, quoted };
      }
      const failed =
        trouble === "adapter" ? near.filter((one) => FAILED_CARD.test(one.text) || UNFINISHED.test(one.text)) : [];
      return { trouble, line, addresses: [...new Set(failed.map((one) => one.address))], text, quoted };
    },
  };
}
