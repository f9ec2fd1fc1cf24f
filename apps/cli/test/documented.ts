import { documents } from "@slipway/queries";
import { expect } from "vitest";
import type { CliRun } from "./run-cli.ts";

/** Holds what a command printed with `--json` against the schemas of its documents, of which it prints at least one. */
export function expectDocumented(command: string, run: CliRun): void {
  const printed = run.documents();
  expect(printed.length, run.stderr).toBeGreaterThan(0);
  for (const one of printed) {
    const document = documents.get(String(one["schema"]));
    expect(document, `there is no document ${JSON.stringify(one)}`).toBeDefined();
    expect(document?.commands).toContain(command);
    // A schema leaves out what it does not name, so that what stays equal is documented whole.
    expect(document?.schema.parse(one)).toEqual(one);
  }
}
