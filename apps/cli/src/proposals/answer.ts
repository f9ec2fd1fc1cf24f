import type { Proposal } from "@slipway/policy";
import { EXIT } from "../exit.ts";
import { printable } from "../report/printable.ts";

export interface Json {
  readonly json?: boolean;
}

/** Prints the document with --json, else the text. */
export const print = (json: boolean | undefined, document: object, text: string): void =>
  void process.stdout.write(json === true ? `${JSON.stringify(document)}\n` : `${printable(text)}\n`);

/** Says what is still missing; the exit code of what cannot be decided yet. */
export function refuse(proposal: Proposal, missing: readonly string[], json: boolean | undefined): void {
  if (json === true) process.stdout.write(`${JSON.stringify({ ...proposal, missing })}\n`);
  process.stderr.write(
    `slipway: ${proposal.id} is ${proposal.state}:\n${missing.map((line) => `  ${printable(line)}\n`).join("")}`,
  );
  process.exitCode = EXIT.inconclusive;
}
