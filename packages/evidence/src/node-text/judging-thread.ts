// The thread that reads what nodes print, and judges it by check builds that it imports as they are asked for.
import type { CheckJudgement } from "@slipway/domain";
import { runCheck, type Check } from "@slipway/plugin-sdk";
import { importCheck } from "../import-check.ts";
import { serveThread } from "../threads/serve-thread.ts";
import type { ReaderAsk, ReaderSaid } from "./judging-pool.ts";
import { unpack } from "./pack.ts";
import { evidenceOf, reportOf } from "./reader.ts";

/** By the url of their build: `import` looks for a module anew each time, which takes longer than most checks. */
const imported = new Map<string, Check>();

serveThread<undefined, ReaderAsk, ReaderSaid>(() =>
  Promise.resolve(async (ask, say) => {
    if ("report" in ask) return say({ report: reportOf(ask.report, unpack(ask.packed)) });
    const { node, from, checks } = ask;
    const evidence = evidenceOf({ node, ...("packed" in from ? { outputs: unpack(from.packed) } : from) });
    const judgements: CheckJudgement[] = [];
    for (const { id, url, expectations } of checks) {
      const known = imported.get(url);
      const check = known?.id === id ? known : await importCheck(id, url);
      imported.set(url, check);
      judgements.push(runCheck(check, evidence, expectations));
    }
    say({ judgements });
  }),
);
