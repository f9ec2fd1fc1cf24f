import { Account, Attribution, BanCause } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store } from "@slipway/store";
import { z } from "zod";
import { defineDocument, type ContentOf } from "./document.ts";
import { count, list, machineId, nodeName, shown, time } from "./fields.ts";

const banFields = shown(["at", "lifted_at"], {
  id: z.int().describe("its number"),
  revision: count().describe("one higher when it is put down to another cause"),
  machine: machineId(),
  node: z.string().describe("the node's name when it was banned"),
  cluster: z.string().nullable(),
  vendor: z.string().nullable(),
  sku: z.string().nullable(),
  segment: z.string().nullable(),
  at: time(),
  cause: BanCause,
  attribution: Attribution.describe("the findings that say why it has this cause, and by which rule"),
  owner: z.string().describe("who answers for it"),
  reason: z.string(),
  by: z.string(),
  source: z.string().describe("who sent it: a scheduler, a vendor, a person, or a validation"),
  external_id: z.string().nullable().describe("the sender's own id"),
  validation: z.int().nullable(),
  from_service: z.boolean().describe("it took the machine out of service"),
  release: z.int().nullable().describe("the release that admitted the machine before: with one, this is a re-ban"),
  lifted_at: time().nullable(),
  lifted_by: z.string().nullable(),
  lift_reason: z.string().nullable(),
});

export const banDocument = defineDocument(
  "slipway/ban@1",
  {
    about: "A ban: a machine that was taken out of service for bad health.",
    commands: ["bans list", "bans add", "bans lift"],
  },
  {
    node_name: nodeName("the node's name when it was banned"),
    ...banFields.shape,
    account: Account.nullable().optional().describe("`bans lift`: where the machine is booked now"),
    still_banned_by: list(z.int()).optional().describe("`bans lift`: its other open bans"),
  },
);
export type BanShown = ContentOf<typeof banDocument>;

const ofRow = (row: Row<"bans">): BanShown => ({
  node_name: row.node,
  ...banFields.of({ ...row, revision: row.spec_generation, owner: row.owner ?? "", reason: row.why }),
});

/** Bans, the newest first. */
export const listBans = (
  store: Store,
  {
    lifted = false,
    cause,
    cluster,
  }: { readonly lifted?: boolean; readonly cause?: BanCause | undefined; readonly cluster?: string | undefined },
): Promise<readonly BanShown[]> =>
  store.report(async (tx) =>
    (
      await tx.find("bans", {
        where: {
          ...(lifted ? {} : { lifted_at: null }),
          ...(cause === undefined ? {} : { cause }),
          ...(cluster === undefined ? {} : { cluster }),
        },
        orderBy: ["-at", "-id"],
      })
    ).map(ofRow),
  );

/**
 * A ban with where its machine stands now, and what else bans it.
 *
 * @throws SlipwayError of kind `input` for a number that no ban has
 */
export const showBan = (
  store: Store,
  id: number,
): Promise<BanShown & { readonly account: Account | null; readonly still_banned_by: readonly number[] }> =>
  store.report(async (tx) => {
    const row = await tx.get("bans", { id });
    if (row === undefined) throw new SlipwayError("input", `there is no ban ${String(id)}`);
    const { machine } = row;
    const others = await tx.find("bans", { where: { machine, lifted_at: null }, orderBy: ["id"], columns: ["id"] });
    return {
      ...ofRow(row),
      account: (await tx.get("machines", { id: machine }))?.account ?? null,
      still_banned_by: others.map((ban) => ban.id).filter((other) => other !== id),
    };
  });
