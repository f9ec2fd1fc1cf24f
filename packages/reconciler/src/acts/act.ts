import { SlipwayError, type ActDefinition } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";
import type { Turn } from "../changes/change-set.ts";
import { idIn } from "../changes/object-changes.ts";
import { kindNamed, type EngineParts } from "../engine.ts";
import { isWanted } from "../fence.ts";
import type { Kind, ObjectHeader } from "../kind.ts";
import { readObject } from "../objects.ts";

/** An act being carried out, with the kind of its object. */
export interface Act {
  readonly engine: EngineParts;
  readonly kind: Kind;
  readonly definition: ActDefinition;
  readonly intent: Row<"intents">;
}

/**
 * Reads an open intent whose time has come.
 *
 * @throws SlipwayError of kind `input` when this release has not its kind or act
 */
export async function readAct(engine: EngineParts, key: string): Promise<Act | undefined> {
  const intent = await engine.store.transaction(async (tx) => {
    const found = await tx.get("intents", { key });
    if (found === undefined || found.outcome !== null) return undefined;
    // A job before its time is dropped: the sweep sends another one when the pause is over.
    return found.tries > 0 && found.look_again_at > (await tx.now()) ? undefined : found;
  });
  if (intent === undefined) return undefined;
  const kind = kindNamed(engine, intent.object_kind);
  const definition = kind?.acts[intent.act];
  if (kind === undefined || definition === undefined)
    throw new SlipwayError("input", `this release cannot ${intent.act} for a ${intent.object_kind}`);
  return { engine, kind, definition, intent };
}

/** An act as a transaction finds it. */
export interface Found {
  readonly kind: Kind;
  readonly row: ObjectHeader;
  readonly intent: Row<"intents">;
}

/** The object that waits for an act; undefined when it went on without it, and the act is not to be carried out. */
export async function waitingFor({ tx, change }: Turn, kind: Kind, intent: Row<"intents">): Promise<Found | undefined> {
  const row = await readObject(tx, kind, idIn(kind, intent.object_id));
  const claim = intent.fence === 0 ? undefined : await tx.get("claims", { machine: intent.machine ?? 0 });
  return row !== undefined && isWanted(change, row, intent, claim) ? { kind, row, intent } : undefined;
}

/** Why an act ends that nobody waits for. */
export const GONE_ON = "its object went on without it";
