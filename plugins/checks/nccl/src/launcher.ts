// What launchers put before lines (rule N6). Every bound below keeps a line of several 100 kB linear to read.

const STREAM = "(?:<std(?:out|err)>:?|:)?";
const ISO = String.raw`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?:\sstd(?:out|err)\s[FP](?!\w))?`;
const CTIME = String.raw`(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?: \d{4}(?![\d-]))?`;

/** Prefixes that are nothing else wherever they stand, also in the middle of a row. */
const SURE = [
  // [0], [1,0]<stdout>:, [prterun-host-4117@1,0]<stdout>:, [pod/name/container], [rank0]:
  String.raw`\[[^\][]{1,160}\]${STREAM}`,
  // 2026-05-28T01:14:02.123Z, 2026-05-28T01:14:02Z stdout F, Fri Nov 20 13:00:00 2026<stdout>:
  String.raw`(?:${ISO}|(?<![A-Za-z])${CTIME})${STREAM}`,
  "<std(?:out|err)>:?",
  // srun --label
  String.raw`(?<!\S)\d{1,6}:(?=[\s#]|$)`,
].join("|");

/** `node7:`, `worker-0 |`: may be words of the text as well; `values:` is a word of the closing line. */
const LABEL = String.raw`(?<!\S)(?!values:)[\w.-]{1,64}(?::(?=[\s#]|$)|\s{1,8}\|)|^\s{0,8}[\w.-]{1,64}:(?!\d\d:)`;

const PREFIX = new RegExp(`${SURE}|${LABEL}`, "g");
/** Every prefix has one of these, and the rows of a table have none: most lines need no look at all prefixes. */
const IN_EVERY_PREFIX = /[[<:|]/;
const SURE_PREFIX = new RegExp(`^(?:${SURE})$`);

/** A text of a line, as one rank may have printed it. */
export interface Piece {
  readonly text: string;
  /** Nothing but a launcher's prefix stands before it, so that it begins where the rank's line begins. */
  readonly begins: boolean;
}

/**
 * A line without the prefixes of launchers: as a whole where that is a known line of the table, else in
 * the pieces between prefixes, since the output of two ranks may have met in it. What a rank printed to
 * stderr is left out.
 *
 * @param isWhole whether a text is a line of the table from its first to its last word
 */
export function withoutPrefixes(line: string, isWhole: (text: string) => boolean): Piece[] {
  const text = line.trim();
  if (!IN_EVERY_PREFIX.test(text)) return [{ text, begins: true }];
  const prefixes = [...text.matchAll(PREFIX)];
  if (prefixes.length === 0 || isWhole(text)) return [{ text, begins: true }];
  if (!text.includes("<stderr>")) {
    const joined = text.replaceAll(PREFIX, " ").trim();
    if (isWhole(joined)) return [{ text: joined, begins: true }];
  }
  const pieces: Piece[] = [];
  let begins = true;
  let from = 0;
  let stream = "";
  for (const prefix of [...prefixes, undefined]) {
    const piece = text.slice(from, prefix?.index ?? text.length).trim();
    if (piece !== "" && !stream.includes("stderr")) pieces.push({ text: piece, begins });
    if (prefix === undefined) break;
    [stream] = prefix;
    begins &&= piece === "" && SURE_PREFIX.test(stream);
    from = prefix.index + stream.length;
  }
  return pieces;
}
