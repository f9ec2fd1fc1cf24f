import type { Labels } from "@slipway/stats";
import { columnOf } from "./columns.ts";

/** Columns that have a value. */
export const present = (columns: Readonly<Record<string, string | null | undefined>>): Record<string, string> => Object.fromEntries(Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== undefined && entry[1] !== ""));

export const writtenLabels = (labels: Labels): Record<string, string> => Object.fromEntries(Object.entries(labels).map(([label, value]) => [columnOf(label), value]));

export const numberText = (value: number | null): string | null => (value === null ? null : String(value));
