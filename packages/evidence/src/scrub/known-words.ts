import type { Expectations } from "@slipway/domain";
import type { Checks } from "../judge.ts";
import type { Identities } from "./identities.ts";
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
const NAMING =
  /(?:(?:host|node|server|user|domain|rack|cluster|owner|login)_?names?|hosts?|servers?|nodes?|members?|peers?|fqdns?|domains?|users?|owners?|logins?|accounts?|racks?|clusters?|serials?|serial_?(?:no|num|number)s?|asset_?tags?|address(?:es)?|urls?)$/i;
/** A host with its domain, or somebody at one. */
const QUALIFIED = /^(?:[\p{L}\p{N}._-]+@)?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.[a-z]{2,24}$/iu;

/**
 * Words that expectations share with outputs, so that they are equal in the copy too, and those of the commands and
 * programs that the checks' probes run.
 */
export function knownWords(expect: Expectations, checks: Checks, { names }: Identities): KnownWords {
  const expected = { kept: new Set<string>(), named: new Set<string>() };
  for (const [section, value] of Object.entries(expect)) if (section !== "checks") collect(value, section, expected);
  const partsOfNames = new Set([...names.keys()].flatMap(wordsOf));
  const named = [...expected.named, ...[...expected.kept].filter((word) => partsOfNames.has(word))];
  const { kept } = expected;
  // What a command took from the expectations is no word of the tool.
  for (const word of commandWords(checks, expect))
    if (!partsOfNames.has(word) && !expected.named.has(word)) kept.add(word);
  return { kept, named: new Set(named.filter((word) => !isToolWord(word) && !isNumber(word))) };
}

function collect(value: unknown, key: string, into: { kept: Set<string>; named: Set<string> }): void {
  if (typeof value === "string") {
    const words = NAMING.test(key) || QUALIFIED.test(value) ? into.named : into.kept;
    for (const word of wordsOf(value)) words.add(word);
  } else if (Array.isArray(value)) {
    for (const one of value as unknown[]) collect(one, key, into);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      collect(name, key, into);
      collect(inner, NAMING.test(key) ? key : name, into);
    }
  }
}

function commandWords(checks: Checks, expect: Expectations): string[] {
  const probes = new Set([...checks.values()].flatMap((check) => check.probes.map(({ probe }) => probe)));
  return [...probes]
    .flatMap((probe) => probe.commands(expect))
    .flatMap(({ argv, program = "" }) => [...argv, program].flatMap(wordsOf));
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(tokenPattern([]))]
    .map(tokenOf)
    .filter((token) => token?.kind === "word")
    .map((token) => token?.text.toLowerCase() ?? "");
}
