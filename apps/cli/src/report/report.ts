import type { NodeJudgement, RackJudgement } from "@slipway/domain";

/** Receives judgements as they come and prints them to stdout, at once or at the end. */
export interface Report {
  node(judgement: NodeJudgement): void;
  rack(judgement: RackJudgement): void;
  /**
   * @param refused how many inputs could not be judged at all
   * @param notes what a person may do about the judgements; documents leave them out
   */
  end(refused: number, notes?: readonly string[]): void;
}
