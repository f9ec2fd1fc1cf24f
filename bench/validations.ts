import { machineRow, validationRow } from "@slipway/store/testing";
import type { Row, Tx } from "@slipway/store";
import type { BenchDatabase } from "./database.ts";

const BATCH = 500;

/** Writes `count` machines, each with a validation of its own number, and what `beside` writes for each batch of them. */
export async function writeValidations(
  { store, client }: BenchDatabase,
  count: number,
  validation: Partial<Row<"validations">>,
  beside: (tx: Tx, ids: readonly number[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 1; from <= count; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, count - from + 1) }, (_, index) => from + index);
    await store.transaction(async (tx) => {
      await tx.insert(
        "machines",
        ids.map((id) => machineRow(id, { account: "Validating", gpu_serials: [] })),
      );
      await tx.insert(
        "validations",
        ids.map((id) => validationRow(id, { node: `node-${String(id)}`, adapter: "bench", checks: [], ...validation })),
      );
      await beside(tx, ids);
    });
  }
  await client.query("vacuum analyze");
}
