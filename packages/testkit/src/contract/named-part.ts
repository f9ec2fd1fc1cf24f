import type { Finding } from "@slipway/domain";

/** `0000:52:00`, `00000000:52:00.0`: domain of 4 or 8 digits, function or none. */
const PCI_ADDRESS = /^(?:0000)?([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?)$/;

/** A PCI address with a domain of 4 digits, in lower case; undefined for other text. */
export function pciAddress(text: string): string | undefined {
  return PCI_ADDRESS.exec(text.toLowerCase())?.[1];
}

/** Every PCI address in a text, as {@link pciAddress} writes it. */
export function pciAddressesIn(text: string): string[] {
  return [
    ...text.toLowerCase().matchAll(/(?<![0-9a-f:])(?:[0-9a-f]{8}|[0-9a-f]{4}):[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?/g),
  ]
    .map(([address]) => pciAddress(address))
    .filter((address) => address !== undefined);
}

/** Whether a scope names a part as rule G8 writes it: its id, or that id after a prefix. */
function names(scope: Finding["scope"], expected: Part): boolean {
  const { kind, id } = typeof expected === "string" ? { kind: scope.kind, id: expected } : expected;
  if (scope.kind !== kind) return false;
  const seen = scope.id.toLowerCase();
  const wanted = id.toLowerCase();
  if (seen === wanted) return true;
  // `…:00.0` is not GPU 0.
  if (/^\d+$/.test(wanted) && pciAddressesIn(seen).some((address) => seen.endsWith(address))) return false;
  return seen.endsWith(wanted) && /[^a-z0-9]/.test(seen.charAt(seen.length - wanted.length - 1));
}

/** A part that an expected answer names; without a kind, one of any kind. */
type Part = string | { readonly kind: string; readonly id: string };

/** Finds the findings about a part, without a look at all of them for each. */
export function findingsByPart(findings: readonly Finding[]): (part: Part) => readonly Finding[] {
  const byEnding = new Map<string, Finding[]>();
  for (const finding of findings)
    for (const ending of endingsOf(finding.scope.id.toLowerCase())) {
      const others = byEnding.get(ending);
      if (others === undefined) byEnding.set(ending, [finding]);
      else others.push(finding);
    }
  return (part) => {
    const candidates = byEnding.get((typeof part === "string" ? part : part.id).toLowerCase()) ?? [];
    return candidates.filter(({ scope }) => names(scope, part));
  };
}

/** An id, and what stands in it after each prefix. */
function endingsOf(id: string): string[] {
  return [id, ...[...id.matchAll(/[^a-z0-9]/g)].map(({ index }) => id.slice(index + 1))];
}

/** Words of rule G8 that stand for no value. */
const NO_VALUE = new Set(["n/a", "not supported", "unknown error", "err!", "gpu is lost", "gpu requires reset"]);

/** Whether a text is a word that stands for no value (rule G8), written here a second time so that the list of the SDK is checked. */
export function standsForNoValue(text: string): boolean {
  const word = text.trim().toLowerCase();
  return NO_VALUE.has(word) || /^<<.*>>$/s.test(word) || /^\[.*\]$/s.test(word);
}
