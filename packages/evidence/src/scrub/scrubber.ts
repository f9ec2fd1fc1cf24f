import type { KnownWords } from "./known-words.ts";
import type { Substitutes } from "./substitutes.ts";
import { isToolWord } from "./tool-words.ts";
import { isNumber, tokenOf, tokenPattern } from "./tokens.ts";

/** Names of network adapters: expectations and outputs name ports by them, and the kernel made them. */
const DEVICE = /^(?:mlx\d+_\w+|ib\d*|ibp\w+|rocep?\w*|eth\d+|nvme\w+|loop\d+|ttyS\d+|sd[a-z]\d*)$/;
/** Keys whose values say which product or version it is. */
const PRODUCT = /version|part.?number|product_(?:name|brand|architecture)|architecture|vbios|device_id|sub_?system/i;

/** Replaces the names in texts and documents by one map. */
export class Scrubber {
  readonly substitutes: Substitutes;
  readonly #pattern: RegExp;
  /** What became of each word: texts repeat theirs. */
  readonly #words = new Map<string, string>();
  readonly #known: KnownWords;
  readonly #devices: ReadonlySet<string>;

  /** @param devices adapters that expectations and the kernel's files name, whatever they are called */
  constructor(substitutes: Substitutes, known: KnownWords, devices: ReadonlySet<string>) {
    this.substitutes = substitutes;
    this.#known = known;
    this.#devices = devices;
    this.#pattern = tokenPattern(substitutes.patterns);
  }

  /** Free text: what is no name, no number and no word of a tool is replaced too. */
  text(text: string): string {
    return this.#replace(text, (word) => {
      const settled = this.#words.get(word) ?? (this.#isKept(word) ? word : this.substitutes.ofWord(word));
      this.#words.set(word, settled);
      return settled;
    });
  }

  /** A key of a document: part of its shape, unless it has the form of a host's name. */
  key(key: string): string {
    return /^\S*\d\S*$/.test(key) && /[-.]/.test(key) ? this.text(key) : this.names(key);
  }

  /** Text whose words are wanted: tags, versions, models. */
  names(text: string): string {
    return this.#replace(text, (word) =>
      (this.#settled(word) ?? !this.substitutes.holds(word)) ? word : this.substitutes.ofWord(word),
    );
  }

  /** A value of a document, by its key. */
  value(key: string, text: string): string {
    return PRODUCT.test(key) ? this.names(text) : this.text(text);
  }

  /** Every string of a JSON value; keys keep their words. */
  deep(value: unknown, key = ""): unknown {
    if (typeof value === "string") return this.value(key, value);
    if (Array.isArray(value)) return value.map((one: unknown) => this.deep(one, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [this.key(name), this.deep(inner, name)]));
  }

  #replace(text: string, word: (text: string) => string): string {
    return text.replaceAll(this.#pattern, (...match: (string | undefined)[]) => {
      const token = tokenOf(match);
      const [whole = ""] = match;
      if (token?.kind === "kept") return whole;
      if (token?.kind === "word") return word(whole);
      const invented = this.substitutes.of(whole);
      // A form that was split by a name when it was looked for; or a short name in another casing.
      return invented ?? (token === undefined ? word(whole) : this.substitutes.ofWord(whole));
    });
  }

  #isKept(word: string): boolean {
    const settled = this.#settled(word);
    if (settled !== undefined) return settled;
    return (isNumber(word) || DEVICE.test(word)) && !this.substitutes.holds(word);
  }

  /** Whether a word stays, wherever it stands: expectations and outputs go on to share it. Undefined where the place decides. */
  #settled(word: string): boolean | undefined {
    if (this.#devices.has(word) || isToolWord(word)) return true;
    const key = word.toLowerCase();
    if (this.#known.named.has(key)) return false;
    return this.#known.kept.has(key) ? !this.substitutes.holds(word) : undefined;
  }
}
