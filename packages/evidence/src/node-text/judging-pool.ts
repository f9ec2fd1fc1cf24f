import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { CheckJudgement, Expectations, NodeIdentity } from "@slipway/domain";
import type { Host } from "@slipway/plugin-sdk";
import { ThreadPool, type Posted } from "../threads/thread-pool.ts";
import { identityOf } from "./identity.ts";
import { pack, type Packed } from "./pack.ts";
import {
  crashed,
  reporting,
  type AskedCheck,
  type EvidenceReader,
  type EvidenceSource,
  type NodeReport,
} from "./reader.ts";

/** What a judging thread is asked. */
export type ReaderAsk =
  | { readonly report: Host; readonly packed: Packed }
  | {
      readonly node: NodeIdentity;
      readonly from: { readonly packed: Packed } | { readonly folder: string };
      readonly checks: readonly { readonly id: string; readonly url: string; readonly expectations: Expectations }[];
    };

/** What it says, once: a message for each check would cost as much as judging by it. */
export type ReaderSaid = { readonly report: NodeReport } | { readonly judgements: readonly CheckJudgement[] };

const THREADS = 2;
/** Time that one bundle may take; a check that takes it all is not waited for. */
const HANGS_MS = 20_000;
/** Memory of one thread, in MiB, of which a part holds what is garbage with the next bundle. */
const MEMORY_MB = 192;
const YOUNG_MB = 48;

/**
 * Reads and judges what nodes print in threads of its own, so that a text that hangs or ends its reader ends
 * a thread. Its checks then go to new threads one by one, after whatever else waits, and the one that ends its
 * thread again gives `check-crashed`. Output goes over as memory or by its folder, never copied by the thread.
 *
 * @param locate the url of a check's build; what it throws rejects
 */
export function judgingPool(
  locate: (id: string, digest: string) => string,
  { threads = THREADS, hangsMs = HANGS_MS }: { readonly threads?: number; readonly hangsMs?: number } = {},
): EvidenceReader {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve("@slipway/evidence/judging-thread"));
  const memory = { oldMb: MEMORY_MB - YOUNG_MB, youngMb: YOUNG_MB };
  const pool = new ThreadPool<ReaderAsk, ReaderSaid>(entry, undefined, { threads, hangsMs, ahead: 1, ...memory });
  return {
    async report(host, outputs) {
      const { said, death = "" } = await pool.run(() => {
        const packed = pack(reporting(outputs));
        return { ask: { report: host, packed }, transfer: [packed.bytes] };
      });
      const [first] = said;
      return first !== undefined && "report" in first
        ? first.report
        : { node: identityOf(host, new Map()), use: { state: "unknown", why: `its reader failed: ${death}` } };
    },
    async judge(source, asked) {
      const judgeBy = async (located: readonly Located[]): Promise<readonly CheckJudgement[]> => {
        const { said, death = "nothing was said" } = await pool.run(() => questionOf(source, located));
        const [first] = said;
        if (first !== undefined && "judgements" in first) return first.judgements;
        const [only, ...others] = located;
        if (only !== undefined && others.length === 0)
          return [crashed(only.check, source, `The check failed on this evidence: ${death}`)];
        return (await Promise.all(located.map((one) => judgeBy([one])))).flat();
      };
      return judgeBy(asked.map((check) => ({ check, url: locate(check.id, check.digest) })));
    },
    close: () => pool.close(),
  };
}

/** A check with the url of its build. */
interface Located {
  readonly check: AskedCheck;
  readonly url: string;
}

function questionOf(source: EvidenceSource, asked: readonly Located[]): Posted<ReaderAsk> {
  const { node } = source;
  const checks = asked.map(({ check: { id, expectations }, url }) => ({ id, url, expectations }));
  if ("folder" in source) return { ask: { node, from: { folder: source.folder }, checks } };
  const packed = pack(source.outputs);
  return { ask: { node, from: { packed }, checks }, transfer: [packed.bytes] };
}
