import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Lane, type Proposal } from "@slipway/policy";
import { applyPatch, parsePatch, reversePatch } from "diff";
import { parse } from "yaml";
import { contentOf, hashOf, type FleetEdit } from "./fleet-change.ts";
import { replaceFile } from "./proposal-file.ts";

const EXACTLY = { fuzzFactor: 0, autoConvertLineEndings: false } as const;

/**
 * The content of each file after a proposal's diff is written or reverted; without files that have it already.
 *
 * @throws SlipwayError of kind `input` for a file that has neither its old content nor its new one
 */
function editsOf(
  fleetFolder: string,
  { change: { files, diff } }: Proposal,
  direction: "forward" | "back",
): readonly FleetEdit[] {
  const patches = parsePatch(diff);
  return files.flatMap(({ path, before, after }): FleetEdit[] => {
    const [from, to] = direction === "forward" ? [before, after] : [after, before];
    const now = contentOf(fleetFolder, path);
    if (hashOf(now) === to) return [];
    if (hashOf(now) !== from)
      throw new SlipwayError(
        "input",
        `${path}: has changed since: it is neither what the proposal found nor what it writes`,
        {
          hint:
            direction === "forward"
              ? "make a new proposal of what it says now"
              : "nothing was taken back; see the diff of the proposal",
        },
      );
    const patch = patches.find(
      ({ oldFileName, newFileName }) => oldFileName === `a/${path}` || newFileName === `b/${path}`,
    );
    const text =
      patch === undefined
        ? false
        : applyPatch(now ?? "", direction === "forward" ? patch : reversePatch(patch), EXACTLY);
    const content = to === null ? null : text;
    if (content === false || hashOf(content) !== to)
      throw new SlipwayError("input", `change.diff: does not make of ${path} what change.files says`);
    return [{ path, content }];
  });
}

/** Writes a proposal's files, or reverts them where they still have what was written: all or none. @returns the paths written */
export function writeFiles(fleetFolder: string, proposal: Proposal, direction: "forward" | "back"): readonly string[] {
  const edits = editsOf(fleetFolder, proposal, direction);
  for (const { path, content } of edits) {
    const file = join(fleetFolder, path);
    if (content === null) rmSync(file, { force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      replaceFile(file, content);
    }
  }
  return edits.map(({ path }) => path);
}

/** Lanes as a proposal's files make them, without those whose file has changed since. */
export function lanesAfter(fleetFolder: string, proposal: Proposal): readonly Lane[] {
  return proposal.change.files.flatMap(({ path }) => {
    if (!path.startsWith("lanes/")) return [];
    try {
      const [edit] = editsOf(
        fleetFolder,
        {
          ...proposal,
          change: { ...proposal.change, files: proposal.change.files.filter((file) => file.path === path) },
        },
        "forward",
      );
      const content = edit === undefined ? contentOf(fleetFolder, path) : edit.content;
      const lane = content === null ? undefined : Lane.safeParse(parse(content, { maxAliasCount: 100 })).data;
      return lane === undefined ? [] : [lane];
    } catch (error) {
      if (SlipwayError.is(error)) return [];
      throw error;
    }
  });
}
