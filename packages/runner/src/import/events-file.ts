import { BanCause } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { parse } from "csv-parse/sync";
import { z } from "zod";

const text = z.string().min(1);
const optional = z.union([z.literal("").transform(() => undefined), z.string()]).optional();

/** One row of an events file (interfaces.md 6). */
export const EventRow = z.looseObject({
  event_id: text,
  revision: z.coerce.number().int().min(0),
  event_type: z.enum(["admit", "leave", "ban", "unban"]),
  node_id: text,
  cluster_id: optional,
  ts: z.iso.datetime({ offset: true }),
  ingested_ts: optional,
  cause: z.union([z.literal("").transform(() => undefined), BanCause]).optional(),
});
export type EventRow = z.infer<typeof EventRow>;

/**
 * Reads a CSV file of rows that a schema knows.
 *
 * @throws SlipwayError of kind `input` naming file, line and field; nothing of the file is taken then
 */
export function readRows<T extends z.ZodType>(file: string, content: string, schema: T): z.output<T>[] {
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(content, { columns: true, bom: true, skip_empty_lines: true, info: true }) as unknown as typeof records;
  } catch (error) {
    throw new SlipwayError("input", `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return records.map(({ record, info }) => {
    const parsed = schema.safeParse(record);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new SlipwayError("input", `${file}:${String(info.lines)}: ${String(issue?.path[0] ?? "row")}: ${issue?.message ?? "is not valid"}`);
  });
}
