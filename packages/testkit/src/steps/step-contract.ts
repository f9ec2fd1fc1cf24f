import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Step } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { calling } from "./calling.ts";
import type { StepClause, StepSubject } from "./carry-out.ts";
import { crashing } from "./crashing.ts";
import { observing } from "./observing.ts";
import { performing } from "./performing.ts";
import { reverting } from "./reverting.ts";
import type { StepCase } from "./step-world.ts";

export const stepClauses: readonly StepClause[] = [...observing, ...performing, ...crashing, ...reverting, ...calling];

/** Faults that a message shows of one sentence; the rest is counted. */
const MOST = 20;

/** What a sentence finds wrong with a step, in words; empty when the step keeps it. */
export async function faultsOf(clause: StepClause, subject: StepSubject): Promise<readonly string[]> {
  const faults: string[] = [];
  try {
    for await (const fault of clause.faults(subject)) faults.push(fault);
  } catch (error) {
    faults.push(`it threw where nothing was in its way: ${String(error)}`);
  }
  return faults;
}

/** A step with its case. @throws ZodError for an input that the step's schema refuses */
export const subjectOf = (step: Step, { input, open }: StepCase): StepSubject => ({
  step,
  open,
  input: step.input.parse(input),
});

/**
 * The contract every step keeps, as a vitest suite: it looks for its effect before and after it acts, what is unclear is
 * never done, refusals and lost answers are told apart, a crash between any two calls and a repeat do nothing twice, what
 * somebody else changed is not taken back, and every call ends by the act's signal and deadline.
 *
 * @param testModuleUrl `import.meta.url` of the plugin's `src/index.test.ts`
 * @param cases inputs, each with the world that it is for, by what is special in them
 */
export function stepContract(step: Step, testModuleUrl: string, cases: Readonly<Record<string, StepCase>>): void {
  const folder = dirname(dirname(fileURLToPath(testModuleUrl)));

  describe(`${step.id} keeps the contract of a step`, () => {
    it("is named as its folder and its package say", () => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as object;
      expect(step.id).toBe(basename(folder));
      expect(manifest).toMatchObject({ name: `@slipway/step-${step.id}`, slipway: { kind: "step", id: step.id } });
      expect(step.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(step.title.length).toBeGreaterThan(10);
    });

    for (const [name, one] of Object.entries(cases))
      describe(`for the case ${name}`, () => {
        for (const clause of stepClauses)
          it(`${clause.title}`, async () => {
            const faults = await faultsOf(clause, subjectOf(step, one));
            const more = faults.length > MOST ? [`and ${String(faults.length - MOST)} more`] : [];
            if (faults.length > 0) expect.fail([...faults.slice(0, MOST), ...more].join("\n"));
          });
      });
  });
}
