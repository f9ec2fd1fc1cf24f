import type { Expectations } from "@slipway/domain";
import type { Checks } from "../judge.ts";
import type { Identities } from "./identities.ts";
import type { Substitutes } from "./substitutes.ts";
import { isToolWord } from "./tool-words.ts";
import { isNumber, tokenOf, tokenPattern } from "./tokens.ts";

/** Words of which it is settled, for every file and whatever the place, what becomes of them; in lower case. */
export interface KnownWords {
  /** What is expected of the node, and what the checks' own commands say: they stay, unless a name is inside. */
  readonly kept: ReadonlySet<string>;
  /** Expected, and somebody's name: they are replaced even where a product or version stands. */
  readonly named: ReadonlySet<string>;
}

/** Keys whose values say who or where, in a section of whatever check. */
const NAMING = new RegExp(
  `(?:${[
    "(?:host|node|server|user|domain|rack|cluster|owner|login)_?names?",
    "hosts?|servers?|nodes?|members?|peers?|fqdns?|domains?|racks?|clusters?",
    "users?|owners?|logins?|accounts?",
    "serials?|serial_?(?:no|num|number)s?|asset_?tags?",
    "address(?:es)?|urls?",
  ].join("|")})$`,
  "i",
);
/** A host with its domain, or somebody at one. */
const QUALIFIED = /^(?:[\p{L}\p{N}._-]+@)?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.[a-z]{2,24}$/iu;

/**
 * Words that expectations share with outputs, so that they are equal in the copy too, and those of the commands and
 * programs that the checks' probes run.
 */
export function knownWords(
  { expect, checks, identities }: { expect: Expectations; checks: Checks; identities: Identities },
  substitutes: Substitutes,
): KnownWords {
  const expected = new ExpectedWords(substitutes);
  for (const [section, value] of Object.entries(expect)) if (section !== "checks") expected.add(value, section);
  const partsOfNames = new Set([...identities.names.keys()].flatMap((name) => wordsOf(name, ANY_WORD)));
  const isNamed = (word: string): boolean => expected.named.has(word) || partsOfNames.has(word);
  // What a command took from the expectations is no word of the tool.
  const ofCommands = commandWords(checks, expect);
  return {
    kept: new Set([...expected.others, ...ofCommands].filter((word) => !isNamed(word))),
    named: new Set(
      [...expected.named, ...expected.others].filter((word) => isNamed(word) && !isToolWord(word) && !isNumber(word)),
    ),
  };
}

/** The words of expectations as the scrubber meets them: what a name leaves of a longer word is a word too. */
class ExpectedWords {
  readonly named = new Set<string>();
  readonly others = new Set<string>();
  readonly #substitutes: Substitutes;
  readonly #pattern: RegExp;

  constructor(substitutes: Substitutes) {
    this.#substitutes = substitutes;
    this.#pattern = tokenPattern(substitutes.patterns);
  }

  add(value: unknown, key: string): void {
    if (typeof value === "string") {
      const names = NAMING.test(key) || QUALIFIED.test(value) || this.#substitutes.holds(value);
      for (const word of wordsOf(value, this.#pattern)) (names ? this.named : this.others).add(word);
    } else if (Array.isArray(value)) {
      for (const one of value as unknown[]) this.add(one, key);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        this.add(name, key);
        this.add(inner, NAMING.test(key) ? key : name);
      }
    }
  }
}

const ANY_WORD = tokenPattern([]);
/** Programs are long, and the same for every bundle. */
const wordsOfPrograms = new Map<string, readonly string[]>();

function commandWords(checks: Checks, expect: Expectations): string[] {
  const probes = new Set([...checks.values()].flatMap((check) => check.probes.map(({ probe }) => probe)));
  return [...probes]
    .flatMap((probe) => probe.commands(expect))
    .flatMap(({ argv, program = "" }) => [
      ...argv.flatMap((text) => wordsOf(text, ANY_WORD)),
      ...wordsOfProgram(program),
    ]);
}

function wordsOfProgram(program: string): readonly string[] {
  const words = wordsOfPrograms.get(program) ?? wordsOf(program, ANY_WORD);
  wordsOfPrograms.set(program, words);
  return words;
}

function wordsOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)]
    .map(tokenOf)
    .filter((token) => token?.kind === "word")
    .map((token) => token?.text.toLowerCase() ?? "");
}
