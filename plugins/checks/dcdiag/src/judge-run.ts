import { atPath, byText, toolsWords, type EvidencePointer } from "@slipway/plugin-sdk";
import { finding, type Found } from "./codes.ts";
import { fails, type GlobalError } from "./diagnostic.ts";
import { outcomeOf, spoiledField } from "./judge-row.ts";
import { describeError, judgeError } from "./judge-warning.ts";
import type { Run } from "./run.ts";
import { runLevel } from "./run-level.ts";

const A_TEST_FAILED = 226;

/** What concerns the run as a whole: rules D7, D9, D11 and D12; `ofTests` is what its rows came to. */
export function judgeRun(run: Run, level: number | undefined, ofTests: readonly Found[]): Found[] {
  const ofHosts = judgeHosts(run);
  const undecided = [...ofTests, ...ofHosts].some(
    ({ code }) => code === "run-disturbed" || code === "evidence-unusable",
  );
  return [...judgeRuntimeError(run), ...judgeLevel(run, level), ...judgeExitCode(run, undecided), ...ofHosts];
}

function judgeRuntimeError(run: Run): Found[] {
  const { runtimeError } = run.diagnostic;
  if (runtimeError === undefined) return [];
  const message = `DCGM could not run the diagnostic: ${runtimeError.text}`;
  return [finding("run-error", { scope: run.node, message, evidence: [atPath(run.output, runtimeError.path)] })];
}

function judgeLevel(run: Run, level: number | undefined): Found[] {
  const ran = run.multiNode ? undefined : runLevel(run.output.record.argv);
  if (ran === undefined || level === undefined || ran >= level) return [];
  return [
    finding("level-too-low", {
      scope: run.node,
      message: `The diagnostic ran at level ${String(ran)}, and level ${String(level)} is asked for.`,
      expected: String(level),
      observed: String(ran),
      evidence: wholeRun(run),
    }),
  ];
}

/** Rule D9; a failing row of any host explains exit code 226, and so does one of this node that is undecided by itself. */
function judgeExitCode(run: Run, undecided: boolean): Found[] {
  const { tests, globalErrors, runtimeError } = run.diagnostic;
  const { exitCode } = run.output.record;
  const outcomes = tests.flatMap((test) => test.rows.map(outcomeOf));
  const failing = outcomes.includes("fault") || globalErrors.some(isFault);
  if (exitCode === 0) return [];
  if (exitCode === A_TEST_FAILED && (failing || undecided || runtimeError !== undefined)) return [];
  const contradiction = outcomes.includes("undecided")
    ? "dcgmi says that a test failed, and what the rows that failed report is no fault"
    : "dcgmi says that a test failed, and no row of the document fails";
  const ended = exitCode === A_TEST_FAILED ? contradiction : `dcgmi ended with exit code ${String(exitCode)}`;
  const quoted = toolsWords(run.output.probe, run.output);
  return [
    finding("exit-unexplained", {
      scope: run.node,
      message: quoted === undefined ? `${ended}.` : `${ended} (${quoted.words}).`,
      expected: failing ? String(A_TEST_FAILED) : "0",
      observed: String(exitCode),
      evidence: quoted === undefined ? wholeRun(run) : [quoted.at],
    }),
  ];
}

/** Rule D12; nothing for a run of one node. */
function judgeHosts(run: Run): Found[] {
  const { tests, hosts, globalErrors, runtimeError } = run.diagnostic;
  if (!run.multiNode) return [];
  const listed = new Set(hosts.map((host) => host.id));
  const assigned = (host: number | undefined): boolean => host !== undefined && listed.has(host);
  const unassigned = (message: string, path: string): Found =>
    finding("error-unassigned", { scope: run.node, message, evidence: [atPath(run.output, path)] });
  const findings: Found[] = [];
  if (run.host === undefined && runtimeError === undefined) findings.push(hostNotListed(run));
  for (const test of tests) {
    for (const error of test.mpiErrors)
      findings.push(unassigned(`The launcher of ${test.name} failed: ${error.text}`, error.path));
    for (const row of test.rows) {
      if ((row.status !== undefined && !fails(row)) || assigned(row.host)) continue;
      const message = `A row of ${test.name} reads ${row.printed ?? "no status"} and names no host that is listed.`;
      findings.push(unassigned(message, row.path));
    }
  }
  for (const error of globalErrors) {
    if (!assigned(error.host))
      findings.push(unassigned(`An error of the run names no host that is listed: ${error.text}`, error.path));
    else if (error.host === run.host) findings.push(hostError(run, error));
  }
  return findings;
}

function hostNotListed(run: Run): Found {
  const names = run.diagnostic.hosts.map((host) => host.name ?? "?").sort(byText);
  return finding("host-not-listed", {
    scope: run.node,
    message: `The multi-node diagnostic does not list ${run.node.id}, or lists it more than once.`,
    expected: run.node.id,
    observed: names.join(", ") || "no host",
    evidence: wholeRun(run),
  });
}

/** A global error is a failing row without GPU (D12): by its number or category, and else as one without severity (D2). */
const isFault = (error: GlobalError): boolean => (judgeError(error)?.kind ?? "fault") === "fault";

function hostError(run: Run, error: GlobalError): Found {
  const judged = judgeError(error) ?? ({ kind: "fault", cause: "unknown" } as const);
  const { node: scope, output } = run;
  const evidence = [atPath(output, error.path)];
  const observed = describeError(error).join(", ") || "a global error";
  if (judged.kind === "fault") {
    const message = `The multi-node diagnostic failed on this host: ${error.text}`;
    return finding("host-error", { scope, cause: judged.cause, message, observed, evidence });
  }
  if (judged.kind === "unreadable") return spoiledField(run, { scope, name: "this host" }, error, judged.field);
  const message = `The multi-node diagnostic did not run on this host as it should: ${error.text}`;
  return finding("run-disturbed", { scope, message, observed, evidence });
}

function wholeRun({ output }: Run): EvidencePointer[] {
  return [{ probe: output.probe }];
}
