import { isIPv4, isIPv6 } from "node:net";

/** What can be told from its form alone, wherever it stands. */
export type FormKind = "uuid" | "guid" | "mac" | "ipv4" | "ipv6";

export type Token =
  | { readonly kind: FormKind; readonly text: string }
  /** Escapes, time stamps, PCI addresses: the form that readers need, and nobody's name. */
  | { readonly kind: "kept"; readonly text: string }
  | { readonly kind: "word"; readonly text: string };

const HEX = "[0-9a-fA-F]";
const FORMS: readonly (readonly [Token["kind"], string])[] = [
  ["kept", String.raw`\\u${HEX}{4}|\\.|&#?\w+;`],
  [
    "kept",
    String.raw`(?<![\p{L}\p{N}_])\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?(?![\p{L}\p{N}_])`,
  ],
  ["uuid", `(?<!${HEX})${HEX}{8}-(?:${HEX}{4}-){3}${HEX}{12}(?!${HEX})`],
  ["uuid", `(?<![\\p{L}\\p{N}_])${HEX}{32}(?![\\p{L}\\p{N}_])`],
  [
    "guid",
    `(?<![\\p{L}\\p{N}_])0[xX]${HEX}{16}(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?=\\d*[a-fA-F])${HEX}{16}(?![\\p{L}\\p{N}_])`,
  ],
  ["guid", `(?<![\\p{L}\\p{N}_:])(?:${HEX}{4}:){3}${HEX}{4}(?![\\p{L}\\p{N}_:])`],
  [
    "mac",
    `(?<![\\p{L}\\p{N}_:-])(?:${HEX}{2}:){5,19}${HEX}{2}(?![\\p{L}\\p{N}_:])|(?<![\\p{L}\\p{N}_:-])(?:${HEX}{2}-){5,19}${HEX}{2}(?![\\p{L}\\p{N}_-])`,
  ],
  [
    "ipv6",
    `(?<![\\p{L}\\p{N}_:.])${HEX}{0,4}(?::${HEX}{0,4}){2,7}(?::?\\d{1,3}(?:\\.\\d{1,3}){3})?(?![\\p{L}\\p{N}_:])`,
  ],
  ["kept", `(?<!${HEX})${HEX}{4,8}:${HEX}{2}:${HEX}{2}(?:\\.[0-7])?(?!:?${HEX})`],
  ["kept", `(?<![\\p{L}\\p{N}_:])${HEX}{2}:${HEX}{2}\\.[0-7](?![\\p{L}\\p{N}_])`],
  // A word that runs into a PCI address, as in `GPU0000:18:00.0` of nvidia-smi.
  ["word", `[\\p{L}_]+?(?=${HEX}{4,8}:${HEX}{2}:${HEX}{2}\\.[0-7](?!:?${HEX}))`],
  ["ipv4", String.raw`(?<![\p{L}\p{N}_.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}_]|\.\d)`],
  ["word", String.raw`[\p{L}\p{N}\p{M}_]+`],
];
const TOKEN = FORMS.map(([, form]) => `(${form})`).join("|");

/** A pattern of every token, with the given alternatives before them; group 1 is theirs. */
export function tokenPattern(before: readonly string[]): RegExp {
  return new RegExp(`(${before.join("|") || "(?!)"})|${TOKEN}`, "giu");
}

/** The token that a match of {@link tokenPattern} found; undefined for one of the alternatives before them. */
export function tokenOf(match: readonly (string | undefined)[]): Token | undefined {
  const text = match[0] ?? "";
  const at = FORMS.findIndex((_, index) => match[index + 2] !== undefined);
  const kind = FORMS[at]?.[0];
  if (kind === undefined) return undefined;
  if (kind === "ipv4") return { kind: isIPv4(text) && !isNobodys(text) ? "ipv4" : "kept", text };
  if (kind === "ipv6") return { kind: isIPv6(text) && !isNobodys(text) ? "ipv6" : "kept", text };
  if (kind === "uuid" || kind === "guid" || kind === "mac") return { kind: isBlank(text) ? "kept" : kind, text };
  return { kind, text };
}

/** Loopback and unspecified addresses: rules ask for them (I3), and everybody has them. */
function isNobodys(address: string): boolean {
  return /^(?:127\.|0\.0\.0\.0$)/.test(address) || /^[0:]*:[01]?$/.test(address) || /:127\./.test(address);
}

/** All zeros or all ones: stands for "none" where an id belongs. */
function isBlank(id: string): boolean {
  const digits = id
    .toLowerCase()
    .replace(/^0x/, "")
    .replaceAll(/[^0-9a-f]/g, "");
  return /^(?:0+|f+)$/.test(digits);
}

/**
 * Whether a word is a number, with a unit or in hexadecimal as tools print it, or one letter with a digit at most: `26`,
 * `4X`, `80GB`, `e4`, `10de`, `0000000c`, `0x2a`, `r1`. Other mixtures of letters and digits may be parts of names.
 */
export function isNumber(word: string): boolean {
  if (/^(?:\d+[a-z]{0,3}|[a-z]\d?|0x[0-9a-f]{1,15})$/i.test(word)) return true;
  return /^(?:[0-9a-f]{2}|\d[0-9a-f]{3}|\d[0-9a-f]{7})$/i.test(word) && /\d/.test(word);
}
