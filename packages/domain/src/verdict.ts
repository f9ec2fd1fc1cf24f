import { z } from "zod";

/**
 * What a check, a finding or a node came to.
 *
 * `inconclusive` is an answer of its own: no evidence is not healthy, and no evidence is not sick.
 * It never admits a node and never bans one.
 */
export const Verdict = z.enum(["pass", "fail", "inconclusive", "not-applicable"]);
export type Verdict = z.infer<typeof Verdict>;

/** What a single finding may say; `not-applicable` is said for a whole node only. */
export const FindingVerdict = Verdict.exclude(["not-applicable"]);
export type FindingVerdict = z.infer<typeof FindingVerdict>;

/**
 * Joins the findings of one check (rule G1): a proven fault is not hidden by a part that is
 * missing, and a missing part never becomes a pass.
 */
export function verdictOfFindings(verdicts: Iterable<FindingVerdict>): FindingVerdict {
  let joined: FindingVerdict = "pass";
  for (const verdict of verdicts) {
    if (verdict === "fail") return "fail";
    if (verdict === "inconclusive") joined = "inconclusive";
  }
  return joined;
}

/**
 * Joins the checks of one node, or the nodes of one run: `fail` if any fails, else `inconclusive`
 * if any is or if nothing was judged (rule G2), else `pass`. Checks that do not apply do not count.
 */
export function verdictOfParts(verdicts: Iterable<Verdict>): FindingVerdict {
  const judged = [...verdicts].filter((verdict) => verdict !== "not-applicable");
  return judged.length === 0 ? "inconclusive" : verdictOfFindings(judged);
}
