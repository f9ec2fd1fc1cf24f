// The thread that judges: both sides are loaded once, and units come one after the other.
import { parentPort, workerData } from "node:worker_threads";
import type { Expectations } from "@slipway/domain";
import { fleetExpectations } from "@slipway/evidence";
import type { Blobs } from "@slipway/store";
import { fileBlobs } from "@slipway/store/blobs";
import type { Unit } from "./evidence/unit.ts";
import { readFolderUnit, readStoredUnit } from "./evidence/read-unit.ts";
import { judgeUnit, type Worlds } from "./judging/judge-unit.ts";
import { loadSide } from "./judging/load-side.ts";
import type { Outcome } from "./judging/outcome.ts";
import { labelsOf, unjudged } from "./judging/unjudged.ts";
import type { Ask, Say, ThreadData } from "./pool/thread.ts";

/** Expectations that are kept as read: those of a rack's nodes come with each of their passes. */
const KEPT = 256;

const { change, made, blobs: folder, database, segments } = workerData as ThreadData;
const files = fileBlobs(folder ?? "", { blocking: true });
let stored: Promise<Pick<Blobs, "get">> | undefined;
const blobs: Pick<Blobs, "get"> = {
  get: async (digest) =>
    (await files.get(digest)) ?? (database === null ? undefined : (await (stored ??= open(database))).get(digest)),
};
const kept = new Map<string, Expectations>();

/** Loaded where a folder does not hold everything: most threads never ask a database. */
async function open(url: string): Promise<Pick<Blobs, "get">> {
  const { postgresBlobs, postgresStore } = await import("@slipway/store");
  return postgresBlobs(await postgresStore({ url, max: 1 }));
}

async function expectationsOf(digest: string): Promise<Expectations | undefined> {
  const known = kept.get(digest);
  if (known !== undefined) return known;
  const bytes = await blobs.get(digest);
  if (bytes === undefined) return undefined;
  const read = JSON.parse(Buffer.from(bytes).toString("utf8")) as Expectations;
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? "");
  kept.set(digest, read);
  return read;
}

async function outcomeOf(worlds: Worlds, unit: Unit): Promise<Outcome> {
  if (unit.source === "folder") {
    const read = readFolderUnit(unit);
    return judgeUnit(worlds, read, { name: unit.name, labels: labelsOf(read.node, segments[read.node.cluster ?? ""]) });
  }
  const read = await readStoredUnit(unit, blobs, expectationsOf);
  return read === undefined
    ? unjudged(unit, "evidence-missing", "the expectations it was judged by")
    : judgeUnit(worlds, read, { name: unit.name, labels: labelsOf(unit.node, unit.segment), stored: unit });
}

const say = (message: Say): void => parentPort?.postMessage(message);

async function start(): Promise<void> {
  let worlds: Worlds;
  try {
    const [before, after] = await Promise.all([loadSide(change.before), loadSide(change.after)]);
    worlds = { kind: change.kind, name: change.name, before, after, made: fleetExpectations(made, after.sections) };
  } catch (error) {
    say({ refused: error instanceof Error ? error.message : String(error) });
    return;
  }
  let turn = Promise.resolve();
  parentPort?.on("message", ({ unit }: Ask) => {
    turn = turn.then(async () =>
      say({
        outcome: await outcomeOf(worlds, unit).catch((error: unknown) =>
          unjudged(unit, "error", error instanceof Error ? error.message : String(error)),
        ),
      }),
    );
  });
  say({ ready: true });
}

void start();
