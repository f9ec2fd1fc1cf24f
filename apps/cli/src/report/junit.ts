import type { CheckJudgement, NodeJudgement, RackJudgement } from "@slipway/domain";
import { showHidden } from "@slipway/plugin-sdk";
import type { Report } from "./report.ts";

/** JUnit XML: a suite per node, a case per check. Inconclusive is an error, never skipped. */
export function junitReport(): Report {
  const suites: string[] = [];
  return {
    node: ({ node, verdict, checks }: NodeJudgement) => {
      // Rule G2: where every check is skipped, that nothing was judged is an error of its own.
      const nothing = verdict === "inconclusive" && !checks.some((check) => check.verdict === "inconclusive");
      suites.push(
        suite(
          node,
          nothing
            ? [...checks, notJudged("nothing-judged", "No check applies to this node: nothing was judged.")]
            : checks,
        ),
      );
    },
    rack: ({ rack, findings }: RackJudgement) => {
      const checks = Map.groupBy(findings, (finding) => finding.check);
      const cases = [...checks].map(([check, own]): CheckJudgement => ({
        check,
        version: "",
        verdict: own.some((finding) => finding.verdict === "fail") ? "fail" : "inconclusive",
        findings: own,
      }));
      suites.push(suite(`rack ${rack}`, cases));
    },
    end: (refused) => {
      if (refused > 0)
        suites.push(
          suite("refused inputs", [
            notJudged("input-refused", `${String(refused)} inputs could not be read; see stderr.`),
          ]),
        );
      process.stdout.write(
        `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="slipway">\n${suites.join("")}</testsuites>\n`,
      );
    },
  };
}

/** A case that stands for what could not be judged at all. */
function notJudged(code: string, message: string): CheckJudgement {
  return {
    check: code,
    version: "",
    verdict: "inconclusive",
    findings: [
      { code, verdict: "inconclusive", cause: "tool", scope: { kind: "node", id: "" }, message, evidence: [] },
    ],
  };
}

function suite(name: string, checks: readonly CheckJudgement[]): string {
  const count = (verdict: CheckJudgement["verdict"]): string =>
    String(checks.filter((check) => check.verdict === verdict).length);
  const counts =
    `tests="${String(checks.length)}" failures="${count("fail")}" ` +
    `errors="${count("inconclusive")}" skipped="${count("not-applicable")}"`;
  const cases = checks.map((check) => testcase(name, check)).join("");
  return `  <testsuite name="${escape(name)}" ${counts}>\n${cases}  </testsuite>\n`;
}

function testcase(node: string, { check, verdict, reason, findings }: CheckJudgement): string {
  const open = `    <testcase classname="${escape(node)}" name="${escape(check)}"`;
  if (verdict === "pass") return `${open}/>\n`;
  if (verdict === "not-applicable") return `${open}><skipped message="${escape(reason ?? "")}"/></testcase>\n`;
  const tag = verdict === "fail" ? "failure" : "error";
  const deciding = findings.filter((finding) => finding.verdict === verdict);
  const text = deciding
    .map(({ code, cause, scope, message }) => `${code} (${cause}) ${scope.kind} ${scope.id}: ${message}`)
    .join("\n");
  const type = escape([...new Set(deciding.map(({ code }) => code))].join(" "));
  const message = escape(deciding[0]?.message ?? "");
  return `${open}><${tag} type="${type}" message="${message}">${escape(text)}</${tag}></testcase>\n`;
}

/** XML text and attribute values; characters that XML 1.0 cannot hold become U+FFFD, hidden ones are shown. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[^\n\r\t]+/g, showHidden)
    .replace(/[&<>"\n\r\t]/g, (char) => `&#${String(char.charCodeAt(0))};`);
}
