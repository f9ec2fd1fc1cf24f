import type { Precedence } from "@slipway/policy";
import { loadPrecedence } from "@slipway/fleet";
import type { Store } from "@slipway/store";
import { openDatabase } from "../database.ts";
import { fleetFolder } from "../fleet.ts";

export interface Json {
  readonly json?: boolean;
}

/** One JSON line a document. */
export const lines = (documents: readonly object[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join("");

/** Works on the node database, with the fleet's precedence of sources. */
export async function withStore(work: (store: Store, precedence: Precedence) => Promise<void>): Promise<void> {
  const precedence = loadPrecedence(fleetFolder());
  const database = await openDatabase({ start: true });
  try {
    await work(database.store, precedence);
  } finally {
    await database.close();
  }
}
