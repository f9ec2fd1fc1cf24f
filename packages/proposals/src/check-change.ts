import { execFileSync } from "node:child_process";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { ProposedChange } from "./fleet-change.ts";

const folderOf = (check: string): string => `plugins/checks/${check}`;
const LIMIT = { timeout: 60_000, maxBuffer: 64 << 20 } as const;

function git(root: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", root, ...args], { ...LIMIT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function commit(root: string, rev: string): string {
  try {
    return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${rev}^{commit}`).trim();
  } catch {
    throw new SlipwayError("input", `${rev}: is no commit of this repository`, {
      hint: "a proposal names what others can fetch: commit the change first",
    });
  }
}

/**
 * A check's folder between two commits.
 *
 * @param from the commit before `to` when undefined
 * @throws SlipwayError of kind `input` for what is no commit, or where the check does not change
 */
export function checkChange(root: string, check: string, to: string, from: string | undefined): ProposedChange {
  const [after, before] = [commit(root, to), commit(root, from ?? `${to}~1`)];
  const diff = git(root, "diff", "--no-color", "--no-ext-diff", "--no-textconv", before, after, "--", folderOf(check));
  if (diff === "")
    throw new SlipwayError(
      "input",
      `${check} does not change between ${before.slice(0, 12)} and ${after.slice(0, 12)}`,
      { hint: "name what it is compared with by --against" },
    );
  return {
    kind: "check",
    change: {
      diff,
      files: [],
      check: { id: check, from: before, to: after },
      settings: [{ kind: "check", name: check }],
      relaxes: [],
      may_relax: [],
    },
    concerns: [{ kind: "check", name: check }],
    lanes: [],
  };
}

/** Whether this checkout has the check as a commit has it. */
export function hasCheckOf(root: string, check: string, rev: string): boolean {
  try {
    git(root, "diff", "--quiet", rev, "--", folderOf(check));
    return git(root, "ls-files", "--others", "--exclude-standard", "--", folderOf(check)) === "";
  } catch {
    return false;
  }
}
