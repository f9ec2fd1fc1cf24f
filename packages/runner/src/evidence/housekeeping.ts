import type { ActDefinition } from "@slipway/plugin-sdk";
import { standingHeader, Superseded, type Kind, type KindRef } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { z } from "zod";
import type { RunnerParts } from "../worker/parts.ts";
import { takeTurn } from "../worker/turn.ts";
import { tidyEvidence } from "./tidy.ts";

type Housekeeping = Row<"housekeeping">;

const HOUSEKEEPING: KindRef<Housekeeping> = { name: "housekeeping", table: "housekeeping", textId: true };
/** The one object of the kind. */
const ID = "fleet";
const TidyInput = z.object({ askedAt: z.int().describe("When it was asked for, in milliseconds since 1970") });

interface Facts {
  readonly now: number;
}

/**
 * Housekeeping as a kind of object, of which there is one: every hour one of the workers removes evidence whose time is
 * over. A clean-up that failed for good is asked for anew when the next one is due.
 */
export function housekeepingKind(parts: RunnerParts): Kind<Housekeeping, Facts, "wait" | "tidy"> {
  const kind: Kind<Housekeeping, Facts, "wait" | "tidy"> = {
    ...HOUSEKEEPING,
    standing: (now) => [{ id: ID, ...standingHeader(now), tidied_at: null }],
    owner: () => parts.fleet.clusters.healthOwner,
    acts: { tidy: tidyAct(parts) },
    parksItself: true,
    keepsNoActs: true,
    look: (_reads, rows, { now }) => Promise.resolve(new Map(rows.map(({ id }) => [id, { now }]))),
    decide: ({ acting, due_at }, { now }) => (acting === null && (due_at ?? now) <= now ? "tidy" : "wait"),
    status: () => [],
    apply(change, row, { now }, step) {
      if (step === "tidy") change.ask(kind, row, { act: "tidy", input: { askedAt: now } });
      return Promise.resolve(undefined);
    },
    record(change, row) {
      change.change(kind, row, { due_at: change.now + parts.limits.tidyMs });
    },
  };
  return kind;
}

/** Removes evidence whose time is over; that it did so stands on the row. */
const tidyAct = (parts: RunnerParts): ActDefinition<typeof TidyInput> => ({
  id: "tidy",
  version: "1.0.0",
  title: "Evidence whose time is over is removed",
  input: TidyInput,
  class: "idempotent",
  disturbs: false,
  needs: () => [],
  async observe(_context, { askedAt }) {
    const row = await parts.store.transaction((tx) => tx.get("housekeeping", { id: ID }));
    return { state: (row?.tidied_at ?? -1) >= askedAt ? "already" : "not-yet", facts: {} };
  },
  async perform({ key }) {
    const tidied = await tidyEvidence(parts);
    await takeTurn(parts, async ({ tx, change }) => {
      const row = await tx.get("housekeeping", { id: ID });
      if (row?.acting !== key) throw new Superseded("housekeeping does not wait for this clean-up");
      change.change(HOUSEKEEPING, row, { tidied_at: change.now });
    });
    parts.emit({ event: "tidied", ...tidied });
    return { did: "done", applied: { ...tidied } };
  },
});
