import {
  asciiLower,
  excerpt,
  isSpoiled,
  lines,
  Unreadable,
  type EvidencePointer,
  type Format,
} from "@slipway/plugin-sdk";
import { parseAddress, type Address } from "./address.ts";
import { trimBlanks } from "./text.ts";

/** A name or address of the nodes file. */
export interface Entry {
  readonly text: string;
  readonly line: number;
}

/** The nodes file: entries in their order, and the whole text; or proof that there is none. */
export type NodesFile =
  | {
      readonly present: true;
      readonly entries: readonly Entry[];
      /** Lines of entries that hold bytes that are no UTF-8: nobody knows whom they name (rule G3). */
      readonly spoiled: readonly number[];
      readonly text: string;
      readonly damaged: boolean;
    }
  | { readonly present: false; readonly evidence: EvidencePointer };

/**
 * `cat` of the nodes file: one name or address a line; blank lines, text from `#` on and a carriage
 * return are no entry (rule I11). A person may have written it, so its last newline may be missing.
 */
export const nodesFileFormat: Format<NodesFile> = {
  exit: "any",
  mayBeEmpty: true,
  parse(output) {
    const { probe, record, stdout, stderr, damaged } = output;
    if (record.exitCode !== 0) {
      const line = stderr.split("\n").findIndex((text) => asciiLower(text).includes("no such file or directory"));
      if (line >= 0 && stdout === "") return { present: false, evidence: { probe, stream: "err", line: line + 1 } };
      throw new Unreadable(`it ended with exit code ${String(record.exitCode)}`);
    }
    const all = lines(output, { lastNewline: "optional" })
      .map(({ text, number }) => ({ text: trimBlanks(text.split("#", 1)[0] ?? ""), line: number }))
      .filter(({ text }) => text !== "");
    return {
      present: true,
      entries: all.filter(({ text }) => !isSpoiled(text)),
      spoiled: all.filter(({ text }) => isSpoiled(text)).map(({ line }) => line),
      text: stdout,
      damaged,
    };
  },
};

/** What the resolver says of one name. */
export type Answer =
  | {
      readonly kind: "addresses";
      readonly addresses: readonly Address[];
      readonly shown: string;
      readonly line: number;
    }
  | { readonly kind: "error"; readonly shown: string; readonly line: number }
  | { readonly kind: "unreadable"; readonly shown: string; readonly line: number };

/** `imex-resolve`: `name<TAB>address address…` (none found: nothing) or `name<TAB>! error`, one line a name of the nodes file. */
export const resolutionFormat: Format<ReadonlyMap<string, Answer>> = {
  mayBeEmpty: true,
  parse(output) {
    const answers = new Map<string, Answer>();
    for (const line of lines(output)) {
      if (trimBlanks(line.text) === "") continue;
      const tab = line.text.indexOf("\t");
      if (tab < 0 && line.damaged) continue;
      if (tab < 0) throw new Unreadable("a line has no tab between a name and its addresses", { line: line.number });
      const name = trimBlanks(line.text.slice(0, tab));
      const answer = parseAnswer(trimBlanks(line.text.slice(tab + 1)), line.number);
      const earlier = answers.get(name);
      answers.set(name, earlier === undefined ? answer : joined(earlier, answer));
    }
    return answers;
  },
};

function parseAnswer(text: string, line: number): Answer {
  const shown = excerpt(text);
  if (isSpoiled(text)) return { kind: "unreadable", shown, line };
  if (text.startsWith("!")) return { kind: "error", shown: excerpt(trimBlanks(text.slice(1))), line };
  const read = text
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(parseAddress);
  const addresses = read.filter((address) => address !== undefined);
  if (addresses.length < read.length) return { kind: "unreadable", shown, line };
  return { kind: "addresses", addresses: distinct(addresses), shown, line };
}

/** A name that is asked for twice has all the addresses of both answers; answers of two kinds contradict each other. */
function joined(a: Answer, b: Answer): Answer {
  if (a.kind === "addresses" && b.kind === "addresses")
    return {
      ...a,
      addresses: distinct([...a.addresses, ...b.addresses]),
      shown: a.shown === b.shown ? a.shown : `${a.shown} ${b.shown}`,
    };
  return a.kind === b.kind ? a : { kind: "unreadable", shown: `${a.shown}; ${b.shown}`, line: b.line };
}

function distinct(addresses: readonly Address[]): Address[] {
  return [...new Map(addresses.map((address) => [address.canonical, address])).values()];
}
