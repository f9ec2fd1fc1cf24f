import { isDeepStrictEqual } from "node:util";
import type { Lane } from "../lanes/lane.ts";

/** Why a lane lets in what it refused before, in words; empty when it does not. */
export function relaxedLane(before: Lane | undefined, after: Lane | undefined): readonly string[] {
  const name = (after ?? before)?.lane ?? "";
  if (before === undefined || after === undefined)
    return [`lane ${name} is ${after === undefined ? "gone" : "new"}: nodes go by it instead of another`];
  const less = (key: string, from: number, to: number): string[] =>
    to < from ? [`lane ${name}: ${key} ${String(to)} instead of ${String(from)}`] : [];
  const dropped = before.checks.filter((check) => !after.checks.includes(check));
  const parts = (["gpu", "nic", "firmware"] as const).flatMap((part) =>
    (before.parts?.[part] ?? before.checks)
      .filter((check) => before.parts !== undefined && !(after.parts?.[part] ?? after.checks).includes(check))
      .map((check) => `lane ${name}: parts.${part} without ${check}`),
  );
  return [
    ...less("passes", before.passes, after.passes),
    ...dropped.map((check) => `lane ${name}: without ${check}`),
    ...parts,
    ...(before.policy.onFail === "ban" && after.policy.onFail === "reset"
      ? [`lane ${name}: a fail starts again instead of banning`]
      : []),
    ...(before.policy.counting === "consecutive" && after.policy.counting === "cumulative"
      ? [`lane ${name}: passes need not be in a row`]
      : []),
    ...less("maxAttempts", -before.policy.maxAttempts, -after.policy.maxAttempts).map(
      () =>
        `lane ${name}: maxAttempts ${String(after.policy.maxAttempts)} instead of ${String(before.policy.maxAttempts)}`,
    ),
    ...(before.policy.freshBootEvery > 0 &&
    (after.policy.freshBootEvery === 0 || after.policy.freshBootEvery > before.policy.freshBootEvery)
      ? [`lane ${name}: fewer fresh boots`]
      : []),
    ...(after.fastTrackDays > before.fastTrackDays
      ? [`lane ${name}: fastTrackDays ${String(after.fastTrackDays)} instead of ${String(before.fastTrackDays)}`]
      : []),
    ...(before.history === "cluster" && after.history === "fleet"
      ? [`lane ${name}: proof from other clusters counts`]
      : []),
    ...(before.kind !== after.kind ? [`lane ${name}: kind ${after.kind} instead of ${before.kind}`] : []),
    ...(isDeepStrictEqual(before.for, after.for) ? [] : [`lane ${name}: it is for other nodes`]),
  ];
}

/** Expectations that were removed, and those that changed: the files do not tell whether a new value is stricter. */
export function changedExpectations(
  name: string,
  before: unknown,
  after: unknown,
): { readonly gone: readonly string[]; readonly otherwise: readonly string[] } {
  const [gone, otherwise]: [string[], string[]] = [[], []];
  const walk = (path: string, old: unknown, now: unknown): void => {
    if (now === undefined || (now === null && old !== null))
      gone.push(`${name}: nothing is expected of ${path} any more`);
    else if (isObject(old) && isObject(now))
      for (const [key, value] of Object.entries(old))
        walk(path === "" ? key : `${path}.${key}`, value, Object.hasOwn(now, key) ? now[key] : undefined);
    else if (!isDeepStrictEqual(old, now)) otherwise.push(`${name}: ${path} is ${short(now)}, was ${short(old)}`);
  };
  if (before !== undefined) walk("", before, after);
  return { gone, otherwise };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const short = (value: unknown): string => JSON.stringify(value).slice(0, 80);
