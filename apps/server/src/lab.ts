import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, systemClock } from "@slipway/store";
import { z } from "zod";
import type { Database } from "./open.ts";

/** The setting that keeps the lab. */
export const LAB = "lab";
const DAY = 86_400_000;
/** A minute of a probe's usual time takes 0.3 s, so that a slow path of twelve can be watched. */
const LIVE_SPEED = 0.005;

/** The lab of a database. Its world is made anew from these and the journal. */
export const KeptLab = z.object({
  settings: z.object({ seed: z.number(), share: z.number() }),
  start: z.string(),
  /** Where the past ends, and how far it is made; milliseconds since 1970. */
  liveFrom: z.number(),
  historyUntil: z.number(),
});
export type KeptLab = z.infer<typeof KeptLab>;

export interface NewLab {
  readonly seed: number;
  readonly share: number;
  readonly historyDays: number;
}

/** The append-only file of everything done to the lab's world. */
export const labJournal = (): string => join(dataFolder(), "lab-journal.jsonl");

/** The lab of this database: as it was begun, or begun now; none when nobody asked for one. */
export async function openLab({ store }: Database, wanted: NewLab | undefined): Promise<KeptLab | undefined> {
  const kept = KeptLab.safeParse((await store.transaction((tx) => tx.get("settings", { name: LAB })))?.value);
  if (kept.success) return kept.data;
  if (wanted === undefined) return undefined;
  mkdirSync(dataFolder(), { recursive: true });
  const { historyDays, ...settings } = wanted;
  const liveFrom = systemClock.now();
  const start = liveFrom - historyDays * DAY;
  const lab: KeptLab = { settings, start: new Date(start).toISOString(), liveFrom, historyUntil: start };
  await store.transaction((tx) => tx.insert("settings", [{ name: LAB, value: lab }], { skipConflicts: true }));
  return lab;
}

export const keepLabSettings = ({ store }: Database, lab: KeptLab): Promise<void> =>
  store.transaction((tx) => tx.upsert("settings", [{ name: LAB, value: lab }]));

/** What the adapter is opened with for live nodes. */
export const liveSettings = (lab: KeptLab | undefined): Readonly<Record<string, unknown>> | undefined =>
  lab && { ...lab.settings, start: lab.start, journal: labJournal(), speed: LIVE_SPEED };

/** Whether the past of a lab is made. */
export const hasPast = ({ historyUntil, liveFrom }: KeptLab): boolean => historyUntil >= liveFrom;

/** How much of a lab's past is made, in days from its start. */
export interface LabPast {
  readonly day: number;
  readonly days: number;
}

/** How far the past of the lab of the setting {@link LAB} is; null when it is made, or there is no lab. */
export function pastOf(value: unknown): LabPast | null {
  const { data } = KeptLab.safeParse(value);
  if (data === undefined || hasPast(data)) return null;
  const start = Date.parse(data.start);
  return { day: Math.floor((data.historyUntil - start) / DAY), days: Math.round((data.liveFrom - start) / DAY) };
}
