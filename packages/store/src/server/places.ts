import { createHash } from "node:crypto";
import { join, resolve } from "node:path";

/** The clone that the launcher stands in; elsewhere the folder it is called from. */
export const cloneRoot = (): string => resolve(process.env["SLIPWAY_ROOT"] ?? process.cwd());

/**
 * The folder of everything Slipway keeps on this machine: `SLIPWAY_DATA`, else `.slipway` in the
 * clone. As root it is a system folder keyed by the clone, because the server's own user must read
 * it whatever the clone lies below.
 */
export function dataFolder(): string {
  const named = process.env["SLIPWAY_DATA"];
  if (named !== undefined && named !== "") return resolve(named);
  const root = cloneRoot();
  return isRoot()
    ? join("/var/lib/slipway", createHash("sha256").update(root).digest("hex").slice(0, 16))
    : join(root, ".slipway");
}

export const isRoot = (): boolean => process.getuid?.() === 0;
