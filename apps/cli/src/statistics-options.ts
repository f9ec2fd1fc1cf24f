import { parseInstantOrDay } from "@slipway/records";
import { ENDPOINTS, type Endpoint, type Labels } from "@slipway/stats";
import { InvalidArgumentError, Option } from "commander";

/** Values of labels of which a row has to have one, by label. */
export type Where = Readonly<Record<string, readonly string[]>>;

/** `vendor,sku` as a list. */
export function list(text: string): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  const option = words.find((word) => word.startsWith("-"));
  if (option !== undefined) throw new InvalidArgumentError(`${option} stands where names have to be`);
  if (words.includes("")) throw new InvalidArgumentError("has to be names with commas between");
  const twice = words.find((word, at) => words.indexOf(word) !== at);
  if (twice !== undefined) throw new InvalidArgumentError(`names ${twice} twice`);
  return words;
}

/** `30d,90d` as days. */
export function windows(text: string): readonly number[] {
  const asked = list(text).map((word) => {
    const [, days] = /^(\d+(?:\.\d+)?)d?$/.exec(word) ?? [];
    if (days === undefined || !(Number(days) > 0))
      throw new InvalidArgumentError("has to be days above 0, such as 30d or 30d,90d");
    return Number(days);
  });
  const twice = asked.find((days, at) => asked.indexOf(days) !== at);
  if (twice !== undefined) throw new InvalidArgumentError(`names ${String(twice)} days twice`);
  return asked;
}

export function oneWindow(text: string): number {
  const [days = 0, ...more] = windows(text);
  if (more.length > 0) throw new InvalidArgumentError("has to be one number of days here");
  return days;
}

/** `vendor=oci,azure`; given several times, all of them have to hold. */
export function where(text: string, before: Where = {}): Where {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("has to be a label and its values, such as vendor=oci,azure");
  const name = text.slice(0, at);
  const values = list(text.slice(at + 1));
  const known = Object.hasOwn(before, name) ? (before[name] ?? []) : values;
  return { ...before, [name]: values.filter((value) => known.includes(value)) };
}

/** Whether a row's labels are those asked for. */
export const matches = ({ labels }: { readonly labels: Labels }, asked: Where): boolean =>
  Object.entries(asked).every(([name, values]) => Object.hasOwn(labels, name) && values.includes(labels[name] ?? ""));

export function asOf(text: string): number {
  const at = parseInstantOrDay(text);
  if (at === undefined) throw new InvalidArgumentError("has to be a time as 2026-03-01T12:00:00Z, or a day");
  return at;
}

export function fraction(text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("has to be a number from 0 to 1");
  return value;
}

export function amount(text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!(value >= 0 && value < Infinity)) throw new InvalidArgumentError("has to be a number from 0");
  return value;
}

export function count(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError("has to be a whole number from 1");
  return Number(text);
}

export const counts = (text: string): readonly number[] =>
  list(text)
    .map((word) => (/^\d{1,4}$/.test(word) ? Number(word) : NaN))
    .map((value) => {
      if (Number.isNaN(value)) throw new InvalidArgumentError("has to be whole numbers with commas between");
      return value;
    });

export const endpointOption = (): Option =>
  new Option("--endpoint <bans>", "which bans count: hardware is every class but workload")
    .choices(ENDPOINTS)
    .default("hardware" satisfies Endpoint);
export const asOfOption = (): Option =>
  new Option(
    "--as-of <time>",
    "until when the data goes: what comes later is left out. Of files the time of their last event unless told, of the database now",
  ).argParser(asOf);
export const byOption = (): Option =>
  new Option("--by <labels>", "a cell for each of these: vendor, sku, cluster, segment, owner, entry, …").argParser(
    list,
  );
export const whereOption = (): Option =>
  new Option(
    "--where <label=values>",
    "only rows with one of these values, such as vendor=oci,azure; may be given several times",
  ).argParser(where);
export const formatOptions = (): readonly [Option, Option] => [
  new Option("--json", "one JSON line per answer").conflicts("csv"),
  new Option("--csv", "the same keys as a table, flattened with dots"),
];
