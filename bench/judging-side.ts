// One side of bench/judging.ts, in a process of its own: `judge`, `threads` or `parse`, a folder, how many bundles.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadChecks, resolveCheck } from "@slipway/catalog";
import { judgeNode, judgingPool, readBundle } from "@slipway/evidence";
import { SaxesParser } from "saxes";

const [side, home = "", count = "0"] = process.argv.slice(2);
const dirs = readdirSync(home)
  .sort()
  .slice(0, Number(count))
  .map((name) => join(home, name));
let bytes = 0;

/** The floor: every file of the bundle read whole and parsed by its library, with nothing kept. */
function parseOnly(dir: string): void {
  for (const name of readdirSync(dir)) {
    const text = readFileSync(join(dir, name), "utf8");
    bytes += text.length;
    const first = text.trimStart().charAt(0);
    try {
      if (first === "{") JSON.parse(text);
      else if (first === "<") new SaxesParser().write(text).close();
      else text.split("\n");
    } catch {
      // Damaged on purpose.
    }
  }
}

/** As workers judge: in two threads, with the passes of many nodes waiting for their turn. */
async function judgeInThreads(): Promise<void> {
  const pool = judgingPool((id) => resolveCheck(id));
  const left = dirs.values();
  const judgeSome = async (): Promise<void> => {
    for (const folder of left) {
      const { evidence, expect: expectations = {} } = readBundle(folder);
      const asked = [...checks.values()].map(({ id, version }) => ({ id, version, digest: "", expectations }));
      await pool.judge({ node: evidence.node, folder }, asked);
    }
  };
  await Promise.all(Array.from({ length: 64 }, judgeSome));
  await pool.close();
}

const checks = await loadChecks();
const begin = process.hrtime.bigint();
if (side === "threads") await judgeInThreads();
else
  for (const dir of dirs) {
    if (side === "parse") {
      parseOnly(dir);
      continue;
    }
    const { evidence, expect } = readBundle(dir);
    judgeNode(evidence, expect ?? {}, checks);
  }
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
process.stdout.write(JSON.stringify({ seconds, bytes, peakMiB: process.resourceUsage().maxRSS / 1024 }));
