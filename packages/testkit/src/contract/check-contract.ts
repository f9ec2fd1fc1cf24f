import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commonCodes, type Check } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import type { Clause, Subject } from "./clause.ts";
import { judgeExample, readExamples, textOf, type Example } from "./example.ts";
import { disagreements } from "./disagreements.ts";
import { foreignText } from "./foreign-text.ts";
import { missingEvidence } from "./missing-evidence.ts";
import type { ContractOptions } from "./options.ts";
import { order } from "./order.ts";
import { purity } from "./purity.ts";

/** The sentences of the contract that are asked of a check and its examples alone. */
export const clauses: readonly Clause[] = [...missingEvidence, ...foreignText, ...order, purity];

/** Faults that a message shows of one sentence; the rest is counted. */
const MOST = 20;

/** The message of a sentence that is broken, which names its rule; undefined when the check keeps it. */
export function brokenBy(clause: Clause, subject: Subject): string | undefined {
  const found = [...clause.faults(subject)];
  if (found.length === 0) return undefined;
  const more = found.length > MOST ? [`and ${String(found.length - MOST)} more`] : [];
  return [...found.slice(0, MOST), ...more].map((fault) => `${clause.rule}: ${fault}`).join("\n");
}

/**
 * The contract every check keeps, as vitest suites: its examples answer as their `expected.json`
 * says, missing or damaged evidence never passes, order of rows does not matter, foreign shapes are
 * refused, judging is pure, and each finding code is documented and shown by an example.
 *
 * @param testModuleUrl `import.meta.url` of the plugin's `src/index.test.ts`
 */
export function checkContract(check: Check, testModuleUrl: string, options: ContractOptions = {}): void {
  const folder = dirname(dirname(fileURLToPath(testModuleUrl)));
  const examples = readExamples(testModuleUrl);

  describe(`${check.id} keeps the contract of a check`, () => {
    it("is named as its folder and its package say", () => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        name: string;
        slipway: unknown;
      };
      expect(check.id).toBe(basename(folder));
      expect(manifest).toMatchObject({ name: `@slipway/check-${check.id}`, slipway: { kind: "check", id: check.id } });
      expect(check.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(check.title.length).toBeGreaterThan(10);
    });

    it("has an example for each verdict and for each of its codes, and its README names them", () => {
      for (const verdict of ["pass", "fail", "inconclusive"])
        expect(examples.map((example) => example.name)).toContainEqual(expect.stringMatching(`^${verdict}-`));
      const findings = new Set(
        examples.flatMap((example) => judgeExample(check, example).findings.map((finding) => finding.code)),
      );
      const readme = readFileSync(join(folder, "README.md"), "utf8");
      for (const code of Object.keys(check.codes)) {
        if (check.judgeRack === undefined || !code.startsWith("rack-"))
          expect([...findings], `no example shows ${code}`).toContain(code);
        expect(readme, `README.md does not name ${code}`).toContain(`\`${code}\``);
      }
    });

    for (const example of examples) {
      it(`answers the example ${example.name} by the rules`, async () => {
        const wrong = wronglyAnswered(check, example);
        if (wrong.length > 0) expect.fail(wrong.join("\n"));
        await expect(`${JSON.stringify(judgeExample(check, example), null, 2)}\n`).toMatchFileSnapshot(
          join(example.dir, "judgement.json"),
        );
      });
    }

    for (const clause of clauses) {
      it(`${clause.rule}: ${clause.title}`, () => {
        const broken = brokenBy(clause, { check, examples, options });
        if (broken !== undefined) expect.fail(broken);
      });
    }
  });
}

/** How the answer to an example differs from its `expected.json` and from what its codes declare, each with the rule. */
export function wronglyAnswered(check: Check, example: Example): string[] {
  const expected = example.expected.checks[check.id];
  if (expected === undefined) return [`expected.json of ${example.name} does not speak of ${check.id}`];
  const judgement = judgeExample(check, example);
  const wrong = disagreements(expected, judgement, textOf(example)).map(
    (difference) => `${difference} (expected.json of ${example.name}: ${example.expected.why})`,
  );
  if (!example.name.startsWith(`${judgement.verdict}-`))
    wrong.push(`the verdict of ${example.name} is ${judgement.verdict}, and an example is named by its verdict`);
  const declared = { ...commonCodes, ...check.codes } as Check["codes"];
  for (const { code, verdict, cause } of judgement.findings) {
    const meaning = declared[code];
    if (meaning === undefined) wrong.push(`G9: ${code} is given and not declared`);
    else if (meaning.verdict !== verdict)
      wrong.push(`G9: ${code} is given as ${verdict} and declared as ${meaning.verdict}`);
    else if (!meaning.causes.includes(cause))
      wrong.push(`G9: the cause of ${code} is ${cause}, not one of those declared: ${meaning.causes.join(", ")}`);
  }
  return wrong;
}
