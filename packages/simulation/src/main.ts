import { parseArgs } from "node:util";
import { FAULT_KINDS, nothingStruck, type Struck } from "./faults.ts";
import { runSeeds } from "./pool.ts";
import type { SeedReport } from "./seed.ts";

const USAGE = `usage: node packages/simulation/src/main.ts (--seeds A-B | --postgres A-B | --replay N) [--workers N]

  --seeds A-B      runs these seeds
  --postgres A-B   runs these seeds over PostgreSQL, each on a database of its own
  --replay N       runs one seed and prints what it came to
  --workers N      threads, 2 when absent

exit code: 0 all invariants held · 1 one was broken, or a kind of fault struck too rarely · 3 usage
`;

/** Every kind of fault strikes at least so often in a run of some length, or the run proves too little. */
const AT_LEAST = 20;
const SOME_LENGTH = 50;
/** Progress is told after this many seeds. */
const TOLD_EVERY = 50;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const wanted = read();
  if (wanted === undefined) {
    process.stderr.write(USAGE);
    return 3;
  }
  const { seeds, postgres, workers } = wanted;
  const begun = performance.now();
  const struck: Struck = nothingStruck();
  const failed: SeedReport[] = [];
  const sums = { seeds: 0, passes: 0, releases: 0, bans: 0, ms: 0 };
  await runSeeds(seeds, {
    workers,
    postgres,
    onReport: (report) => {
      for (const kind of FAULT_KINDS) struck[kind] += report.struck[kind];
      sums.seeds += 1;
      for (const sum of ["passes", "releases", "bans", "ms"] as const) sums[sum] += report[sum];
      if (report.violations.length > 0) {
        failed.push(report);
        print(failureOf(report, postgres));
      }
      if (sums.seeds % TOLD_EVERY === 0 && sums.seeds < seeds.length)
        print(
          `${String(sums.seeds)} of ${String(seeds.length)} seeds, ${((performance.now() - begun) / 1_000).toFixed(0)} s`,
        );
    },
  });
  print(
    `${String(sums.seeds)} seeds in ${((performance.now() - begun) / 1_000).toFixed(1)} s, ` +
      `${(sums.ms / sums.seeds).toFixed(0)} ms each: ${String(sums.passes)} passes, ${String(sums.releases)} ` +
      `releases, ${String(sums.bans)} bans`,
  );
  for (const kind of FAULT_KINDS) print(`  ${kind.padEnd(20)} struck ${String(struck[kind])} times`);
  const rare = seeds.length < SOME_LENGTH ? [] : FAULT_KINDS.filter((kind) => struck[kind] < AT_LEAST);
  if (rare.length > 0) print(`struck fewer than ${String(AT_LEAST)} times: ${rare.join(", ")}`);
  if (failed.length > 0)
    print(`${String(failed.length)} seeds broke an invariant: ${failed.map(({ seed }) => seed).join(", ")}`);
  return failed.length > 0 || rare.length > 0 ? 1 : 0;
}

const failureOf = ({ seed, violations }: SeedReport, postgres: boolean): string =>
  [
    `seed ${String(seed)} broke an invariant; replay it with`,
    `  node packages/simulation/src/main.ts ${postgres ? `--postgres ${String(seed)}-${String(seed)}` : `--replay ${String(seed)}`}`,
    ...violations.map((violation) => `  ${violation}`),
  ].join("\n");

function read(): { seeds: number[]; postgres: boolean; workers: number } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: "string" },
        postgres: { type: "string" },
        replay: { type: "string" },
        workers: { type: "string", default: "2" },
      },
    });
    const ranges = [values.seeds, values.postgres, values.replay && `${values.replay}-${values.replay}`].filter(
      (range) => range !== undefined,
    );
    const [, first, last] = /^(\d+)-(\d+)$/.exec(ranges[0] ?? "") ?? [];
    const [from, to, workers] = [Number(first), Number(last), Number(values.workers)];
    if (ranges.length !== 1 || !(from <= to) || !(workers >= 1)) return undefined;
    return {
      seeds: Array.from({ length: to - from + 1 }, (_, index) => from + index),
      postgres: values.postgres !== undefined,
      workers,
    };
  } catch {
    return undefined;
  }
}

process.exitCode = await main();
