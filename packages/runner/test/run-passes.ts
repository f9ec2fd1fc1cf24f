// Runs one pass each on nodes that print these words, at once and in one process, and prints what was said of each.
import { judgingPool } from "@slipway/evidence";
import type { ExecResult } from "@slipway/plugin-sdk";
import { Clusters, CLUSTERS_SCHEMA } from "@slipway/policy";
import { memoryBlobs, memoryStore } from "@slipway/store/memory";
import { machineRow, validationRow } from "@slipway/store/testing";
import { fleetOf } from "@slipway/fleet";
import { judgingSet } from "@slipway/fleet";
import { DEFAULT_LIMITS, type RunnerParts } from "../src/worker/parts.ts";
import type { Adapter } from "@slipway/collect";
import { runPass } from "../src/validation/run-pass.ts";
import easilyKilled from "./easily-killed.ts";
import steady from "./steady.ts";
import { execResult } from "@slipway/testkit";

const words = process.argv.slice(2);
const checks = new Map([easilyKilled, steady].map((check) => [check.id, check]));
const ids = [...checks.keys()];
const store = memoryStore();
const fleet = fleetOf(
  { lanes: [], clusters: Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} }), expectations: [] },
  checks,
);

/** A node that prints one word, whatever it is asked. */
const adapterOf = (word: string): Adapter => ({
  transport: {
    connect: () =>
      Promise.resolve({
        lost: undefined,
        close: () => undefined,
        exec: ({ argv }): Promise<ExecResult> => Promise.resolve(execResult(`${word}\n`, { argv: [...argv] })),
      }),
    close: () => undefined,
  },
});
// Long enough for a thread to start and judge, and short, for a hanging one takes a whole core.
const reader = judgingPool((id) => new URL(`${id}.ts`, import.meta.url).href, { hangsMs: 5_000 });
const set = judgingSet({ checks, digests: {} }, reader);
const parts = {
  store,
  blobs: memoryBlobs(),
  clock: { now: () => Date.now() },
  fleet,
  judging: () => Promise.resolve(set),
  reader,
  adapters: new Map(words.map((word) => [word, adapterOf(word)])),
  limits: DEFAULT_LIMITS,
} as unknown as RunnerParts;
await store.transaction((tx) =>
  tx.insert(
    "machines",
    words.map((_, index) => machineRow(index + 1, { system_serial: null, gpu_serials: [] })),
  ),
);
await Promise.all(
  words.map(async (word, index) => {
    const validation = validationRow(index + 1, { adapter: word, checks: ids });
    await store.transaction((tx) => tx.insert("validations", [validation]));
    const asked = {
      key: `validation/${String(index + 1)}/pass/1/1`,
      fence: 0,
      validation: index + 1,
      attempt: 1,
      runIndex: 1,
      try: 0,
      kind: "required" as const,
      way: `vendor:${word}`,
    };
    const { verdict, checks: judged } = await runPass(parts, asked, new AbortController().signal);
    const said = judged.map(({ check, findings }) => [check, ...findings.map(({ code }) => code)].join(" "));
    process.stdout.write(`${JSON.stringify({ word, verdict, said })}\n`);
  }),
);
