import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, systemClock } from "@slipway/store";
import type { Database } from "./open.ts";

const LAB = "lab";

/** The lab of this database: as it was begun, or begun now. Its world is made anew from seed, start and journal. */
export async function labSettings({ store }: Database, lab: { readonly seed: number; readonly share: number } | undefined): Promise<Readonly<Record<string, unknown>> | undefined> {
  const kept = (await store.transaction((tx) => tx.get("settings", { name: LAB })))?.value;
  const journal = join(dataFolder(), "lab-journal.jsonl");
  if (typeof kept === "object" && kept !== null) return { ...kept, journal };
  if (lab === undefined) return undefined;
  mkdirSync(dataFolder(), { recursive: true });
  const begun = { ...lab, start: new Date(systemClock.now()).toISOString(), speed: 0.005 };
  await store.transaction((tx) => tx.insert("settings", [{ name: LAB, value: begun }], { skipConflicts: true }));
  return { ...begun, journal };
}
