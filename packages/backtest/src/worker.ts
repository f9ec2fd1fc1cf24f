// The thread that judges: both sides are loaded once, and units come one after the other.
import { fleetExpectations, serveThread } from "@slipway/evidence";
import type { Blobs } from "@slipway/store";
import { fileBlobs } from "@slipway/store/blobs";
import type { StoredUnit, Unit } from "./evidence/unit.ts";
import { readFolderUnit, readStoredUnit } from "./evidence/read-unit.ts";
import { judgeUnit, type Worlds } from "./judging/judge-unit.ts";
import { loadSide } from "./judging/load-side.ts";
import type { Outcome } from "./judging/outcome.ts";
import { labelsOf, unjudged } from "./judging/unjudged.ts";
import type { Ask, ThreadData } from "./pool/thread.ts";

/** Expectations whose bytes are kept: those of a rack's nodes come with each of their passes. */
const KEPT = 256;

type Readable = Pick<Blobs, "get">;

/** The bytes of stored evidence; a database is opened where a folder does not hold everything: most threads never ask one. */
function storedBytes({ blobs: folder, database }: ThreadData): Readable {
  const files = fileBlobs(folder ?? "", { blocking: true });
  let stored: Promise<Readable> | undefined;
  return {
    get: async (digest) =>
      (await files.get(digest)) ?? (database === null ? undefined : (await (stored ??= open(database))).get(digest)),
  };
}

async function open(url: string): Promise<Readable> {
  const { postgresBlobs, postgresStore } = await import("@slipway/store");
  return postgresBlobs(await postgresStore({ url, max: 1 }));
}

/** Reads a pass's bytes; its expectations are read once for all passes that have the same ones. */
function rememberingExpectations(blobs: Readable): (unit: StoredUnit) => Readable["get"] {
  const kept = new Map<string, Uint8Array>();
  return ({ expectations }) =>
    async (digest) => {
      if (digest !== expectations) return blobs.get(digest);
      const known = kept.get(digest);
      if (known !== undefined) return known;
      const bytes = await blobs.get(digest);
      if (bytes === undefined) return undefined;
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? "");
      kept.set(digest, bytes);
      return bytes;
    };
}

async function worldsOf({ change, made }: ThreadData): Promise<Worlds> {
  const [before, after] = await Promise.all([loadSide(change.before), loadSide(change.after)]);
  return { kind: change.kind, name: change.name, before, after, made: fleetExpectations(made, after.sections) };
}

serveThread<ThreadData, Ask, Outcome>(async (data) => {
  const { segments } = data;
  const worlds = await worldsOf(data);
  const blobs = storedBytes(data);
  const bytesOf = rememberingExpectations(blobs);
  const outcomeOf = async (unit: Unit): Promise<Outcome> => {
    if (unit.source === "folder") {
      const read = readFolderUnit(unit);
      const labels = labelsOf(read.node, segments[read.node.cluster ?? ""]);
      return judgeUnit(worlds, read, { name: unit.name, labels });
    }
    const read = await readStoredUnit(unit, bytesOf(unit));
    return read === undefined
      ? unjudged(unit, "evidence-missing", "the expectations it was judged by")
      : judgeUnit(worlds, read, { name: unit.name, labels: labelsOf(unit.node, unit.segment), stored: unit });
  };
  return async ({ unit }, say) =>
    say(
      await outcomeOf(unit).catch((error: unknown) =>
        unjudged(unit, "error", error instanceof Error ? error.message : String(error)),
      ),
    );
});
