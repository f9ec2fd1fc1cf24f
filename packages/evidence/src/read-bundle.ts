import { realpathSync, statSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { ReadableManifest, type Expectations } from "@slipway/domain";
import { createEvidence, SlipwayError, vendorId, type KeptEvidence, type ProbeCapture } from "@slipway/plugin-sdk";
import { readContained } from "./contained-file.ts";

/** A probe's output, and bundle.json itself, may be this large; beyond it nothing is read. */
export const MAX_FILE_BYTES = 64 * 2 ** 20;
/** Of stderr only the beginning is of use. */
const MAX_STDERR_BYTES = 2 ** 20;

/** An evidence bundle as it lies on disk. */
export interface Bundle {
  readonly dir: string;
  readonly evidence: KeptEvidence;
  /** Inline expectations, when bundle.json has them. */
  readonly expect: Expectations | undefined;
  /** Which file each inline expectation came from, by JSON pointer. */
  readonly expectSources: Readonly<Record<string, string>> | undefined;
  /**
   * Reads the expectation file that bundle.json names, when it names one and has no inline expectations.
   *
   * @throws SlipwayError of kind `input` for a file that is not there, or not inside the bundle
   */
  readonly expectFile: (() => { readonly name: string; readonly text: string }) | undefined;
}

/** Output files are opened when a check first asks for them. */
class FolderCapture implements ProbeCapture {
  readonly record: unknown;
  readonly #folder: string;
  readonly #probe: string;
  #out: { stdout?: string; stdoutProblem?: string; stdoutDamaged?: boolean } | undefined;
  #err: string | undefined;

  constructor(folder: string, probe: string, record: unknown) {
    this.record = record;
    this.#folder = folder;
    this.#probe = probe;
  }

  #output(): { stdout?: string; stdoutProblem?: string; stdoutDamaged?: boolean } {
    if (this.#out === undefined) {
      const file = readContained(this.#folder, `${this.#probe}.out`, MAX_FILE_BYTES);
      this.#out =
        file.state === "read"
          ? { stdout: file.text, stdoutDamaged: file.damaged }
          : file.state === "absent"
            ? { stdoutProblem: "it left no output file" }
            : { stdoutProblem: `its output file is not read: ${file.reason}` };
    }
    return this.#out;
  }

  get stdout(): string | undefined {
    return this.#output().stdout;
  }
  get stdoutProblem(): string | undefined {
    return this.#output().stdoutProblem;
  }
  get stdoutDamaged(): boolean {
    return this.#output().stdoutDamaged ?? false;
  }
  get stderr(): string {
    if (this.#err === undefined) {
      const file = readContained(this.#folder, `${this.#probe}.err`, MAX_STDERR_BYTES, true);
      this.#err = file.state === "read" ? file.text : "";
    }
    return this.#err;
  }
}

function refuse(dir: string, file: string, reason: string): never {
  throw new SlipwayError("input", `${join(dir, file)}: ${reason}`);
}

/**
 * Opens an evidence bundle. Only files of the folder itself are read, and only those that
 * bundle.json lists.
 *
 * @throws SlipwayError of kind `input` for a bundle that must be refused (rule G6)
 */
export function readBundle(dir: string): Bundle {
  let folder: string;
  try {
    folder = realpathSync.native(dir);
    if (!statSync(folder).isDirectory())
      throw new SlipwayError("input", `${dir}: is no folder; give the folder that holds bundle.json`);
  } catch (error) {
    if (SlipwayError.is(error)) throw error;
    throw new SlipwayError(
      "input",
      `${dir}: cannot be opened (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
  const file = readContained(folder, "bundle.json", MAX_FILE_BYTES);
  if (file.state === "absent") refuse(dir, "bundle.json", "there is none; is this an evidence bundle?");
  if (file.state === "refused") refuse(dir, "bundle.json", file.reason);
  if (file.damaged) refuse(dir, "bundle.json", "holds bytes that are no UTF-8");

  let document: unknown;
  try {
    document = JSON.parse(file.text);
  } catch (error) {
    refuse(dir, "bundle.json", `is not JSON: ${(error as Error).message}`);
  }
  const parsed = ReadableManifest.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    refuse(dir, "bundle.json", `${issue?.path.join(".") || "document"}: ${issue?.message ?? "invalid"}`);
  }
  const { node, expect, expectSources, expectFile, probes } = parsed.data;
  const captures = new Map(
    Object.entries(probes).map(([probe, record]) => [probe, new FolderCapture(folder, probe, record)]),
  );
  return {
    dir,
    evidence: createEvidence(
      typeof node.vendor === "string" ? { ...node, vendor: vendorId(node.vendor) } : node,
      captures,
    ),
    expect: expect ?? undefined,
    expectSources: expectSources ?? undefined,
    expectFile:
      typeof expectFile === "string" && (expect ?? undefined) === undefined
        ? () => readExpectFile(dir, folder, expectFile)
        : undefined,
  };
}

function readExpectFile(dir: string, folder: string, name: string): { name: string; text: string } {
  if (isAbsolute(name) || normalize(name).startsWith(".."))
    refuse(dir, "bundle.json", `expectFile: ${JSON.stringify(name)} is no relative path inside the bundle`);
  const file = readContained(folder, name, MAX_FILE_BYTES);
  if (file.state === "absent") refuse(dir, name, "the expectation file is not there");
  if (file.state === "refused") refuse(dir, name, file.reason);
  if (file.damaged) refuse(dir, name, "holds bytes that are no UTF-8");
  return { name: join(dir, name), text: file.text };
}
