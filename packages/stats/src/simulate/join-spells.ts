import type { Attempt, Endpoint, Spell } from "../model.ts";
import { causesOf } from "../reban/endpoints.ts";

/**
 * Gives attempts the outcome of the canary admissions that name them (settled.md E, simulate). An attempt that its own
 * file calls a canary, or that no canary admission names, stays as it is.
 */
export function joinCanaries(
  attempts: readonly Attempt[],
  spells: readonly Spell[],
  windowDays: number,
  endpoint: Endpoint,
): readonly Attempt[] {
  const first = new Map<string, Spell>();
  for (const spell of spells) {
    if (spell.attemptId === null || spell.labels["entry"] !== "canary") continue;
    const known = first.get(spell.attemptId);
    if (known === undefined || (spell.startedAt ?? 0) < (known.startedAt ?? 0)) first.set(spell.attemptId, spell);
  }
  if (first.size === 0) return attempts;
  return attempts.map((attempt) => {
    const spell = first.get(attempt.attemptId);
    return spell === undefined || attempt.admittedAsCanary
      ? attempt
      : { ...attempt, admittedAsCanary: true, reban: outcomeOf(spell, windowDays, endpoint) };
  });
}

/**
 * Whether a refused attempt's node was let in by people all the same: its file says what became of it, or an
 * admission that is no canary's names it.
 */
export function overridesBy(spells: readonly Spell[] = []): (attempt: Attempt) => boolean {
  const named = new Set(
    spells.flatMap(({ attemptId, labels }) => (attemptId !== null && labels["entry"] !== "canary" ? [attemptId] : [])),
  );
  return ({ attemptId, labels, reban, admittedAsCanary }) =>
    !admittedAsCanary && (reban !== null || labels["entry"] === "override" || named.has(attemptId));
}

/** A ban of another class ends the stay as well: this one did not come (Aalen-Johansen). */
function outcomeOf({ days, cause }: Spell, windowDays: number, endpoint: Endpoint): boolean | null {
  if (cause !== null && days <= windowDays) return causesOf(endpoint).includes(cause);
  return days >= windowDays ? false : null;
}
