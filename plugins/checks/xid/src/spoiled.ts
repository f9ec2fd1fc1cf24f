import { NOTICE_WORDS } from "./notices.ts";

/** Words that count, some of whose letters are damaged (rule G3). */
interface SpoiledWords {
  readonly kind: "xid" | "sxid" | "nvrm";
  readonly index: number;
}

/** Any letter of the words may be damaged, and a blank be several. */
function spoilable(words: string): string {
  return words.replaceAll(/./g, (letter) => {
    if (letter === " ") return "[\\s\uFFFD]{1,4}";
    return /\w/.test(letter) ? `[${letter}\uFFFD]` : `[\\${letter}\uFFFD]`;
  });
}

const XID = new RegExp(spoilable("NVRM: Xid ("), "gi");
const SXID = new RegExp(spoilable(": SXid ("), "gi");
const NVRM = new RegExp(spoilable("NVRM:"), "i");
const NOTICE = new RegExp(NOTICE_WORDS.map(spoilable).join("|"), "i");

/** With more letters damaged, words are no longer told from others. */
const MOST_DAMAGED = 4;

function isDamagedForm(words: string): boolean {
  const damaged = words.split("\uFFFD").length - 1;
  return damaged > 0 && damaged <= MOST_DAMAGED;
}

/** Where a text that counts may stand behind damaged letters. */
export function spoiledWords(text: string): SpoiledWords[] {
  const places = (["xid", "sxid"] as const).flatMap((kind) =>
    [...text.matchAll(kind === "xid" ? XID : SXID)]
      .filter(([words]) => isDamagedForm(words))
      .map(({ index }): SpoiledWords => ({ kind, index })),
  );
  const nvrm = NVRM.exec(text);
  if (nvrm === null) return places;
  const notice = NOTICE.exec(text.slice(nvrm.index));
  if (notice === null || !isDamagedForm(nvrm[0] + notice[0])) return places;
  return [...places, { kind: "nvrm", index: nvrm.index }];
}
