import { SlipwayError } from "@slipway/plugin-sdk";
import type { Proposal } from "@slipway/policy";
import { openDatabase, type Database } from "@slipway/server";

/** The database where a principal's word has to be proven, if one is at hand. */
export async function withProofs<T>(
  proposal: Proposal,
  work: (database: Database | undefined) => Promise<T>,
): Promise<T> {
  const needed = proposal.approvals.some(({ proof }) => "audit" in proof);
  const database = needed
    ? await openDatabase({ start: false }).catch((error: unknown) => {
        if (SlipwayError.is(error)) return undefined;
        throw error;
      })
    : undefined;
  try {
    return await work(database);
  } finally {
    await database?.close();
  }
}
