// failing.mjs SUITE REPORT: one line for each failing test of a vitest JSON report, with the first lines of what it said.
import { readFileSync } from "node:fs";

const [suite, path] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);
let report;
try {
  report = JSON.parse(readFileSync(path, "utf8"));
} catch (error) {
  say(`${suite}: no report: ${error.message}`);
  process.exit(0);
}
const said = (messages) => messages.join(" ").replace(/\s+/g, " ").slice(0, 400);
let lines = 0;
for (const file of report.testResults) {
  const failing = file.assertionResults.filter((test) => test.status === "failed");
  for (const test of failing) say(`${suite}: ${file.name}: ${test.fullName}: ${said(test.failureMessages)}`);
  if (file.status === "failed" && failing.length === 0) say(`${suite}: ${file.name}: ${said([file.message ?? ""])}`);
  lines += failing.length + (file.status === "failed" && failing.length === 0 ? 1 : 0);
}
if (lines === 0) say(`${suite}: the runner failed without a failing test: an unhandled error, or a crash`);
