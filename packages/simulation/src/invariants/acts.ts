import { ENDS, objectOf, type View } from "./view.ts";

/** More often than by crashes and lost connections, a look or a try may not go wrong without its trace. */
const HELD_BACK = 4;
const UNSAID_TRIES = 5;

/** A node is power-cycled once for one act, also by a vendor that does what it is asked for again; but for a process that stood still before it asked. */
export function* bootsAreOnce({ vendors, wire }: View): Iterable<string> {
  for (const [key, times] of vendors.booted)
    if (times > 1 && !wire.askedLate.has(key)) yield `a node was power-cycled ${String(times)} times for ${key}`;
}

/** An act is sent only while its validation runs and waits for it. */
export function* sentActsWereWanted({ tables, auditOf }: View): Iterable<string> {
  for (const { key, act, object, sent_at } of tables.intents) {
    if (act !== "reboot" || sent_at === null) continue;
    const before = (auditOf.get(object) ?? []).filter(({ at }) => at < sent_at);
    const ended = before.find(({ to_state }) => ENDS.includes(to_state));
    if (ended !== undefined) yield `${key} was sent after ${object} was ${ended.to_state}`;
  }
}

/** A try that failed stands on its act's row, and the next one comes after a pause. */
export function* failedTriesStand({ tables, wire }: View): Iterable<string> {
  for (const { key, tries } of tables.intents) {
    const failed = wire.failedAsks.get(key) ?? 0;
    if (failed - tries >= UNSAID_TRIES)
      yield `${key} was asked for ${String(failed)} times in vain, and its row knows of ${String(tries)} tries`;
  }
}

/** A validation whose look throws keeps no other from being looked at. */
export function* lookedAtApart({ tables, looks }: View): Iterable<string> {
  for (const validation of tables.validations) {
    const times = looks.heldBack.get(validation.id) ?? 0;
    if (times >= HELD_BACK)
      yield `${objectOf(validation)} was looked at ${String(times)} times in vain, because the look at another threw`;
  }
}
