import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { z } from "zod";
import { runTool } from "./run-tool.ts";
import { pluginsOf, readWorkspace, repositoryRoot } from "./workspace.ts";

/** A check's own tests catch at least this share of mutants. */
export const LEAST_SCORE = 0.85;

const Place = z.object({ line: z.number() });

/** What is read of Stryker's report (mutation-testing-report-schema). */
const Report = z.object({
  files: z.record(
    z.string(),
    z.object({
      mutants: z.array(
        z.object({
          status: z.string(),
          mutatorName: z.string(),
          replacement: z.string().optional(),
          location: z.object({ start: Place }),
        }),
      ),
    }),
  ),
});

const CAUGHT = new Set(["Killed", "Timeout"]);
const MISSED = new Set(["Survived", "NoCoverage"]);

/** Counts what was caught, and lists what was not, as `file:line mutator → replacement`. */
export function scoreOf(report: z.output<typeof Report>): { score: number; caught: number; missed: string[] } {
  let caught = 0;
  const missed: string[] = [];
  for (const [file, { mutants }] of Object.entries(report.files)) {
    for (const { status, mutatorName, replacement = "", location } of mutants) {
      if (CAUGHT.has(status)) caught += 1;
      if (MISSED.has(status))
        missed.push(
          `${file}:${String(location.start.line)}  ${mutatorName} → ${replacement.replaceAll(/\s+/g, " ").slice(0, 80)}`,
        );
    }
  }
  const all = caught + missed.length;
  return { score: all === 0 ? 0 : caught / all, caught, missed };
}

const DAY_MS = 86_400_000;

/** The check whose turn it is: each in its turn, one a day. */
export function checkOfTheDay(ids: readonly string[], at: Date): string {
  const id = ids.toSorted()[Math.floor(at.getTime() / DAY_MS) % ids.length];
  if (id === undefined) throw new SlipwayError("input", "mutate: there are no checks");
  return id;
}

/** The check that is meant: the one that is named, or that of today. */
function chosen(named: string | undefined, ofTheDay: boolean): string {
  if ((named === undefined) !== ofTheDay)
    throw new SlipwayError("input", "mutate needs a check, or --of-the-day, and not both");
  const ids = pluginsOf(readWorkspace(repositoryRoot), "check").map(({ id }) => id);
  if (named === undefined) return checkOfTheDay(ids, new Date());
  if (!ids.includes(named))
    throw new SlipwayError("input", `mutate ${named}: there is no such check`, { hint: `checks: ${ids.join(", ")}` });
  return named;
}

/**
 * `mutate`: the mutation score of one check by its own tests.
 *
 * @returns exit code 1 when it is below {@link LEAST_SCORE}, or when Stryker did not get to a score
 */
export async function mutate(
  named: string | undefined,
  options: { ofTheDay?: boolean; json?: boolean },
): Promise<number> {
  const id = chosen(named, options.ofTheDay === true);
  const run = await runTool("stryker", ["run", "packages/tooling/stryker.config.mjs"], { env: { SLIPWAY_MUTATE: id } });
  if (run.exitCode !== 0) {
    process.stderr.write(run.output);
    return 1;
  }
  const report = Report.parse(JSON.parse(readFileSync(join(repositoryRoot, "reports/mutation", `${id}.json`), "utf8")));
  const { score, caught, missed } = scoreOf(report);
  const ok = score >= LEAST_SCORE;
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ schema: "slipway/mutate@1", check: id, ok, score, caught, missed, seconds: Math.round(run.seconds) })}\n`,
    );
  else {
    for (const mutant of missed) process.stdout.write(`missed  ${mutant}\n`);
    process.stdout.write(
      `${ok ? "green" : "RED"}  ${id}: ${(score * 100).toFixed(1)} % of ${String(caught + missed.length)} mutants caught, ` +
        `at least ${String(LEAST_SCORE * 100)} % are wanted  ${run.seconds.toFixed(0)} s\n`,
    );
  }
  return ok ? 0 : 1;
}
