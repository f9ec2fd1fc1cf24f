// A line twice as long may take at most three times as long, for each probe of each check.
import { loadChecks } from "@slipway/catalog";
import { runCheck, type Check } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { synthesize, type Synthesized } from "@slipway/synth";
import { print, ratioLine, type BenchResult } from "./report.ts";

const MIB = 2 ** 20;
const REPEATS = 7;
const ATTEMPTS = 4;
const BOUND = 3;
/** What an adversary, or a broken tool, would make a line of. */
const FILLERS = ["x", " ", "0", "(", "a:", "\t", "[", "Xid ", "1 2 ", "<a ", "\\u0000"] as const;

/** A probe of a node, and what its text is stretched by. */
interface Stretch {
  readonly node: Synthesized;
  readonly probe: string;
  readonly filler: string;
}

/** Puts a long run of `filler` into the middle of a probe's text, at the end of a line. */
function stretched(
  { node, probe, filler }: Stretch,
  bytes: number,
): Record<string, { stdout: string; argv: readonly string[]; exitCode: number | null }> {
  return Object.fromEntries(
    Object.entries(node.captures).map(([id, { stdout, argv, exitCode }]) => {
      const middle = stdout.indexOf("\n", Math.floor(stdout.length / 2));
      const long = `${stdout.slice(0, middle)}${filler.repeat(Math.floor(bytes / filler.length))}${stdout.slice(middle)}`;
      return [id, { stdout: id === probe ? long : stdout, argv, exitCode }];
    }),
  );
}

/** The fastest of several runs, in milliseconds; evidence is made anew because readings are kept. */
function fastest(check: Check, stretch: Stretch, bytes: number): number {
  const { node } = stretch;
  const probes = stretched(stretch, bytes);
  let best = Infinity;
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const evidence = evidenceOf({ node: node.node, probes });
    const begin = performance.now();
    runCheck(check, evidence, node.expect);
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

/** What a second MiB costs. A ratio over the bound is measured again, because other work makes one and a slow parser keeps it. */
function growth(check: Check, stretch: Stretch): { ratio: number; ms: number } {
  let best = { ratio: Infinity, ms: 0 };
  for (let attempt = 0; attempt < ATTEMPTS && best.ratio > BOUND; attempt += 1) {
    const one = fastest(check, stretch, MIB);
    const ms = fastest(check, stretch, 2 * MIB);
    // Below a millisecond the clock and the collector are all that is measured.
    const ratio = ms < 1 ? 1 : ms / Math.max(one, 0.5);
    if (ratio < best.ratio) best = { ratio, ms };
  }
  return best;
}

export async function benchLinearity(): Promise<BenchResult[]> {
  const node = synthesize({ seed: 1 });
  let worst = { name: "none", ratio: 0, ms: 0 };
  for (const check of (await loadChecks()).values()) {
    const probes = check.probes
      .flatMap(({ probe }) => probe.commands(node.expect).map(({ id }) => id))
      .filter((id) => id in node.captures);
    for (const probe of probes) {
      for (const filler of FILLERS) {
        const measured = growth(check, { node, probe, filler });
        if (measured.ratio > worst.ratio)
          worst = { name: `${check.id} reading ${probe} with ${JSON.stringify(filler)}`, ...measured };
      }
    }
  }
  print(
    `a line of 2 MiB against one of 1 MiB, every probe of every check; worst: ${worst.name}, ${worst.ms.toFixed(1)} ms`,
  );
  return [ratioLine("2 MiB line / 1 MiB line", worst.ratio, BOUND)];
}
