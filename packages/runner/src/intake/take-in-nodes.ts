import type { Sighting } from "@slipway/domain";
import { VendorError, type CallOptions, type Page, type VendorSession } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import { aheadOf, ingestBatch } from "@slipway/nodes";
import type { RunnerEvent, RunnerParts } from "../worker/parts.ts";
import { takeTurn } from "../worker/turn.ts";
import { contentOf } from "./content.ts";
import type { Progress } from "./progress.ts";

/** A look under way: at which vendor, how far it has come, and how long each of its calls may take. */
export interface Look {
  readonly parts: RunnerParts;
  readonly session: VendorSession;
  readonly progress: Progress;
  readonly call: CallOptions;
}

/** Nodes taken in by one transaction: a vendor's page may be of any size. */
const CHUNK = 1_000;

/**
 * Takes in what a vendor says of its nodes, page by page, and goes on from the page that the look before failed at.
 * What did not change since the vendor said it last is not kept again, whichever worker heard it; nodes whose
 * time has not come are left out, said and counted.
 */
export async function takeInNodes(look: Look): Promise<{ readonly sightings: number; readonly refused: number }> {
  const { parts, progress } = look;
  const begun = progress.at.page;
  const listed = new Set<string>();
  let [sightings, refused] = [0, 0];
  for (let page = begun ?? undefined; ;) {
    const { items, next } = await pageOf(look, page);
    for (const item of items) listed.add(nodeOf(item));
    for (let from = 0; from < Math.max(items.length, 1); from += CHUNK) {
      const last = from + CHUNK >= items.length;
      const taken = await takeTurn(parts, async (turn) => {
        const done = await takeIn(turn.tx, look, items.slice(from, from + CHUNK));
        await progress.note(turn, last ? { page: next ?? null } : {});
        return done;
      });
      sightings += taken.sightings;
      refused += taken.refused;
      for (const event of taken.events) parts.emit(event);
    }
    if (next === undefined) break;
    page = next;
  }
  if (begun === null) await forgetUnlisted(look, listed);
  return { sightings, refused };
}

/** Asks for a page. One that the vendor does not know any more is given up: the next look begins at the first. */
async function pageOf({ parts, session, progress, call }: Look, page: string | undefined): Promise<Page<Sighting>> {
  try {
    const answer = await session.listNodes(page, call);
    if (answer.next !== undefined && answer.next === page)
      throw new VendorError("fatal", "the page after this one is the page itself", { raw: page });
    return answer;
  } catch (error) {
    const stays = VendorError.is(error) && ["retry", "throttled", "auth"].includes(error.kind);
    if (page !== undefined && !stays) await takeTurn(parts, (turn) => progress.note(turn, { page: null }));
    throw error;
  }
}

/** Names a node as the vendor lists it. */
const nodeOf = ({ cluster, node_name, vendor_instance_id }: Sighting): string =>
  [cluster, node_name, vendor_instance_id].map((part) => part ?? "").join("/");

interface TakenIn {
  readonly sightings: number;
  readonly refused: number;
  /** What is told when the transaction has committed. */
  readonly events: readonly RunnerEvent[];
}

/** Takes in those of a page's nodes of which the vendor says something new. */
async function takeIn(
  tx: Tx,
  { parts, progress: { account: adapter } }: Look,
  items: readonly Sighting[],
): Promise<TakenIn> {
  const now = await tx.now();
  const said = new Map(items.map((item) => [nodeOf(item), item]));
  const rows = await tx.find("vendor_nodes", { where: { adapter, node: { in: [...said.keys()] } } });
  const known = new Map(rows.map((row) => [row.node, row]));
  const fresh: Sighting[] = [];
  const changed: Row<"vendor_nodes">[] = [];
  const events: RunnerEvent[] = [];
  let refused = 0;
  for (const [node, sighting] of said) {
    const before = known.get(node) ?? { adapter, node, content: null, refused: null };
    const content = contentOf(sighting);
    if (before.content === content) continue;
    const wrong = aheadOf(sighting, now);
    if (wrong === undefined) {
      fresh.push(sighting);
      changed.push({ adapter, node, content, refused: null });
      continue;
    }
    refused += 1;
    if (before.refused === content) continue;
    changed.push({ ...before, refused: content });
    events.push({ event: "sighting-refused", adapter, node, field: wrong.field, reason: wrong.message });
  }
  const path = `${adapter}:listNodes`;
  if (fresh.length > 0)
    await ingestBatch(
      tx,
      fresh.map((sighting) => ({ sighting, path })),
      { now, precedence: parts.fleet.precedence },
    );
  if (changed.length > 0) await tx.upsert("vendor_nodes", changed);
  return { sightings: fresh.length, refused, events };
}

/** Forgets what was said of nodes that a whole list does not name any more, so that one that comes back is heard. */
async function forgetUnlisted({ parts, progress }: Look, listed: ReadonlySet<string>): Promise<void> {
  const { account: adapter } = progress;
  await takeTurn(parts, async (turn) => {
    const { tx } = turn;
    if ((await tx.count("vendor_nodes", { adapter })) <= listed.size) return;
    const known = await tx.find("vendor_nodes", { where: { adapter }, columns: ["node"] });
    const gone = known.filter(({ node }) => !listed.has(node));
    await tx.remove(
      "vendor_nodes",
      gone.map(({ node }) => ({ adapter, node })),
    );
    await progress.note(turn, {});
  });
}
