import { formatObject } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { ChangeSet, type AuditEntry } from "@slipway/reconciler";
import type { Blobs, Row, Store, Tx } from "@slipway/store";
import { stillNamed } from "./still-named.ts";

/** A clean-up stops when it would remove more than this share of all evidence, gathered over more than this time. */
const SHARE = 0.05;
const SPAN_MS = 48 * 3_600_000;
const BATCH = 500;

/** Why a clean-up stops: evidence whose time is over, or bytes that nobody names. */
type RemovalKind = "evidence-expiry" | "evidence-orphans";
const KINDS: readonly string[] = ["evidence-expiry", "evidence-orphans"] satisfies RemovalKind[];
const WORDS: Readonly<Record<RemovalKind, string>> = {
  "evidence-expiry": "pieces of evidence whose time is over",
  "evidence-orphans": "pieces of evidence that no pass names",
};

/** What a clean-up is about to remove, of how much. */
interface Removal {
  readonly count: number;
  readonly of: number;
  /** When the oldest and the youngest of it were written; milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** Whether it is so much at once that a wrong clock or a wrong folder is the likely reason. */
const isTooMuch = ({ count, of, from, until }: Removal): boolean => count > SHARE * of && until - from > SPAN_MS;

/** Who cleans up. */
export interface Cleaner {
  readonly store: Store;
  readonly blobs: Blobs;
  /** The owner of the attention item that a stopped clean-up opens. */
  readonly owner: string;
  readonly actor: string;
}

/**
 * Whether a clean-up has to stop. While it has to, one attention item is open, with exactly the list that a person
 * has to confirm; it is closed once the clean-up need not stop any more.
 */
export async function mustStop(
  tx: Tx,
  kind: RemovalKind,
  { owner, actor }: Pick<Cleaner, "owner" | "actor">,
  { removal, list }: { readonly removal: Removal; readonly list: () => Promise<readonly string[]> },
): Promise<boolean> {
  const [open] = await tx.find("items", { where: { kind, subject: "evidence", closed_at: null }, limit: 1 });
  const tooMuch = isTooMuch(removal);
  if (tooMuch && open === undefined) await stop(tx, { kind, owner, actor }, removal, await list());
  if (!tooMuch && open !== undefined) await withdraw(tx, open, actor);
  return tooMuch;
}

/** Opens the item of a clean-up that stops, with exactly the list that is to be confirmed. */
async function stop(
  tx: Tx,
  { kind, owner, actor }: { readonly kind: RemovalKind; readonly owner: string; readonly actor: string },
  removal: Removal,
  digests: readonly string[],
): Promise<void> {
  const now = await tx.now();
  const [id = 0] = await tx.nextIds("object", 1);
  const { count, of, from, until } = removal;
  const title = `a clean-up stopped: ${String(count)} of ${String(of)} ${WORDS[kind]}, of ${((until - from) / 86_400_000).toFixed(1)} days, would go at once`;
  await tx.insert("items", [
    { id, kind, subject: "evidence", owner, title, detail: removal, opened_at: now, closed_at: null },
  ]);
  await tx.insert(
    "evidence_removals",
    digests.map((digest) => ({ item: id, digest })),
  );
  await say(tx, id, actor, { from: null, to: "open", reason: title });
}

/** Closes an item whose clean-up would remove no more than usual now. */
async function withdraw(tx: Tx, item: Row<"items">, actor: string): Promise<void> {
  await close(tx, item);
  await forget(tx, item.id);
  await say(tx, item.id, actor, { from: "open", to: "closed", reason: "no more than usual would go now" });
}

/**
 * Removes exactly what the stopped clean-up of an attention item listed, except what was stored or named since. After
 * a crash it is called again, and goes on.
 *
 * @returns how many pieces were removed
 */
export async function confirmRemoval(
  { store, blobs }: { readonly store: Store; readonly blobs: Blobs },
  { item: id, by, reason }: { readonly item: number; readonly by: string; readonly reason: string },
): Promise<number> {
  const item = await store.transaction(async (tx) => {
    const found = await tx.get("items", { id });
    if (found === undefined || !KINDS.includes(found.kind))
      throw new SlipwayError("input", `item ${String(id)} is no clean-up that stopped`);
    if (found.closed_at !== null) throw new SlipwayError("input", `item ${String(id)} is closed already`);
    await say(tx, id, by, { from: "open", to: "confirmed", reason });
    return found;
  });
  let removed = 0;
  for (;;) {
    const { listed, gone, now } = await store.transaction(async (tx) => {
      const rows = await tx.find("evidence_removals", { where: { item: id }, orderBy: ["digest"], limit: BATCH });
      const digests = rows.map(({ digest }) => digest);
      return {
        now: await tx.now(),
        listed: rows,
        gone: item.kind === "evidence-expiry" ? await expire(tx, item, digests) : await unnamed(tx, digests),
      };
    });
    if (listed.length === 0) break;
    await blobs.remove(gone, now);
    await store.transaction((tx) => tx.remove("evidence_removals", listed));
    removed += gone.length;
  }
  await store.transaction(async (tx) => {
    await close(tx, item);
    await say(tx, id, by, { from: "confirmed", to: "closed", reason });
  });
  return removed;
}

/** Marks listed evidence as expired. @returns its digests, those that were marked before a crash among them */
async function expire(tx: Tx, item: Row<"items">, digests: readonly string[]): Promise<string[]> {
  const now = await tx.now();
  const rows = await tx.find("evidence_blobs", {
    where: { digest: { in: digests }, stored_at: { lte: item.opened_at } },
  });
  await tx.update(
    "evidence_blobs",
    rows
      .filter(({ expired_at }) => expired_at === null)
      .map(({ digest }) => ({ key: { digest }, set: { expired_at: now } })),
  );
  return rows.map(({ digest }) => digest);
}

async function unnamed(tx: Tx, digests: readonly string[]): Promise<string[]> {
  const named = await stillNamed(tx, digests);
  return digests.filter((digest) => !named.has(digest));
}

const close = async (tx: Tx, { id }: Row<"items">): Promise<void> =>
  void (await tx.update("items", [{ key: { id }, set: { closed_at: await tx.now() } }]));

async function forget(tx: Tx, item: number): Promise<void> {
  const listed = await tx.find("evidence_removals", { where: { item } });
  await tx.remove("evidence_removals", listed);
}

async function say(tx: Tx, item: number, actor: string, entry: AuditEntry): Promise<void> {
  const change = new ChangeSet(await tx.now(), actor, tx);
  change.audit(formatObject({ kind: "item", id: item }), entry);
  await change.flush(tx);
}
