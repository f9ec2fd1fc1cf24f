import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commonCodes, prepareExpectations, type Check, type CheckJudgement } from "@slipway/plugin-sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidenceFrom, judgeExample, readExamples, textOf, type Damage, type Example } from "./example.ts";
import { disagreements } from "./disagreements.ts";
import { trapImpurity } from "./purity.ts";
import { removals } from "./removals.ts";

/** What the contract cannot know of a check. */
export interface ContractOptions {
  /**
   * Per probe, pieces whose removal rightly changes nothing: patterns of a line, of a JSON pointer
   * (`/nodes/0/changed`), or of an XML pointer with an index at each step
   * (`/nvidia_smi_log/0/gpu/2/bios/0`). Everything else must not pass when it is taken out.
   */
  readonly spare?: Readonly<Record<string, readonly RegExp[]>>;
  /** Per probe, reorders the rows that carry their own id; `shuffle` permutes a list. */
  readonly shuffle?: Readonly<Record<string, (text: string, shuffle: <T>(items: readonly T[]) => T[]) => string>>;
}

const FOREIGN = [
  "",
  "\n",
  "{}\n",
  "[]\n",
  "null\n",
  '"READY"\n',
  "<html><body>502 Bad Gateway</body></html>\n",
  "bash: command not found\n",
  "\u0000\u0000\u0000",
  `${"[".repeat(30_000)}\n`,
  `${"<a>".repeat(30_000)}\n`,
  `${"x".repeat(300_000)}\n`,
] as const;
/** Cuts of a text, and records of a run, that make a probe unusable as a whole (rule G3). */
const BAD_RECORDS: readonly Readonly<Record<string, unknown>>[] = [
  { timedOut: true },
  { signal: "SIGKILL" },
  { startError: "not-found" },
  { exitCode: null },
  { exitCode: "0" },
  { exitCode: 0.5 },
  { truncated: true },
];

/** What stays the same when rows change places: evidence line numbers need not. */
function essence(judgement: CheckJudgement): unknown {
  const findings = judgement.findings.map(({ code, verdict, cause, scope }) =>
    JSON.stringify({ code, verdict, cause, scope }),
  );
  return { verdict: judgement.verdict, findings: findings.sort() };
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
  const passing = examples.filter((example) => example.expected.checks[check.id]?.verdict === "pass");
  const reads = (example: Example): string[] => Object.keys(example.records);
  const isSpare = (probe: string, place: string): boolean =>
    options.spare?.[probe]?.some((pattern) => pattern.test(place)) ?? false;
  const neverPasses = (example: Example, damage: Damage, what: string): void => {
    const { verdict } = judgeExample(check, example, damage);
    if (verdict === "pass" && judgeExample(check, example).verdict === "pass")
      expect.fail(`${example.name} still passes: ${what}`);
  };
  /** Probes without which a passing example no longer passes. */
  const decisive = (example: Example): string[] =>
    reads(example).filter((probe) => judgeExample(check, example, { without: [probe] }).verdict !== "pass");

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
      const shown = new Set(
        examples.flatMap((example) => judgeExample(check, example).findings.map((finding) => finding.code)),
      );
      const readme = readFileSync(join(folder, "README.md"), "utf8");
      for (const code of Object.keys(check.codes)) {
        if (check.judgeRack === undefined || !code.startsWith("rack-"))
          expect([...shown], `no example shows ${code}`).toContain(code);
        expect(readme, `README.md does not name ${code}`).toContain(`\`${code}\``);
      }
    });

    for (const example of examples) {
      it(`answers the example ${example.name} by the rules`, async () => {
        const judgement = judgeExample(check, example);
        const expected = example.expected.checks[check.id];
        expect(expected, `expected.json does not speak of ${check.id}`).toBeDefined();
        if (expected !== undefined) expect(disagreements(expected, judgement, textOf(example))).toEqual([]);
        expect(example.name.startsWith(`${judgement.verdict}-`), "an example is named by its verdict").toBe(true);
        const declared = { ...commonCodes, ...check.codes } as Check["codes"];
        for (const { code, verdict, cause } of judgement.findings) {
          expect(declared[code]?.verdict, `verdict of ${code}`).toBe(verdict);
          expect(declared[code]?.causes, `causes of ${code}`).toContain(cause);
        }
        await expect(`${JSON.stringify(judgement, null, 2)}\n`).toMatchFileSnapshot(
          join(example.dir, "judgement.json"),
        );
      });
    }

    it("never passes without a probe it reads, or with one that did not run well (G3)", () => {
      for (const example of passing) {
        expect(decisive(example).length, `${example.name} needs no probe`).toBeGreaterThan(0);
        neverPasses(example, { without: reads(example) }, "without any evidence");
        for (const probe of decisive(example)) {
          for (const record of BAD_RECORDS)
            neverPasses(example, { record: { [probe]: record } }, `${probe} with ${JSON.stringify(record)}`);
          neverPasses(example, { out: { [probe]: undefined } }, `${probe} without its output file`);
          neverPasses(example, { out: { [probe]: `${example.out[probe] ?? ""}\u0000` } }, `${probe} with a NUL byte`);
        }
      }
    });

    it("never passes with a line, field, row or element taken out, but for those named spare", () => {
      for (const example of passing) {
        for (const probe of decisive(example)) {
          for (const { place, text } of removals(example.out[probe] ?? "")) {
            const { verdict } = judgeExample(check, example, { out: { [probe]: text } });
            if (isSpare(probe, place))
              expect(verdict, `${example.name}: ${probe} without the spare ${place}`).toBe("pass");
            else expect(verdict, `${example.name}: ${probe} without ${place}`).not.toBe("pass");
          }
        }
      }
    });

    it("never passes with text that was cut", () => {
      for (const example of passing) {
        for (const probe of decisive(example)) {
          const text = example.out[probe] ?? "";
          for (let part = 0; part < 64; part += 1) {
            const kept = text.slice(0, Math.floor((text.length * part) / 64));
            const lost = text.slice(kept.length);
            // A cut inside a spare line whose beginning tells that it is spare loses nothing either.
            const begun = kept.slice(kept.lastIndexOf("\n") + 1);
            const harmless = `${begun}\n${begun}${lost}`
              .split("\n")
              .every((line) => line === "" || isSpare(probe, line));
            if (lost.trim() !== "" && !harmless)
              neverPasses(example, { out: { [probe]: kept } }, `${probe} cut at ${String(part)}/64`);
          }
        }
      }
    });

    it("refuses foreign shapes", () => {
      for (const example of passing) {
        for (const probe of decisive(example)) {
          const others = reads(example)
            .filter((other) => other !== probe)
            .map((other) => example.out[other] ?? "");
          for (const text of [...FOREIGN, ...others])
            if (text !== example.out[probe])
              neverPasses(
                example,
                { out: { [probe]: text } },
                `${probe} printing ${JSON.stringify(text.slice(0, 40))}`,
              );
        }
      }
    });

    it("answers the same whatever the order of rows that carry their own id", () => {
      for (const example of examples) {
        for (const [probe, reorder] of Object.entries(options.shuffle ?? {})) {
          const text = example.out[probe];
          if (text === undefined) continue;
          fc.assert(
            fc.property(fc.infiniteStream(fc.nat()), (ranks) => {
              const shuffled = reorder(text, (items) =>
                items
                  .map((item) => ({ item, rank: ranks.next().value as number }))
                  .sort((a, b) => a.rank - b.rank)
                  .map(({ item }) => item),
              );
              expect(
                essence(judgeExample(check, example, { out: { [probe]: shuffled } })),
                `${example.name}: ${probe} shuffled`,
              ).toEqual(essence(judgeExample(check, example)));
            }),
            { numRuns: 12 },
          );
        }
      }
    });

    it("never throws and never crashes on damaged text", () => {
      const cases = examples.flatMap((example) =>
        reads(example)
          .filter((probe) => (example.out[probe] ?? "") !== "")
          .map((probe) => ({ example, probe })),
      );
      const damage = fc.record({
        which: fc.nat(),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(200),
        insert: fc.oneof(
          fc.string({ unit: "binary", maxLength: 60 }),
          fc.constantFrom("\uFFFD", "\u0000", "null", "{", "</gpu>", "-1", "NaN", "1e999", "\n\n", "[[[["),
        ),
        badBytes: fc.boolean(),
      });
      fc.assert(
        fc.property(damage, ({ which, at, length, insert, badBytes }) => {
          const chosen = cases[which % cases.length];
          if (chosen === undefined) return;
          const { example, probe } = chosen;
          const text = example.out[probe] ?? "";
          const start = Math.floor(text.length * at);
          const judgement = judgeExample(check, example, {
            out: { [probe]: text.slice(0, start) + insert + text.slice(start + length) },
            damagedBytes: badBytes ? [probe] : [],
          });
          expect(judgement.findings.map((finding) => finding.code)).not.toContain("check-crashed");
        }),
        { numRuns: 300 },
      );
    });

    it("is pure: no clock, randomness, environment or I/O, and the same answer again", () => {
      for (const example of examples) {
        const before = judgeExample(check, example);
        const evidence = evidenceFrom(example);
        const { expected } = prepareExpectations(check, example.node.name, example.expect);
        expect(trapImpurity(() => void check.judge(evidence, expected))).toEqual([]);
        for (const other of examples.slice(0, 3)) judgeExample(check, other);
        expect(judgeExample(check, example)).toEqual(before);
      }
    });
  });
}
