import { atPath, nodeScope, unusableFinding, type DcdiagExpectations, type Evidence, type Expected, type FindingOf, type GpuExpectations, type NodeIdentity, type ProbeOutput, type Scope } from "@slipway/plugin-sdk";
import type { Code } from "./codes.ts";
import { fails, type Diagnostic, type Gpu, type Row, type Test } from "./diagnostic.ts";
import { judgeRun } from "./judge-run.ts";
import { ownHost } from "./own-host.ts";
import { diagnosticFormat } from "./parse.ts";
import { causeOf, describeError } from "./severity.ts";

export type Found = FindingOf<Code>;
type Expectations = Expected<{ gpus: typeof GpuExpectations; dcdiag: typeof DcdiagExpectations }>;

/** What a diagnostic says of one node, and how to point at it. */
export interface Run {
  readonly diagnostic: Diagnostic;
  readonly output: ProbeOutput;
  readonly node: Scope;
  /** This node in a multi-node run; undefined there when it is not listed, and for any other run. */
  readonly host: number | undefined;
  /** The tests with the rows of this node alone. */
  readonly tests: readonly Test[];
  /** The GPUs of this node that the document prints serials of. */
  readonly gpus: readonly Gpu[];
}

/** Rules D1-D12. */
export function judge(evidence: Evidence, { gpus, dcdiag }: Expectations): Found[] {
  const reading = evidence.read("dcgm-diag", diagnosticFormat);
  if (!reading.usable) return [unusableFinding(reading, nodeScope(evidence))];
  const run = runOf(reading.value, reading.output, evidence.node, nodeScope(evidence), gpus?.serials);
  const required = requiredTests(run, dcdiag?.tests ?? []);
  return [
    ...judgeRun(run, dcdiag?.level),
    ...run.tests.flatMap((test) => test.rows.flatMap((row) => judgeRow(run, test, row, required.has(test.name.toLowerCase())))),
    ...judgeCoverage(run, required, gpus?.count ?? 0),
    ...judgeSerials(run, gpus?.serials ?? []),
  ].sort(byPart);
}

function runOf(diagnostic: Diagnostic, output: ProbeOutput, identity: NodeIdentity, node: Scope, expectedSerials: readonly string[] = []): Run {
  const { tests, gpus } = diagnostic;
  if (diagnostic.variant !== "DCGM Multi-Node Diagnostic") return { diagnostic, output, node, host: undefined, tests, gpus };
  const host = ownHost(diagnostic, identity, identity.serials?.gpus ?? expectedSerials);
  const own = (of: { readonly host: number | undefined }): boolean => host !== undefined && of.host === host;
  return { diagnostic, output, node, host, tests: tests.map((test) => ({ ...test, rows: test.rows.filter(own) })), gpus: gpus.filter(own) };
}

/**
 * The tests that every GPU has to pass, by their name in lower case (rule D5): those asked for, or
 * else every test of the document but those whose rows are all of entities that are no GPUs.
 */
function requiredTests(run: Run, asked: readonly string[]): ReadonlyMap<string, string> {
  const ofGpus = (test: Test): boolean => test.rows.length === 0 || test.rows.some((row) => row.part.kind !== "entity");
  const names = asked.length > 0 ? asked : run.tests.filter(ofGpus).map((test) => test.name);
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

function judgeRow(run: Run, test: Test, row: Row, required: boolean): Found[] {
  const parts = row.part.kind === "gpus" ? row.part.indices.map((index) => gpuScope(run, index)) : [run.node];
  const evidence = [atPath(run.output, row.printed === undefined ? row.path : `${row.path}/status`)];
  const observed = row.printed ?? "no status";
  const name = (part: Scope): string => `The test ${test.name} on ${describePart(part, row)}`;
  if (fails(row)) return parts.flatMap((part) => failures(run, row, part, name(part)));
  if (row.status === undefined) {
    return parts.map((scope) => ({ code: "status-unknown", verdict: "inconclusive", cause: "tool", scope, message: `${name(scope)} has no status that is known.`, expected: "Pass", observed, evidence }));
  }
  if (row.status === "pass" || !required || row.part.kind === "entity") return [];
  const reason = row.warnings.map((warning) => ` ${warning.text}`).join("");
  return parts.map((scope) => ({ code: "test-skipped", verdict: "inconclusive", cause: "unknown", scope, message: `${name(scope)} was not run.${reason}`, expected: "Pass", observed, evidence }));
}

/** One finding for each warning of a failing row, or for the row when it has none (rules D1-D4). */
function failures(run: Run, row: Row, scope: Scope, name: string): Found[] {
  const warned = row.status === "warn";
  const status = row.printed ?? "";
  const common = { code: warned ? "test-warned" : "test-failed", verdict: "fail", scope, expected: "Pass", ...(warned ? { action: "monitor" } : {}) } as const;
  const verb = warned ? "warns" : "failed";
  if (row.warnings.length === 0) return [{ ...common, cause: causeOf(undefined), message: `${name} ${verb} and says nothing of the reason.`, observed: status, evidence: [atPath(run.output, `${row.path}/status`)] }];
  return row.warnings.map((warning) => ({
    ...common,
    cause: causeOf(warning),
    message: `${name} ${verb}: ${warning.text}`,
    observed: [status, ...describeError(warning)].join(", "),
    evidence: [atPath(run.output, warning.path)],
  }));
}

function describePart(part: Scope, row: Row): string {
  if (part.kind === "gpu") return `GPU ${part.id}`;
  if (row.part.kind === "entity") return row.part.name;
  return row.part.kind === "untold" ? "a GPU that the row does not tell" : "the node";
}

/** Rule D6: every GPU of the node has a row in every required test; rows that do not pass are judged by themselves. */
function judgeCoverage(run: Run, required: ReadonlyMap<string, string>, count: number): Found[] {
  const rows = new Map(run.tests.map((test) => [test.name.toLowerCase(), test.rows]));
  // A run that says itself that it did not take place has said so for every GPU.
  const tookPlace = [...rows.values()].some((some) => some.length > 0);
  if (!tookPlace && (run.diagnostic.runtimeError !== undefined || (run.diagnostic.hosts.length > 0 && run.host === undefined))) return [];
  const printed = run.tests.map((test) => test.name).sort().join(", ");
  const absent = required.size === 0 ? ["of GPUs"] : [...required].filter(([key]) => (rows.get(key) ?? []).length === 0).map(([, name]) => name);
  const covered = [...required].map(([key, name]) => ({ name, gpus: coveredGpus(rows.get(key) ?? []) })).sort((a, b) => compare(a.name, b.name));
  const absentTests = absent.map((name): Found => ({ code: "test-absent", verdict: "inconclusive", cause: "configuration", scope: run.node, message: `The document has no result of a test ${name}.`, expected: name, observed: printed, evidence: [] }));
  const untested = Array.from({ length: count }, (_, index): Found[] => {
    const missing = covered.filter(({ gpus }) => gpus !== "all" && !gpus.has(index)).map(({ name }) => name);
    if (missing.length === 0 && required.size > 0) return [];
    return [{ code: "gpu-not-tested", verdict: "inconclusive", cause: "unknown", scope: gpuScope(run, index), message: `GPU ${String(index)} has no result in: ${missing.join(", ") || "any test"}.`, expected: `a row of GPU ${String(index)}`, observed: "none", evidence: [] }];
  });
  return [...absentTests, ...untested.flat()];
}

function coveredGpus(rows: readonly Row[]): ReadonlySet<number> | "all" {
  if (rows.some((row) => row.part.kind === "node")) return "all";
  return new Set(rows.flatMap((row) => (row.part.kind === "gpus" ? row.part.indices : [])));
}

/** Rule D10: each expected serial is in the document. */
function judgeSerials(run: Run, expected: readonly string[]): Found[] {
  const seen = new Set(run.gpus.map((gpu) => gpu.serial));
  const [strange, another] = run.gpus.filter((gpu) => !expected.includes(gpu.serial));
  const suspect = another === undefined ? strange : undefined;
  return expected
    .filter((serial) => !seen.has(serial))
    .map((serial) => ({
      code: "serial-missing",
      verdict: "inconclusive",
      cause: "unknown",
      scope: suspect === undefined ? run.node : { kind: "gpu", id: String(suspect.index), serial: suspect.serial },
      message: `The GPU with serial ${serial} is not in the document.`,
      expected: serial,
      observed: suspect?.serial ?? (run.gpus.map((gpu) => gpu.serial).sort().join(", ") || "no serials"),
      evidence: suspect === undefined ? [] : [atPath(run.output, suspect.path)],
    }));
}

function gpuScope(run: Run, index: number): Scope {
  const serial = run.gpus.find((gpu) => gpu.index === index)?.serial;
  return { kind: "gpu", id: String(index), ...(serial === undefined ? {} : { serial }) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By what the evidence carries and not by where it stands, so that the order of rows changes nothing. */
function byPart(a: Found, b: Found): number {
  return compare(a.scope.kind, b.scope.kind) || Number(a.scope.id) - Number(b.scope.id) || compare(a.code, b.code) || compare(a.message, b.message);
}
