import type { Check } from "@slipway/plugin-sdk";
import { judgeExample, type Damage, type Example } from "./example.ts";
import type { ContractOptions, Places } from "./options.ts";

/** A check with its examples, as the clauses of the contract see it. */
export interface Subject {
  readonly check: Check;
  readonly examples: readonly Example[];
  readonly options: ContractOptions;
}

/** One sentence of the contract. */
export interface Clause {
  /** The rule of docs/rules.md or the law of the mission that it keeps. */
  readonly rule: string;
  readonly title: string;
  /** Where the check breaks it, in words; none when it keeps it. */
  faults(subject: Subject): Iterable<string>;
}

/** A probe of a passing example without which it no longer passes, with its text. */
export interface Decisive {
  readonly example: Example;
  readonly probe: string;
  readonly text: string;
}

export const passing = ({ examples, check }: Subject): readonly Example[] =>
  examples.filter((example) => example.expected.checks[check.id]?.verdict === "pass");

/** Whether the check passes an example that was damaged; an example that it does not pass whole says nothing of damage. */
export function passes({ check }: Subject, example: Example, damage: Damage): boolean {
  return judgeExample(check, example, damage).verdict === "pass" && judgeExample(check, example).verdict === "pass";
}

/** The probes of the passing examples that their pass rests on. */
export function decisive(subject: Subject): Decisive[] {
  return passing(subject).flatMap((example) =>
    Object.keys(example.records)
      .filter((probe) => judgeExample(subject.check, example, { without: [probe] }).verdict !== "pass")
      .map((probe) => ({ example, probe, text: example.out[probe] ?? "" })),
  );
}

/** Whether a place of an example is named by its patterns. */
export function isNamed(places: Places | undefined, { example, probe }: Decisive, place: string): boolean {
  return places?.[example.name]?.[probe]?.some((pattern) => pattern.test(place)) ?? false;
}

/** A text on one line of a message, cut where it is long. */
export function shown(text: string, most = 80): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
