import type { Rail } from "@slipway/domain";

const MOST_DEVICES = 1024;

/** The rails of a node, one for each device that a rail's `device` stands for. */
export function expandRails(rails: readonly Rail[]): Rail[] {
  return rails.flatMap((rail) => expandDevices(rail.device).map((device) => ({ ...rail, device })));
}

/**
 * Expands a rail's device (rule X1): an exact name, or one with `[a-b]` or `[a,b]`, which stands
 * for every name, e.g. `mlx5_[0-3]` or `ib[0,2-3]s0`. A bracket that is none of these is kept as it stands.
 */
export function expandDevices(pattern: string): string[] {
  const bracket = /\[([^\][]*)\]/.exec(pattern);
  if (bracket === null) return [pattern];
  const [whole, body = ""] = bracket;
  const members = body.split(",").flatMap(range);
  if (members.length === 0 || members.includes("")) return [pattern];
  const before = pattern.slice(0, bracket.index);
  const rest = expandDevices(pattern.slice(bracket.index + whole.length));
  return members.flatMap((member) => rest.map((tail) => `${before}${member}${tail}`)).slice(0, MOST_DEVICES);
}

function range(text: string): string[] {
  const numbers = /^(\d{1,6})-(\d{1,6})$/.exec(text.trim());
  if (numbers === null) return [text.trim()];
  const [, from = "", to = ""] = numbers;
  const width = from.startsWith("0") ? from.length : 0;
  const length = Number(to) - Number(from) + 1;
  return Array.from({ length: Math.min(Math.max(length, 0), MOST_DEVICES) }, (_, index) =>
    String(Number(from) + index).padStart(width, "0"),
  );
}
