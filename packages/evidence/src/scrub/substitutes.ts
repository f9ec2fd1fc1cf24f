import type { Identities, NameKind } from "./identities.ts";
import { isInToolWord, isToolWord } from "./tool-words.ts";
import type { FormKind } from "./tokens.ts";

type Kind = NameKind | FormKind;

const digits = (n: number, width: number): string => String(n).padStart(width, "0");
const hex = (n: number, width: number): string => n.toString(16).padStart(width, "0");

/**
 * The n-th invented value of each kind, all of one width: they stand in the order of their numbers as text too.
 * Addresses are of the range for benchmarks (RFC 2544) and of the one for documentation (RFC 3849), MAC addresses are locally administered.
 */
const INVENTED: Readonly<Record<Kind, (n: number, original: string) => string>> = {
  host: (n) => `host-${digits(n, 4)}`,
  domain: (n) => `net-${digits(n, 3)}.example`,
  rack: (n) => `rack-${digits(n, 3)}`,
  cluster: (n) => `cluster-${digits(n, 3)}`,
  serial: (n) => `19000${digits(n, 8)}`,
  user: (n) => `user-${digits(n, 3)}`,
  uuid: (n, original) => (original.includes("-") ? `00000000-0000-4000-8000-${digits(n, 12)}` : digits(n, 32)),
  guid: (n, original) => {
    const id = `02000000${hex(n, 8)}`;
    return original.includes(":") ? (id.match(/.{4}/g) ?? []).join(":") : `${/^0x/i.test(original) ? "0x" : ""}${id}`;
  },
  mac: (n, original) => {
    const separator = original.includes(":") ? ":" : "-";
    const groups = original.split(separator).length;
    return ["02", ...(hex(n, 2 * (groups - 1)).match(/../g) ?? [])].join(separator);
  },
  ipv4: (n) =>
    `198.${String(18 + Math.floor(n / 22_500))}.${String(100 + (Math.floor(n / 150) % 150))}.${String(100 + (n % 150))}`,
  ipv6: (n) => `2001:db8::${hex(n, 4)}`,
};

interface Substitute {
  readonly kind: Kind;
  readonly original: string;
  readonly invented: string;
  /** It can be told from a word of a tool inside of other text; a short or common one is replaced as a whole word only. */
  readonly distinct: boolean;
}

/** What stands in a scrubbed bundle for each name, number and address: equal for equal, in the same order. */
export class Substitutes {
  readonly #known = new Map<string, Substitute>();
  /** Casings of one name that were met, by its lower-case text: each keeps a casing of its own. */
  readonly #casings = new Map<string, string[]>();
  readonly #words = new Map<string, string>();
  readonly #holding = new Map<string, boolean>();
  /** Words that no invented one may be. */
  readonly #taken: ReadonlySet<string>;
  #nextWord = 0;

  /** @param corpus everything that is scrubbed: nothing invented may occur in it */
  constructor({ names, forms }: Identities, corpus: string) {
    const lower = corpus.toLowerCase();
    this.#taken = new Set(lower.match(/[\p{L}\p{N}\p{M}_]+/gu));
    const all: readonly (readonly [string, { readonly kind: Kind; readonly text: string }])[] = [...forms, ...names];
    for (const [kind, group] of Map.groupBy(all, ([, { kind }]) => kind)) {
      let n = 0;
      for (const [key, { text }] of group.sort((a, b) => inOrder(kind, a[0], b[0]))) {
        let invented: string;
        do invented = INVENTED[kind](++n, text);
        while (lower.includes(invented));
        this.#known.set(key, { kind, original: text, invented, distinct: isDistinct(text) });
      }
    }
  }

  /** Patterns of the names, longest first: a name inside of another never takes part of it. */
  get patterns(): string[] {
    return [...this.#known.values()]
      .filter(({ kind }) => kind in NAMES)
      .sort((a, b) => b.original.length - a.original.length)
      .map(patternOf);
  }

  /** What stands for a name or a form; undefined for a text that is neither. */
  of(text: string): string | undefined {
    const known = this.#known.get(text.toLowerCase());
    if (known === undefined) return undefined;
    if (text !== known.original && !known.distinct) return undefined;
    return this.#cased(text, known.original, known.invented);
  }

  /** What stands for a word that no tool prints of itself. */
  ofWord(text: string): string {
    const key = text.toLowerCase();
    const invented = this.#words.get(key) ?? this.#freeWord(/^[\0-\x7f]*$/.test(key) ? "x" : "é");
    this.#words.set(key, invented);
    return this.#cased(text, key, invented);
  }

  /** @param first its first letter: a word beyond ASCII stays one */
  #freeWord(first: string): string {
    for (;;) {
      const n = this.#nextWord++;
      const letters = [26 ** 3, 26 ** 2, 26, 1].map((unit) => String.fromCharCode(97 + (Math.floor(n / unit) % 26)));
      const word = `${first}${letters.join("")}`;
      if (n < 26 ** 4 && (isToolWord(word) || this.#taken.has(word))) continue;
      return n < 26 ** 4 ? word : `${word}${String(n)}`;
    }
  }

  /** Whether a word holds a name in any place. */
  holds(word: string): boolean {
    let held = this.#holding.get(word);
    if (held === undefined) {
      const lower = word.toLowerCase();
      held = [...this.#known].some(([key, { distinct }]) => distinct && lower.includes(key));
      this.#holding.set(word, held);
    }
    return held;
  }

  /** Names and forms of the original that a text still holds; a name that tools print too is no one's where they do. */
  left(text: string): string[] {
    const lower = text.toLowerCase();
    return [...this.#known]
      .filter(([key, one]) => {
        if (!(one.kind in NAMES) || one.distinct) return lower.includes(key);
        return !isToolWord(key) && new RegExp(patternOf(one), "u").test(text);
      })
      .map(([, { kind, original }]) => `${kind} ${original}`);
  }

  /** Names are compared without regard to case in some places and byte for byte in others: another casing stays another. */
  #cased(text: string, original: string, invented: string): string {
    if (text === original) return invented;
    const casings = this.#casings.get(original) ?? [];
    this.#casings.set(original, casings);
    if (!casings.includes(text)) casings.push(text);
    const variant = casings.indexOf(text) + 1;
    let letter = 0;
    return invented.replaceAll(/[a-z]/g, (one) => ((variant >> letter++) & 1 ? one.toUpperCase() : one));
  }
}

const NAMES: Readonly<Record<NameKind, true>> = {
  host: true,
  domain: true,
  rack: true,
  cluster: true,
  serial: true,
  user: true,
};

function isDistinct(name: string): boolean {
  return name.length >= 4 && !/^\d{1,5}$/.test(name) && !isInToolWord(name);
}

function patternOf({ original, distinct }: Substitute): string {
  const literal = original.replaceAll(
    /[^\p{L}\p{N}\p{M}_]/gu,
    (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return distinct ? literal : `(?<![\\p{L}\\p{N}\\p{M}_])${literal}(?![\\p{L}\\p{N}\\p{M}_])`;
}

/** Addresses by number, everything else as text. */
function inOrder(kind: Kind, a: string, b: string): number {
  if (kind === "ipv4") return addressNumber(a) - addressNumber(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
