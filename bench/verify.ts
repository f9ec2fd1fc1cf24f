// What an agent waits for: printed, held against nothing.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { median, print } from "./report.ts";

const root = join(import.meta.dirname, "..");

function seconds(args: readonly string[]): number {
  const begin = performance.now();
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (run.status !== 0)
    throw new Error(`${args.join(" ")} ended with ${String(run.status)}:\n${run.stdout}${run.stderr}`);
  return (performance.now() - begin) / 1000;
}

export function benchVerify(): void {
  const verify = ["slipway.mjs", "verify", "ib-xdr"];
  seconds(verify); // warms the incremental program and the compile cache
  print(`verify of one check, warm, median of 3: ${median([1, 2, 3].map(() => seconds(verify))).toFixed(1)} s`);
  print(`tests of all plugins: ${seconds(["slipway.mjs", "exec", "vitest", "run", "plugins"]).toFixed(1)} s`);
}
