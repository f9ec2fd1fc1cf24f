import { comparableSerial, isSpecific, noValue } from "@slipway/plugin-sdk";

/**
 * Number of the rules by which sightings are folded into machines. A machine that was folded by a lower one
 * is folded again before the next sighting is taken in.
 */
export const IDENTITY_RULES = 1;

/** What hardware says of itself, as it spells it; lists in the order of the GPU indices, with repeats. */
export interface Hardware {
  readonly systemSerial: string | null;
  /** GPUs of one board may share a serial. */
  readonly gpuSerials: readonly string[];
  readonly gpuUuids: readonly string[];
}

/** How much two pieces of hardware have in common. */
export interface Likeness {
  readonly same: boolean;
  readonly by: "system serial" | "GPU UUIDs" | "GPU serials";
  readonly shared: number;
  /** Length of the smaller list. */
  readonly of: number;
}

/**
 * Whether two are the same machine: by an equal system serial; where not both print one, by more than
 * half of the smaller list of GPUs. A serial that names no machine counts as not printed; case and
 * surrounding blanks decide nothing (settled-2.md B2, Identity).
 *
 * @returns undefined where they print nothing in common that could be compared
 */
export function sameMachine(a: Hardware, b: Hardware): Likeness | undefined {
  if (isSpecific(a.systemSerial) && isSpecific(b.systemSerial)) {
    const same = comparableSerial(a.systemSerial) === comparableSerial(b.systemSerial);
    return { same, by: "system serial", shared: Number(same), of: 1 };
  }
  return sameGpus(a, b);
}

/** Whether two hold the same GPUs: more than half of the smaller list, by UUID where both print them, else by serials as multisets. */
export function sameGpus(a: Hardware, b: Hardware): Likeness | undefined {
  const { by, lists } = comparableGpus(a, b);
  const [mine, theirs] = lists;
  const of = Math.min(mine.length, theirs.length);
  if (of === 0) return undefined;
  const shared = mine.length - surplus(mine, theirs).length;
  return { same: shared * 2 > of, by, shared, of };
}

/**
 * GPUs that one list has more of than the other, as they are spelt: by UUID where both print them, and
 * by serials as multisets. Where one list repeats serials, another that gives each once is the same
 * (rule V1). A list that nobody gave says nothing.
 */
export function gpuChanges(
  before: Pick<Hardware, "gpuSerials" | "gpuUuids">,
  now: Pick<Hardware, "gpuSerials" | "gpuUuids">,
): { readonly gone: readonly string[]; readonly come: readonly string[] } {
  const byUuid = changes(printed(before.gpuUuids), printed(now.gpuUuids));
  if (byUuid.gone.length + byUuid.come.length > 0) return byUuid;
  const [old, current] = [printed(before.gpuSerials), printed(now.gpuSerials)];
  return isSet(old) || isSet(current) ? changes(distinct(old), distinct(current)) : changes(old, current);
}

function changes(
  before: readonly string[],
  now: readonly string[],
): { gone: readonly string[]; come: readonly string[] } {
  if (before.length === 0 || now.length === 0) return { gone: [], come: [] };
  return { gone: surplus(before, now), come: surplus(now, before) };
}

function comparableGpus(
  a: Hardware,
  b: Hardware,
): { by: Likeness["by"]; lists: readonly [readonly string[], readonly string[]] } {
  const uuids = [printed(a.gpuUuids), printed(b.gpuUuids)] as const;
  return uuids.every((list) => list.length > 0)
    ? { by: "GPU UUIDs", lists: uuids }
    : { by: "GPU serials", lists: [printed(a.gpuSerials), printed(b.gpuSerials)] };
}

/** What of a list is left when each entry of the other took an equal one out of it. */
function surplus(list: readonly string[], other: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const one of other) counts.set(comparableSerial(one), (counts.get(comparableSerial(one)) ?? 0) + 1);
  return list.filter((one) => {
    const left = counts.get(comparableSerial(one)) ?? 0;
    counts.set(comparableSerial(one), left - 1);
    return left <= 0;
  });
}

const printed = (list: readonly string[]): readonly string[] => list.filter((one) => noValue(one) === undefined);
const distinct = (list: readonly string[]): readonly string[] => [
  ...new Map(list.map((one) => [comparableSerial(one), one])).values(),
];
const isSet = (list: readonly string[]): boolean => distinct(list).length === list.length;
