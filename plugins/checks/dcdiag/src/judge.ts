import {
  asciiLower,
  atPath,
  byText,
  nodeScope,
  unusableFinding,
  type DcdiagExpectations,
  type Evidence,
  type Expected,
  type GpuExpectations,
} from "@slipway/plugin-sdk";
import { finding, type Found } from "./codes.ts";
import { fails, type Row, type Test } from "./diagnostic.ts";
import { contradictions, judgeRow, outcomeOf } from "./judge-row.ts";
import { judgeRun } from "./judge-run.ts";
import { diagnosticFormat } from "./parse.ts";
import { runOf, type Run } from "./run.ts";

/** Rules D0-D13. */
export function judge(
  evidence: Evidence,
  { gpus, dcdiag }: Expected<{ gpus: typeof GpuExpectations; dcdiag: typeof DcdiagExpectations }>,
): Found[] {
  const reading = evidence.read("dcgm-diag", diagnosticFormat);
  if (!reading.usable) return [unusableFinding(reading, nodeScope(evidence))];
  const serials = gpus?.serials ?? [];
  const run = runOf(evidence, reading.value, reading.output, serials);
  const required = requiredTests(run.tests, dcdiag?.tests ?? []);
  const ofTests = run.tests.flatMap((test) => judgeTest(run, test, required.has(asciiLower(test.name))));
  return [
    ...ofTests,
    ...judgeRun(run, dcdiag?.level, ofTests),
    ...judgeCoverage(run, required, gpus?.count),
    ...judgeSerials(run, serials),
  ].sort(byPart);
}

function judgeTest(run: Run, test: Test, required: boolean): Found[] {
  return [
    ...test.rows.flatMap((row) => judgeRow(run, test, row, required)),
    ...(required ? judgeOwnWarnings(run, test) : []),
  ];
}

/** Rule D13: what a required test or its summary warns of is an error of the node, unless a row of the test fails. */
function judgeOwnWarnings(run: Run, test: Test): Found[] {
  const everywhere = run.diagnostic.tests.find(({ name }) => name === test.name)?.rows ?? [];
  const explained = test.rows.some(fails) || everywhere.some((row) => outcomeOf(row) === "fault");
  const subject = `The test ${test.name} has no row that fails`;
  return explained ? [] : contradictions(run, { scope: run.node, name: test.name }, test.warnings, subject);
}

/**
 * The tests that every GPU has to pass, by name in lower case (rule D5): those asked for, or else
 * every test of the document but those whose rows are all of entities that are no GPUs.
 */
function requiredTests(tests: readonly Test[], asked: readonly string[]): ReadonlyMap<string, string> {
  const ofGpus = ({ rows }: Test): boolean => rows.length === 0 || rows.some((row) => row.part.kind !== "entity");
  const names = asked.length > 0 ? asked : tests.filter(ofGpus).map((test) => test.name);
  return new Map(names.map((name) => [asciiLower(name), name]));
}

/** Rule D6: every GPU of the node has a row in every required test. Rows that do not pass speak for themselves. */
function judgeCoverage(run: Run, required: ReadonlyMap<string, string>, count: number | undefined): Found[] {
  const printed = new Map(run.tests.map((test) => [asciiLower(test.name), test.rows]));
  const tests = [...required]
    .map(([key, name]) => ({ name, rows: printed.get(key) ?? [] }))
    .sort((a, b) => byText(a.name, b.name));
  const covered = tests.map(({ name, rows }) => ({ name, covers: coverage(rows) }));
  // Without a count nobody knows which GPUs are due; the caller reports that it is missing (G11).
  const due = count === undefined ? [] : Array.from({ length: count }, (_, index) => index);
  const untested = due.flatMap((index): Found[] => {
    const missing = covered.filter(({ covers }) => !covers(index)).map(({ name }) => name);
    if (tests.length > 0 && missing.length === 0) return [];
    const { scope, name } = run.gpu(index);
    return [
      finding("gpu-not-tested", {
        scope,
        message: `${name} has no result in ${missing.join(", ") || "any test"}.`,
        expected: "Pass",
        observed: "no result",
      }),
    ];
  });
  return [...judgeAbsentTests(run, tests), ...untested];
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
  const printed = run.tests.filter(({ rows }) => rows.length > 0).map(({ name }) => name);
  return [
    finding("test-absent", {
      scope: run.node,
      message: `The document has no result of ${absent.join(", ") || "any test of GPUs"}.`,
      expected: absent.join(", ") || "a test of GPUs",
      observed: printed.sort(byText).join(", ") || "no test",
    }),
  ];
}

/** Rule D10: each expected serial is in the document; one that shows none at all says nothing of a swap. */
function judgeSerials(run: Run, expected: readonly string[]): Found[] {
  const wanted = new Set(expected);
  const shown = run.gpus.filter(({ serial }) => serial !== undefined);
  if (wanted.size > 0 && shown.length === 0) return [serialsNotShown(run, wanted)];
  const printed = new Set(shown.map(({ serial }) => serial ?? ""));
  const [strange, another] = shown.filter(({ serial = "" }) => !wanted.has(serial));
  const suspect = another === undefined ? strange : undefined;
  return [...wanted]
    .filter((serial) => !printed.has(serial))
    .map((serial) =>
      finding("serial-missing", {
        scope: suspect === undefined ? run.node : run.gpu(suspect.index).scope,
        message: `No GPU of the document has the serial ${serial}.`,
        expected: serial,
        observed: suspect?.serial ?? [...printed].sort(byText).join(", "),
        evidence: suspect === undefined ? [] : [atPath(run.output, suspect.path)],
      }),
    );
}

function serialsNotShown(run: Run, wanted: ReadonlySet<string>): Found {
  const words = [...new Set(run.gpus.map(({ printed }) => printed))].sort(byText);
  return finding("serials-not-shown", {
    scope: run.node,
    message: "The document shows a serial of no GPU of this node, and serials are expected.",
    expected: [...wanted].join(", "),
    observed: words.join(", ") || "no serial",
    evidence: run.gpus.slice(0, 1).map(({ path }) => atPath(run.output, path)),
  });
}

/** By what the evidence carries and not by where it stands, so that the order of rows changes nothing. */
function byPart(a: Found, b: Found): number {
  return (
    byText(a.scope.kind, b.scope.kind) ||
    byId(a.scope.id, b.scope.id) ||
    byText(a.code, b.code) ||
    byText(a.message, b.message)
  );
}

/** Numbers by their value, names by their text. */
function byId(a: string, b: string): number {
  return [a, b].every((id) => /^\d+$/.test(id)) ? Number(a) - Number(b) : byText(a, b);
}
