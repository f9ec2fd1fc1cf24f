import { existsSync } from "node:fs";
import { join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { readWorkspace } from "../workspace.ts";

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Refuses what a caller chose for a new plugin. */
export function refuse(kind: string, id: string, why: string, hint?: string): never {
  throw new SlipwayError("input", `new ${kind} ${id}: ${why}`, hint === undefined ? {} : { hint });
}

/** Refuses an id of another form, or one that a plugin of any kind has: `verify <id>` names one plugin. */
export function requireId(root: string, kind: "check" | "step", id: string, example: string): void {
  if (!ID.test(id) || id.length > 40)
    refuse(
      kind,
      id,
      "an id is kebab-case: small letters and digits, parts joined by one '-', at most 40",
      `for example: ${example}`,
    );
  if (new RegExp(`(^|-)${kind}(-|$)`).test(id)) refuse(kind, id, `an id does not say ${kind}`);
  const dir = `plugins/${kind}s/${id}`;
  const other = readWorkspace(root).find(({ manifest }) => manifest.slipway?.id === id)?.dir;
  const taken = existsSync(join(root, dir)) ? dir : other;
  if (taken !== undefined) refuse(kind, id, `${taken} exists already`);
}
