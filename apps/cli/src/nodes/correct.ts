import { SlipwayError } from "@slipway/plugin-sdk";
import { nodeCorrectionDocument } from "@slipway/queries";
import { findNode, forgetSighting, merge, split, undo, type Correction, type CorrectionOptions } from "@slipway/nodes";
import type { Store } from "@slipway/store";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";
import { withStore, type Json } from "./store.ts";

interface Signed extends Json {
  readonly by: string;
  readonly reason: string;
}

/** `nodes merge`: two machines are one. */
export const mergeNodes = (node: string, other: string, options: Signed): Promise<void> =>
  correct(options, true, async (store, signature) =>
    merge(store, (await findNode(store, node)).machine.id, (await findNode(store, other)).machine.id, signature),
  );

/** `nodes split`: a machine is two. */
export async function splitNode(
  node: string,
  options: Signed & { readonly serial?: readonly string[]; readonly name?: readonly string[] },
): Promise<void> {
  if ((options.serial ?? options.name) === undefined)
    throw new SlipwayError("input", "nodes split needs --serial or --name: which sightings leave");
  const shown = {
    ...(options.serial === undefined ? {} : { serials: options.serial }),
    ...(options.name === undefined ? {} : { names: options.name }),
  };
  await correct(options, true, async (store, signature) =>
    split(store, (await findNode(store, node)).machine.id, shown, signature),
  );
}

/** `nodes forget`: takes a sighting out. */
export const forget = (sighting: number, options: Signed): Promise<void> =>
  correct(options, true, async (store, signature) => forgetSighting(store, sighting, signature));

/** `nodes undo`: takes a merge, a split or a forgetting back, or settles a doubt. */
export const undoEvent = (event: number, options: Signed): Promise<void> =>
  correct(options, false, async (store, signature) => undo(store, event, signature));

async function correct(
  { by, reason, json }: Signed,
  undoable: boolean,
  work: (store: Store, signature: CorrectionOptions) => Promise<Correction>,
): Promise<void> {
  await withStore(async (store, precedence) => {
    const done = await work(store, { by, reason, precedence });
    say(
      { json, document: nodeCorrectionDocument },
      done,
      `${printable(done.why)}\n${undoable ? `To take it back: slipway nodes undo ${String(done.event)} --by WHO --reason WHY\n` : ""}`,
    );
  });
}
