import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Proposal, ProposalId } from "@slipway/policy";
import { Document, parse, visit } from "yaml";
import { readYaml } from "@slipway/fleet";

/** Far more bytes than a proposal with its whole history has. */
const MOST_BYTES = 8 << 20;
const LOCK_WAIT_MS = 10_000;
/** A writer holds the lock for milliseconds, so a lock this old was left by a crash. */
const STALE_LOCK_MS = 60_000;

const fileOf = (fleetFolder: string, id: string): string => {
  const parsed = ProposalId.safeParse(id);
  if (!parsed.success)
    throw new SlipwayError("input", `proposal ${id}: ${parsed.error.issues[0]?.message ?? "is no id"}`);
  return join(fleetFolder, "proposals", `${parsed.data}.yaml`);
};

/** That no file holds the proposal that was asked for. */
export class NoSuchProposal extends SlipwayError {}

/**
 * Reads `<fleet>/proposals/<id>.yaml`.
 *
 * @throws NoSuchProposal when there is none, SlipwayError of kind `config` naming file, line and field when it is wrong
 */
export function readProposal(fleetFolder: string, id: string): Proposal {
  const file = fileOf(fleetFolder, id);
  if (!existsSync(file))
    throw new NoSuchProposal("input", `there is no proposal ${id}`, {
      hint: `known: ${namesIn(fleetFolder).join(", ") || "none"}`,
    });
  return readFile(file, id);
}

function readFile(file: string, id: string): Proposal {
  if (statSync(file).size > MOST_BYTES)
    throw new SlipwayError("config", `${file}: is larger than ${String(MOST_BYTES >> 20)} MB`);
  const { value } = readYaml(file, Proposal);
  if (value.id !== id) throw new SlipwayError("config", `${file}: id: is ${value.id}, and the file is named ${id}`);
  return value;
}

const namesIn = (fleetFolder: string): readonly string[] => {
  const folder = join(fleetFolder, "proposals");
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^[^.].*\.yaml$/.test(name))
        .map((name) => name.slice(0, -5))
        .sort()
    : [];
};

/** Every proposal by its name. @throws SlipwayError of kind `config` for a file that is wrong */
export const listProposals = (fleetFolder: string): readonly Proposal[] =>
  namesIn(fleetFolder).map((id) => readFile(join(fleetFolder, "proposals", `${id}.yaml`), id));

/** Writes a new proposal. @throws SlipwayError of kind `input` when one of its name is there */
export function createProposal(fleetFolder: string, proposal: Proposal): Promise<void> {
  const file = fileOf(fleetFolder, proposal.id);
  mkdirSync(join(fleetFolder, "proposals"), { recursive: true });
  return locked(file, () => {
    if (existsSync(file))
      throw new SlipwayError("input", `there is a proposal ${proposal.id} already`, {
        hint: "change it by: slipway propose amend",
      });
    write(file, proposal);
  });
}

/**
 * Changes a proposal: reads it, and writes what `change` makes of it, with no other writer in between.
 *
 * @returns the proposal as it now is
 */
export function changeProposal(
  fleetFolder: string,
  id: string,
  change: (proposal: Proposal) => Proposal,
): Promise<Proposal> {
  const file = fileOf(fleetFolder, id);
  const before = readProposal(fleetFolder, id);
  return locked(file, () => {
    const current = existsSync(file) ? readFile(file, id) : before;
    const next = change(current);
    if (next === current) return current;
    if (!isDeepStrictEqual(next.history.slice(0, current.history.length), current.history))
      throw new Error(`the history of ${id} only grows`);
    write(file, next);
    return next;
  });
}

function write(file: string, proposal: Proposal): void {
  const text = yamlOf(proposal);
  const checked = Proposal.safeParse(proposal);
  if (!checked.success)
    throw new SlipwayError(
      "input",
      `${file}: ${checked.error.issues[0]?.path.map(String).join(".") ?? ""}: ${checked.error.issues[0]?.message ?? "is not valid"}`,
    );
  // Read back, to be sure that any text in it was written so that it is read the same.
  if (
    !isDeepStrictEqual(JSON.stringify(Proposal.parse(parse(text, { maxAliasCount: 0 }))), JSON.stringify(checked.data))
  )
    throw new Error(`${file}: would read back as something else`);
  replaceFile(file, text);
}

function yamlOf(proposal: Proposal): string {
  const document = new Document(proposal, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== "string") return;
      // In a block scalar YAML would read these as line breaks.
      if (/[\r\u0085\u2028\u2029]/.test(node.value)) node.type = "QUOTE_DOUBLE";
      else if (node.value.includes("\n")) node.type = "BLOCK_LITERAL";
    },
  });
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}

/** Puts a file in place whole or not at all. */
export function replaceFile(file: string, text: string): void {
  const part = `${file}.${String(process.pid)}.part`;
  try {
    writeFileSync(part, text, { flush: true });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw new SlipwayError(
      "config",
      `${file}: cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}

async function locked<T>(file: string, work: () => T): Promise<T> {
  const lock = `${file}.lock`;
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST")
        throw new SlipwayError("config", `${lock}: cannot be written (${code ?? "unknown error"})`);
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > STALE_LOCK_MS) rmSync(lock, { force: true });
      else if (Date.now() > deadline)
        throw new SlipwayError("config", `${lock}: another process is changing this proposal`);
      else await sleep(25);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}
