import {
  atLine,
  nodeScope,
  unusableFinding,
  type Evidence,
  type Expected,
  type FindingOf,
  type NcclExpectations,
  type ProbeOutput,
  type Scope,
} from "@slipway/plugin-sdk";
import { codes, finding, type Code } from "./codes.ts";
import { failureLines } from "./failure.ts";
import { finiteNumber, ncclFormat, type NcclLog, type Row } from "./parse.ts";

type Found = FindingOf<Code>;

/** Rules N1-N7. Wrong values are a fault whatever is expected of the node (G1). */
export function judge(evidence: Evidence, { nccl = {} }: Expected<{ nccl: typeof NcclExpectations }>): Found[] {
  const scope = nodeScope(evidence);
  const log = evidence.read("nccl-allreduce", ncclFormat);
  if (!log.usable) return [unusableFinding(log, scope)];
  const report = reporter(log.output, scope);
  const { rows, closing } = log.value;
  if (!log.value.complete && (rows.length > 0 || closing === undefined))
    return [runIncomplete(log.output, scope, closing !== undefined)];
  const { minBusbwGBps: least, size } = nccl;
  return [
    ...judgeValues(log.value, report),
    ...(least === undefined || size === undefined || rows.length === 0
      ? []
      : judgeBandwidth(rows, size, least, report)),
  ];
}

/** Rules N3 and N7. A log with the words of the closing line somewhere need not have ended early (N6). */
function runIncomplete(output: ProbeOutput, scope: Scope, hasClosingWords: boolean): Found {
  const failures = failureLines(output);
  const [first] = failures;
  const open = hasClosingWords
    ? "A table is not closed by a line `Out of bounds values` that can be read"
    : "The run ended early: a table is not closed by `Out of bounds values`";
  return finding("run-incomplete", {
    scope,
    message: `${open}${first === undefined ? "" : ` (${first.words})`}.`,
    evidence: failures.map(({ at }) => at),
  });
}

type Report = (
  code: Code,
  message: string,
  lines: readonly number[],
  compared?: Pick<Found, "expected" | "observed">,
) => Found;

function reporter(output: ProbeOutput, scope: Scope): Report {
  return (code, message, lines, compared = {}) =>
    finding(code, {
      cause: codes[code].causes[0],
      scope,
      message,
      ...compared,
      evidence: [...lines].sort((a, b) => a - b).map((line) => atLine(output, line)),
    });
}

/** Rules N2 and N5, over every row. */
function judgeValues({ rows, outOfBounds, unreadable, headless, closing }: NcclLog, report: Report): Found[] {
  const findings: Found[] = [];
  const wrongRows = rows.filter((row) => row.errors.some((value) => typeof value === "number" && value > 0));
  const wrongCounts = outOfBounds.filter(({ count }) => count !== undefined && count !== 0);
  if (wrongRows.length + wrongCounts.length > 0) {
    const sizes = [...new Set(wrongRows.map((row) => row.size))].sort((a, b) => a - b).join(", ");
    const counts = wrongCounts
      .map(({ count }) => String(count))
      .sort()
      .join(", ");
    const observed = [
      sizes === "" ? "" : `#wrong above 0 at size ${sizes}`,
      counts === "" ? "" : `out of bounds ${counts}`,
    ]
      .filter((part) => part !== "")
      .join("; ");
    findings.push(
      report(
        "values-wrong",
        "The reduction returned wrong values.",
        [...wrongRows, ...wrongCounts].map(({ line }) => line),
        { expected: "#wrong 0, out of bounds 0", observed },
      ),
    );
  }
  const unchecked = rows.filter((row) => row.errors.length === 0 || row.errors.includes("unchecked"));
  const [firstUnchecked] = unchecked;
  if (firstUnchecked !== undefined)
    findings.push(
      report("errors-unchecked", "The test ran without checking its results.", [firstUnchecked.line], {
        expected: "#wrong 0",
        observed: "N/A",
      }),
    );
  const unread = [
    ...unreadable,
    ...rows.filter((row) => row.errors.includes(undefined)).map(({ line }) => line),
    ...outOfBounds.filter(({ count }) => count === undefined).map(({ line }) => line),
  ];
  if (rows.length === 0)
    findings.push(
      report(
        "table-unreadable",
        "No row of the table can be read.",
        unread.length > 0 ? unread : closing === undefined ? [] : [closing],
      ),
    );
  else if (unread.length > 0)
    findings.push(report("row-unreadable", `Lines of the table cannot be read: ${String(unread.length)}.`, unread));
  if (headless !== undefined)
    findings.push(report("columns-unknown", "No header says which column is which.", [headless]));
  return findings;
}

/** Rules N1 and N4. Of several rows of the size every one counts. */
function judgeBandwidth(rows: readonly Row[], size: number, least: number, report: Report): Found[] {
  const judged = rows.filter((row) => row.size === size).map((row) => ({ ...row, gbps: finiteNumber(row.busbw) }));
  if (judged.length === 0)
    return [
      report("size-missing", `The test has no row of ${String(size)} bytes.`, [], {
        expected: String(size),
        observed: sizesOf(rows),
      }),
    ];
  const findings: Found[] = [];
  const low = judged.filter(({ gbps }) => gbps !== undefined && gbps < least);
  if (low.length > 0) {
    const worst = low.reduce((a, b) => ((b.gbps ?? 0) < (a.gbps ?? 0) ? b : a));
    findings.push(
      report(
        "bandwidth-low",
        `All-reduce of ${String(size)} bytes reaches ${worst.busbw} GB/s of ${String(least)}.`,
        low.map(({ line }) => line),
        { expected: `at least ${String(least)} GB/s`, observed: `${worst.busbw} GB/s` },
      ),
    );
  }
  const unread = judged.filter(({ gbps }) => gbps === undefined);
  const [first] = unread;
  if (first !== undefined)
    findings.push(
      report(
        "bandwidth-unreadable",
        `The bandwidth at ${String(size)} bytes is no finite number.`,
        unread.map(({ line }) => line),
        { expected: `at least ${String(least)} GB/s`, observed: first.busbw },
      ),
    );
  return findings;
}

/** The range of sizes that did run. */
function sizesOf(rows: readonly Row[]): string {
  const sizes = rows.map((row) => row.size);
  return `${String(sizes.reduce((a, b) => Math.min(a, b)))} to ${String(sizes.reduce((a, b) => Math.max(a, b)))}`;
}
