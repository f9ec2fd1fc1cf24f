import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NodeJudgement, type Expectations, type NodeIdentity, type Verdict } from "@slipway/domain";
import { capturesOf, evidenceOfPass, readBundle, type Bundle } from "@slipway/evidence";
import { createEvidence, type Evidence, type Format, type ProbeOutput } from "@slipway/plugin-sdk";
import type { FolderUnit, StoredUnit } from "./unit.ts";

/** A unit's evidence, ready to be judged. */
export interface ReadUnit {
  readonly node: NodeIdentity;
  readonly machine: string | null;
  readonly evidence: Evidence;
  /** The expectations that came with it; undefined when nothing but the fleet's files says what is expected. */
  readonly own: Expectations | undefined;
  /** Reads the expectations file of a bundle that has no inline expectations. */
  readonly ownFile: Bundle["expectFile"];
  /** What checks said when it was stored, where that is known. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Whether the output that a probe left is gone. */
  lost(probe: string): boolean;
  /** Names the evidence by its content: a stored pass and its exported bundle have the same one. */
  hash(): string;
}

/** @throws SlipwayError of kind `input` for a bundle that must be refused */
export function readFolderUnit({ dir }: FolderUnit): ReadUnit {
  const bundle = readBundle(dir);
  const { evidence } = bundle;
  return {
    node: evidence.node,
    machine: evidence.node.serials?.system ?? null,
    evidence,
    own: bundle.expect,
    ownFile: bundle.expectFile,
    verdicts: storedVerdicts(dir),
    lost: (probe) =>
      endedByItself(evidence, probe) && lstatSync(join(dir, `${probe}.out`), { throwIfNoEntry: false }) === undefined,
    hash: () =>
      hashOf(
        evidence.probes.map((probe) => [probe, digestOfFile(dir, `${probe}.out`), digestOfFile(dir, `${probe}.err`)]),
      ),
  };
}

/**
 * Reads a stored pass; every blob is expanded and compared with its digest.
 *
 * @returns undefined when the expectations that it was judged by are gone
 * @throws StoreError `unavailable` for damaged bytes
 */
export async function readStoredUnit(
  unit: StoredUnit,
  get: (digest: string) => Promise<Uint8Array | undefined>,
): Promise<ReadUnit | undefined> {
  const { node, outputs, expectations, lost } = await evidenceOfPass(unit, get);
  if (expectations === undefined) return undefined;
  return {
    node,
    machine: unit.machine,
    evidence: createEvidence(node, capturesOf(outputs)),
    own: expectations,
    ownFile: undefined,
    verdicts: unit.verdicts,
    lost: (probe) => lost.has(probe),
    hash: () => hashOf(Object.entries(unit.evidence).map(([probe, { out, err }]) => [probe, out, err])),
  };
}

/** Anything that a probe that ran to its end has left. */
const anything: Format<ProbeOutput> = { exit: "any", mayBeEmpty: true, parse: (output) => output };

function endedByItself(evidence: Evidence, probe: string): boolean {
  const reading = evidence.read(probe, anything);
  if (reading.usable) return false;
  const { started, record } = reading;
  return (
    started &&
    typeof record?.exitCode === "number" &&
    record.timedOut !== true &&
    record.truncated !== true &&
    typeof record.signal !== "string"
  );
}

function hashOf(parts: readonly (readonly [string, string | null, string | null])[]): string {
  const hash = createHash("sha256");
  for (const part of parts.toSorted(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${JSON.stringify(part)}\n`);
  return hash.digest("hex");
}

function digestOfFile(dir: string, name: string): string | null {
  const path = join(dir, name);
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
    ? createHash("sha256").update(readFileSync(path)).digest("hex")
    : null;
}

/** A bundle may hold what was said of it, as `judgement.json`. */
function storedVerdicts(dir: string): Readonly<Record<string, Verdict>> {
  const path = join(dir, "judgement.json");
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return {};
  try {
    const parsed = NodeJudgement.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? Object.fromEntries(parsed.data.checks.map(({ check, verdict }) => [check, verdict])) : {};
  } catch {
    return {};
  }
}
