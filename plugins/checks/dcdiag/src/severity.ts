import type { Cause } from "@slipway/plugin-sdk";
import type { Warning } from "./diagnostic.ts";

const CONFIG = 5;
/** MONITOR, ISOLATE, TRIAGE and RESET of dcgm_errors.h; 0 (NONE) and 3 (UNKNOWN) tell nothing. */
const FAULTS = new Set([1, 2, 4, 6]);
const NAMES: Readonly<Record<number, string>> = {
  0: "NONE",
  1: "MONITOR",
  2: "ISOLATE",
  3: "UNKNOWN",
  4: "TRIAGE",
  5: "CONFIG",
  6: "RESET",
};
/** Error ids of NVLink and the fabric: the other end may be at fault as well as the GPU. */
const FABRIC_ERRORS = new Set([13, 14, 15, 16, 17, 99, 108, 112, 119, 121, 123]);

/** Cause of one warning of a failing row (rules D1-D3); of the row itself when it has none. */
export function causeOf(warning: Warning | undefined): Cause {
  if (warning?.severity === CONFIG) return "configuration";
  if (warning?.severity === undefined || !FAULTS.has(warning.severity)) return "unknown";
  return warning.errorId !== undefined && FABRIC_ERRORS.has(warning.errorId) ? "fabric" : "hardware";
}

/** What the tool knows of an error besides its text, such as `severity 2 (ISOLATE), error 4`. */
export function describeError({ severity, errorId }: Warning): string[] {
  const name = severity === undefined ? undefined : NAMES[severity];
  return [
    ...(severity === undefined ? [] : [`severity ${String(severity)}${name === undefined ? "" : ` (${name})`}`]),
    ...(errorId === undefined ? [] : [`error ${String(errorId)}`]),
  ];
}
