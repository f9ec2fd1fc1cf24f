// The thread that reads what nodes print, and judges it by check builds that it imports as they are asked for.
import type { CheckJudgement } from "@slipway/domain";
import { runCheck } from "@slipway/plugin-sdk";
import { importCheck } from "../import-check.ts";
import { serveThread } from "../threads/serve-thread.ts";
import type { ReaderAsk, ReaderSaid } from "./judging-pool.ts";
import { unpack } from "./pack.ts";
import { evidenceOf, reportOf } from "./reader.ts";

serveThread<undefined, ReaderAsk, ReaderSaid>(() =>
  Promise.resolve(async (ask, say) => {
    if ("report" in ask) return say({ report: reportOf(ask.report, unpack(ask.packed)) });
    const { node, from, checks } = ask;
    const evidence = evidenceOf({ node, ...("packed" in from ? { outputs: unpack(from.packed) } : from) });
    const judgements: CheckJudgement[] = [];
    for (const { id, url, expectations } of checks)
      judgements.push(runCheck(await importCheck(id, url), evidence, expectations));
    say({ judgements });
  }),
);
