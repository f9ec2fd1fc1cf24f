import { ReleaseRecord } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";

/**
 * What a release's row keeps of the machine as it was let in, whichever version wrote it.
 *
 * @throws SlipwayError of kind `config` that names the release and the field which cannot be read
 */
export function recordOf({ id, record }: Pick<Row<"releases">, "id" | "record">): ReleaseRecord {
  const parsed = ReleaseRecord.safeParse(record);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = ["record", ...(issue?.path ?? [])].map(String).join(".");
  throw new SlipwayError("config", `release ${String(id)}: ${field}: ${issue?.message ?? "cannot be read"}`);
}
