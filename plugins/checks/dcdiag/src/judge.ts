import {
  atPath,
  nodeScope,
  unusableFinding,
  type DcdiagExpectations,
  type Evidence,
  type Expected,
  type GpuExpectations,
} from "@slipway/plugin-sdk";
import type { Found } from "./codes.ts";
import type { Row, Test } from "./diagnostic.ts";
import { judgeRow } from "./judge-row.ts";
import { judgeRun } from "./judge-run.ts";
import { diagnosticFormat } from "./parse.ts";
import { runOf, type Run } from "./run.ts";

/** Rules D1-D12. */
export function judge(
  evidence: Evidence,
  { gpus, dcdiag }: Expected<{ gpus: typeof GpuExpectations; dcdiag: typeof DcdiagExpectations }>,
): Found[] {
  const reading = evidence.read("dcgm-diag", diagnosticFormat);
  if (!reading.usable) return [unusableFinding(reading, nodeScope(evidence))];
  const serials = gpus?.serials ?? [];
  const run = runOf(evidence, reading.value, reading.output, serials);
  const required = requiredTests(run.tests, dcdiag?.tests ?? []);
  return [
    ...judgeRun(run, dcdiag?.level),
    ...run.tests.flatMap((test) =>
      test.rows.flatMap((row) => judgeRow(run, test, row, required.has(test.name.toLowerCase()))),
    ),
    ...judgeCoverage(run, required, gpus?.count ?? 0),
    ...judgeSerials(run, serials),
  ].sort(byPart);
}

/**
 * The tests that every GPU has to pass, by name in lower case (rule D5): those asked for, or else
 * every test of the document but those whose rows are all of entities that are no GPUs.
 */
function requiredTests(tests: readonly Test[], asked: readonly string[]): ReadonlyMap<string, string> {
  const ofGpus = ({ rows }: Test): boolean => rows.length === 0 || rows.some((row) => row.part.kind !== "entity");
  const names = asked.length > 0 ? asked : tests.filter(ofGpus).map((test) => test.name);
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/** Rule D6: every GPU of the node has a row in every required test. Rows that do not pass speak for themselves. */
function judgeCoverage(run: Run, required: ReadonlyMap<string, string>, count: number): Found[] {
  const printed = new Map(run.tests.map((test) => [test.name.toLowerCase(), test.rows]));
  const tests = [...required]
    .map(([key, name]) => ({ name, rows: printed.get(key) ?? [] }))
    .sort((a, b) => compare(a.name, b.name));
  const covered = tests.map(({ name, rows }) => ({ name, covers: coverage(rows) }));
  const untested = Array.from({ length: count }, (_, index): Found[] => {
    const missing = covered.filter(({ covers }) => !covers(index)).map(({ name }) => name);
    if (tests.length > 0 && missing.length === 0) return [];
    const scope = run.gpuScope(index);
    return [
      {
        code: "gpu-not-tested",
        verdict: "inconclusive",
        cause: "unknown",
        scope,
        message: `GPU ${scope.id} has no result in ${missing.join(", ") || "any test"}.`,
        expected: "Pass",
        observed: "no result",
        evidence: [],
      },
    ];
  });
  return [...judgeAbsentTests(run, tests), ...untested.flat()];
}

/** Which GPUs the rows of a test speak of: all of them where a row is of the whole node. */
function coverage(rows: readonly Row[]): (index: number) => boolean {
  const indices = new Set(rows.flatMap((row) => (row.part.kind === "gpus" ? row.part.indices : [])));
  const nodeWide = rows.some((row) => row.part.kind === "node");
  return (index) => nodeWide || indices.has(index);
}

/** Said of the node besides, because a test that no GPU has a result in is often only another version's name for it. */
function judgeAbsentTests(
  run: Run,
  tests: readonly { readonly name: string; readonly rows: readonly Row[] }[],
): Found[] {
  const absent = tests.filter(({ rows }) => rows.length === 0).map(({ name }) => name);
  if (tests.length > 0 && absent.length === 0) return [];
  const observed =
    run.tests
      .filter(({ rows }) => rows.length > 0)
      .map(({ name }) => name)
      .sort()
      .join(", ") || "no test";
  return [
    {
      code: "test-absent",
      verdict: "inconclusive",
      cause: "configuration",
      scope: run.node,
      message: `The document has no result of ${absent.join(", ") || "any test of GPUs"}.`,
      expected: absent.join(", ") || "a test of GPUs",
      observed,
      evidence: [],
    },
  ];
}

/** Rule D10: each expected serial is in the document. */
function judgeSerials(run: Run, expected: readonly string[]): Found[] {
  const printed = new Set(run.gpus.map((gpu) => gpu.serial));
  const wanted = new Set(expected);
  const [strange, another] = run.gpus.filter((gpu) => !wanted.has(gpu.serial));
  const suspect = another === undefined ? strange : undefined;
  return [...wanted]
    .filter((serial) => !printed.has(serial))
    .map((serial) => ({
      code: "serial-missing",
      verdict: "inconclusive",
      cause: "unknown",
      scope: suspect === undefined ? run.node : { kind: "gpu", id: String(suspect.index), serial: suspect.serial },
      message: `No GPU of the document has the serial ${serial}.`,
      expected: serial,
      observed: suspect?.serial ?? ([...printed].sort().join(", ") || "no serial"),
      evidence: suspect === undefined ? [] : [atPath(run.output, suspect.path)],
    }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By what the evidence carries and not by where it stands, so that the order of rows changes nothing. */
function byPart(a: Found, b: Found): number {
  return (
    compare(a.scope.kind, b.scope.kind) ||
    Number(a.scope.id) - Number(b.scope.id) ||
    compare(a.code, b.code) ||
    compare(a.message, b.message)
  );
}
