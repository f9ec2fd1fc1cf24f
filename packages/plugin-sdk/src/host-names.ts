import { asciiLower } from "./text.ts";

/** A host's name up to its first dot, in lower case. */
export function shortName(name: string): string {
  return asciiLower(name.split(".", 1)[0] ?? "");
}

/** How two names of hosts agree: whole, up to the first dot, or not at all (rule D12). */
export type HostMatch = "whole" | "short" | undefined;

/** Compares two names of hosts without regard to case. Addresses share their first number with others, so a number is no short name. */
export function matchHosts(one: string, other: string): HostMatch {
  if (asciiLower(one) === asciiLower(other)) return "whole";
  const short = shortName(one);
  return !/^\d*$/.test(short) && short === shortName(other) ? "short" : undefined;
}
