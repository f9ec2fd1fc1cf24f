import { atPath } from "@slipway/plugin-sdk";
import type { Found } from "./codes.ts";
import { fails, type Warning } from "./diagnostic.ts";
import type { Run } from "./run.ts";
import { runLevel } from "./run-level.ts";

const A_TEST_FAILED = 226;

/** What concerns the run as a whole: rules D7, D9, D11 and D12. */
export function judgeRun(run: Run, level: number | undefined): Found[] {
  return [...judgeRuntimeError(run), ...judgeLevel(run, level), ...judgeExitCode(run), ...judgeHosts(run)];
}

function inconclusive(run: Run, finding: Pick<Found, "message"> & Partial<Found> & { code: Found["code"] }): Found {
  return {
    verdict: "inconclusive",
    cause: "tool",
    scope: run.node,
    evidence: [{ probe: run.output.probe }],
    ...finding,
  };
}

function judgeRuntimeError(run: Run): Found[] {
  const { runtimeError } = run.diagnostic;
  return runtimeError === undefined
    ? []
    : [
        inconclusive(run, {
          code: "run-error",
          message: `DCGM could not run the diagnostic: ${runtimeError.text}`,
          evidence: [atPath(run.output, runtimeError.path)],
        }),
      ];
}

function judgeLevel(run: Run, level: number | undefined): Found[] {
  const ran = run.multiNode ? undefined : runLevel(run.output.record.argv);
  if (ran === undefined || level === undefined || ran >= level) return [];
  return [
    inconclusive(run, {
      code: "level-too-low",
      message: `The diagnostic ran at level ${String(ran)}, and level ${String(level)} is asked for.`,
      expected: String(level),
      observed: String(ran),
    }),
  ];
}

/** Rule D9; a failing row of any host explains exit code 226. */
function judgeExitCode(run: Run): Found[] {
  const { tests, globalErrors, runtimeError } = run.diagnostic;
  const { exitCode } = run.output.record;
  const failing = tests.some((test) => test.rows.some(fails)) || globalErrors.length > 0;
  if (exitCode === 0 || (exitCode === A_TEST_FAILED && (failing || runtimeError !== undefined))) return [];
  const message =
    exitCode === A_TEST_FAILED
      ? "dcgmi says that a test failed, and no row of the document fails."
      : `dcgmi ended with exit code ${String(exitCode)}.`;
  return [
    inconclusive(run, {
      code: "exit-unexplained",
      message,
      expected: failing ? "226" : "0",
      observed: String(exitCode),
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
    inconclusive(run, { code: "error-unassigned", message, evidence: [atPath(run.output, path)] });
  const findings: Found[] = [];
  if (run.host === undefined && runtimeError === undefined) {
    const observed =
      hosts
        .map((host) => host.name ?? "?")
        .sort()
        .join(", ") || "no host";
    findings.push(
      inconclusive(run, {
        code: "host-not-listed",
        message: `The multi-node diagnostic does not list ${run.node.id}, or lists it more than once.`,
        expected: run.node.id,
        observed,
      }),
    );
  }
  for (const test of tests) {
    for (const error of test.mpiErrors)
      findings.push(unassigned(`The launcher of ${test.name} failed: ${error.text}`, error.path));
    for (const row of test.rows) {
      if (row.status !== undefined && !fails(row)) continue;
      if (!assigned(row.host))
        findings.push(
          unassigned(
            `A row of ${test.name} reads ${row.printed ?? "no status"} and names no host that is listed.`,
            row.path,
          ),
        );
    }
  }
  for (const error of globalErrors) {
    if (!assigned(error.host))
      findings.push(unassigned(`An error of the run names no host that is listed: ${error.text}`, error.path));
    else if (error.host === run.host) findings.push(hostError(run, error));
  }
  return findings;
}

/** A failing row without GPU and without a severity that counts (rules D12, D2). */
function hostError(run: Run, error: Warning): Found {
  return {
    code: "host-error",
    verdict: "fail",
    cause: "unknown",
    scope: run.node,
    message: `The multi-node diagnostic failed on this host: ${error.text}`,
    evidence: [atPath(run.output, error.path)],
  };
}
