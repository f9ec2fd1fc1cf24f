import { benchBacktest } from "./backtest.ts";
import { benchCoverage } from "./coverage.ts";
import { benchCube } from "./cube.ts";
import { benchEndToEnd } from "./end-to-end.ts";
import { benchFanout } from "./fanout.ts";
import { benchHealthz } from "./healthz.ts";
import { benchJudging } from "./judging.ts";
import { benchLabFigures } from "./lab-figures.ts";
import { benchLinearity } from "./linearity.ts";
import { print, type BenchResult } from "./report.ts";
import { benchLoad } from "./load.ts";
import { benchScale } from "./scale.ts";
import { benchStorePath } from "./store-path.ts";
import { benchTicks } from "./ticks.ts";
import { benchValidate } from "./validate.ts";
import { benchVerify } from "./verify.ts";

const BENCHES: Readonly<Record<string, () => Promise<BenchResult[]> | BenchResult[] | void>> = {
  judging: benchJudging,
  linearity: benchLinearity,
  fanout: benchFanout,
  verify: benchVerify,
  "store-path": benchStorePath,
  ticks: benchTicks,
  scale: benchScale,
  healthz: benchHealthz,
  load: benchLoad,
  "end-to-end": benchEndToEnd,
  validate: benchValidate,
  cube: benchCube,
  backtest: benchBacktest,
  coverage: benchCoverage,
  "lab-figures": benchLabFigures,
};

/**
 * `./slipway bench [name…]`: speed as ratios against a named peer in one run.
 *
 * @returns exit code: 2 when a ratio misses its bound, 3 for a name that is no bench
 */
export async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    process.stderr.write(`slipway: bench ${unknown}: there is none (known: ${Object.keys(BENCHES).join(", ")})\n`);
    return 3;
  }
  const results: BenchResult[] = [];
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    print(`\n${name}`);
    results.push(...((await BENCHES[name]?.()) ?? []));
  }
  return results.some(({ ratio, bound }) => !(ratio <= bound)) ? 2 : 0;
}
