import type { Report } from "./report.ts";

/** One document a line, printed as soon as it is known. */
export function jsonReport(): Report {
  const print = (document: object): void => void process.stdout.write(`${JSON.stringify(document)}\n`);
  return { node: print, rack: print, end: () => undefined };
}
