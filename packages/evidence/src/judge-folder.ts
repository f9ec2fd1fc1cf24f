import { verdictOfParts, type Expectations, type FindingVerdict, type NodeJudgement } from "@slipway/domain";
import { SlipwayError, type KeptEvidence } from "@slipway/plugin-sdk";
import { judgeNode, type Checks } from "./judge.ts";
import { readBundle, type Bundle } from "./read-bundle.ts";

/** Exit codes of `slipway judge` (interfaces.md 4). */
const JUDGE_EXIT = { pass: 0, fail: 1, inconclusive: 2, refused: 3 } as const;

/** How bundles are judged: the checks there are, those asked for, and what is expected of each bundle. */
export interface Judging {
  readonly checks: Checks;
  readonly expectations: (bundle: Bundle) => Expectations;
  readonly only?: readonly string[] | undefined;
}

/** One folder's answer; or why it must be refused (rule G6), in which case nothing was judged. */
export type FolderAnswer =
  | { readonly evidence: KeptEvidence; readonly expectations: Expectations; readonly judgement: NodeJudgement }
  | { readonly refused: SlipwayError };

/** Reads and judges one bundle. An error that is no refusal is a fault of ours, and is thrown. */
export function judgeFolder(dir: string, { checks, expectations, only }: Judging): FolderAnswer {
  try {
    const bundle = readBundle(dir);
    const expected = expectations(bundle);
    const judgement = judgeNode(bundle.evidence, expected, checks, only);
    return { evidence: bundle.evidence, expectations: expected, judgement };
  } catch (error) {
    if (!SlipwayError.is(error)) throw error;
    return { refused: error };
  }
}

/** The exit code of a run: a refusal stands above every verdict. */
export function judgeExit(verdicts: readonly FindingVerdict[], refusals: number): number {
  return refusals > 0 ? JUDGE_EXIT.refused : JUDGE_EXIT[verdictOfParts(verdicts)];
}
