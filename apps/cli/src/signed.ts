import { InvalidArgumentError, Option, type Command } from "commander";

/** What a person says in their own name. */
export function words(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("has to say something");
  return text;
}

export const byOption = (): Option => new Option("--by <who>", "who says so").argParser(words).makeOptionMandatory();
export const reasonOption = (): Option => new Option("--reason <text>", "why").argParser(words).makeOptionMandatory();

/** A command that somebody answers for: who, and why, and never in silence. */
export const signed = (command: Command): Command =>
  command.addOption(byOption()).addOption(reasonOption()).option("--json");
