import { expectationSections, Sighting } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { isRuntimeFact } from "@slipway/policy";
import type { z } from "zod";
import { reachOf } from "@slipway/collect";

/** What a row may hold, far above any real one: beyond it the store or a walk over the row would fail in the middle of a load. */
export const DEPTH = 64;
export const VALUES = 4096;
const ROW_CHARACTERS = 131_072;
/** PostgreSQL indexes no value above 2704 bytes; a character takes at most four. */
const INDEXED_CHARACTERS = 512;
const INDEXED = ["system_serial", "vendor_instance_id", "node_name", "cluster"] as const;

export const TOO_DEEP = `is nested deeper than ${String(DEPTH)} levels`;
export const TOO_MANY = `the row holds more than ${String(VALUES)} values`;

const TIME = "a time of the years 2000 to 2099 with an offset, such as 2026-01-31T12:00:00Z";
const EXPECTED: Readonly<Record<string, string>> = {
  schema: '"slipway/sighting@1"',
  source: "text of 1 to 200 characters",
  observed_at: TIME,
  gpu_serials: 'a list of at most 1024 serials, or one text with ";" between them',
  gpu_uuids: 'a list of at most 1024 UUIDs, or one text with ";" between them',
  rack: "text of at most 4096 characters, or a whole number",
  tray: "text of at most 4096 characters, or a whole number",
};

/** How far ahead of the store's clock a source's may be: a later time would outrank what is seen from now on. */
const AHEAD_MS = 5 * 60_000;

export type CheckedRow = { readonly sighting: Sighting } | { readonly field: string; readonly message: string };

/** Says whether a row is a sighting that the store can keep; if not, which field is wrong and what was expected of it. */
export function checkRow(raw: unknown): CheckedRow {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return { field: "", message: `expected an object of fields, got ${said(raw)}` };
  const room = { values: VALUES };
  for (const [field, value] of Object.entries(raw)) {
    const message = --room.values < 0 ? TOO_MANY : (unfit(field) ?? unfit(value, room));
    if (message !== undefined) return { field, message };
  }
  if (JSON.stringify(raw).length > ROW_CHARACTERS)
    return { field: "", message: `the row is longer than ${String(ROW_CHARACTERS)} characters` };
  const row = normal(raw as Readonly<Record<string, unknown>>);
  const { data: sighting, error } = Sighting.safeParse(row);
  if (sighting === undefined) return expectation(row, error.issues[0]?.path ?? []);
  return misfit(sighting) ?? { sighting };
}

/** What is wrong with a sighting whose time has not come. @param now the store's time in milliseconds since 1970 */
export function aheadOf(
  { observed_at }: Sighting,
  now: number,
): Exclude<CheckedRow, { sighting: Sighting }> | undefined {
  if (Date.parse(observed_at) <= now + AHEAD_MS) return undefined;
  const limit = `at most 5 minutes after now (${new Date(now).toISOString()})`;
  return { field: "observed_at", message: `expected a time ${limit}, got ${said(observed_at)}` };
}

/** Lists of GPUs as lists and places as text, whichever way the format wrote them. */
function normal(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { gpu_serials, gpu_uuids, rack, tray } = row;
  return {
    ...row,
    ...(typeof gpu_serials === "string" ? { gpu_serials: listed(gpu_serials) } : {}),
    ...(typeof gpu_uuids === "string" ? { gpu_uuids: listed(gpu_uuids) } : {}),
    ...(Number.isSafeInteger(rack) ? { rack: String(rack) } : {}),
    ...(Number.isSafeInteger(tray) ? { tray: String(tray) } : {}),
  };
}

const listed = (text: string): string[] =>
  text
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** Why a value cannot be kept whole, in whatever field it stands. */
function unfit(value: unknown, room: { values: number } = { values: 0 }, depth = 0): string | undefined {
  if (typeof value === "string")
    return value.includes("\0") || !value.isWellFormed()
      ? "holds a NUL or half a surrogate pair, which is no text"
      : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= DEPTH) return TOO_DEEP;
  for (const [key, one] of Object.entries(value)) {
    const message = --room.values < 0 ? TOO_MANY : (unfit(key) ?? unfit(one, room, depth + 1));
    if (message !== undefined) return message;
  }
  return undefined;
}

function misfit(sighting: Sighting): CheckedRow | undefined {
  const year = new Date(sighting.observed_at).getUTCFullYear();
  if (!(year >= 2000 && year <= 2099)) return expectation(sighting, ["observed_at"]);
  if (!namesNode(sighting))
    return {
      field: "node_name",
      message: "names no node: one of node_name, system_serial, gpu_serials, gpu_uuids, vendor_instance_id is needed",
    };
  const unreachable = addressProblem(sighting["address"]);
  if (unreachable !== undefined) return { field: "address", message: unreachable };
  const long = INDEXED.find((name) => (sighting[name]?.length ?? 0) > INDEXED_CHARACTERS);
  if (long !== undefined)
    return {
      field: long,
      message: `expected text of at most ${String(INDEXED_CHARACTERS)} characters, got ${String(sighting[long]?.length)}`,
    };
  const garbled = Object.keys(Sighting.shape).find((name) =>
    [sighting[name]].flat().some((value) => typeof value === "string" && value.includes("\uFFFD")),
  );
  if (garbled === undefined) return roundedOf(sighting) ?? wrongExpectation(sighting["expect"]);
  return {
    field: garbled,
    message: "holds U+FFFD, which stands for bytes that were lost: two machines may look like one",
  };
}

/** Why a node could not be reached by the address of its sighting, if it could not. */
function addressProblem(address: unknown): string | undefined {
  if (address === undefined || address === null || address === "") return undefined;
  try {
    reachOf(address);
    return undefined;
  } catch (error) {
    if (!SlipwayError.is(error)) throw error;
    return error.message.replace(/^address: /, "");
  }
}

const namesNode = ({ node_name, system_serial, vendor_instance_id, gpu_serials, gpu_uuids }: Sighting): boolean =>
  [node_name, system_serial, vendor_instance_id].some((name) => typeof name === "string") ||
  [...(gpu_serials ?? []), ...(gpu_uuids ?? [])].length > 0;

/** A serial as a spreadsheet writes a long number: the digits after the sixth are lost, and with them the machine. */
const ROUNDED = /^\s*\d(\.\d+)?E\+\d+\s*$/i;

function roundedOf({ system_serial, gpu_serials }: Sighting): CheckedRow | undefined {
  const serials: readonly (readonly [string, string | null | undefined])[] = [
    ["system_serial", system_serial],
    ...(gpu_serials ?? []).map((serial, index) => [`gpu_serials.${String(index)}`, serial] as const),
  ];
  const rounded = serials.find(([, serial]) => ROUNDED.test(serial ?? ""));
  return (
    rounded && {
      field: rounded[0],
      message: `${said(rounded[1])} is a number that a spreadsheet rounded, and no serial; export the column as text`,
    }
  );
}

/** What of a sighting's expectations no sighting may give, or is none. */
function wrongExpectation(expect: unknown): CheckedRow | undefined {
  if (expect === undefined || expect === null) return undefined;
  if (typeof expect !== "object" || Array.isArray(expect))
    return { field: "expect", message: `expected an object of expectations by section, got ${said(expect)}` };
  for (const [section, values] of Object.entries(expect as Readonly<Record<string, unknown>>)) {
    if (typeof values !== "object" || values === null || Array.isArray(values))
      return { field: `expect.${section}`, message: `expected an object of expectations, got ${said(values)}` };
    const key = Object.keys(values).find((one) => !isRuntimeFact(section, one));
    if (key !== undefined)
      return {
        field: `expect.${section}.${key}`,
        message: "only a file of the fleet may expect it; a sighting gives the facts of its rack and node",
      };
    const schema = (expectationSections as Readonly<Record<string, z.ZodType>>)[section];
    const issue = schema?.safeParse(values).error?.issues[0];
    if (issue !== undefined) return { field: ["expect", section, ...issue.path].join("."), message: issue.message };
  }
  return undefined;
}

function expectation(row: unknown, path: readonly PropertyKey[]): CheckedRow {
  const value = path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    row,
  );
  const expected =
    path.length > 1
      ? "a serial of 1 to 200 characters"
      : (EXPECTED[String(path[0])] ?? "text of at most 4096 characters");
  const quote = typeof value === "number" ? "; write it in quotes" : "";
  return { field: path.map(String).join("."), message: `expected ${expected}, got ${said(value)}${quote}` };
}

function said(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${String(value.length)}`;
  if (typeof value === "object") return "an object";
  if (typeof value !== "string") return `the ${typeof value} ${JSON.stringify(value)}`;
  return value.length > 40
    ? `${JSON.stringify(value.slice(0, 40))} and ${String(value.length - 40)} characters more`
    : JSON.stringify(value);
}
