import { StatsInputError } from "../input-error.ts";

/** What is taken for true of nodes that were refused. `canary`: what a randomised arm of them did. */
export type Assume = "none" | "monotone" | "canary" | { readonly odds: number };

/**
 * `none`, `monotone`, `canary` or `odds=G`, as the command line and the server are asked.
 *
 * @throws StatsInputError for anything else, and for odds below 1
 */
export function parseAssume(text: string): Assume {
  if (text === "none" || text === "monotone" || text === "canary") return text;
  const odds = /^odds=(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  if (odds === undefined || Number(odds) < 1)
    throw new StatsInputError(
      `${JSON.stringify(text)} is no assumption: none, monotone, canary, or odds=G with G 1 at least`,
    );
  return { odds: Number(odds) };
}

export const assumeText = (assume: Assume): string =>
  typeof assume === "string" ? assume : `odds=${String(assume.odds)}`;
