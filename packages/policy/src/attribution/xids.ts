import { BanCause } from "@slipway/domain";
import { XIDS } from "@slipway/plugin-sdk";
import { z } from "zod";

export const XIDS_SCHEMA = "slipway/xids@1";

const Code = z.string().regex(/^\d{1,5}$/, "the number of an Xid");

/** `fleet/xids.yaml`: causes by Xid code that a fleet sets over those of the judging rules Y1 and Y2. */
export const Xids = z.strictObject({ schema: z.literal(XIDS_SCHEMA), causes: z.record(Code, BanCause) });
export type Xids = z.infer<typeof Xids>;

/** Causes by code alone. 144-150 and 154 have none: their cause is in the text of their message. */
export type XidCauses = ReadonlyMap<number, BanCause>;

/** Rules Y1 and Y2: the cause that the xid check gives. */
const BY_RULE: XidCauses = new Map([...XIDS].map(([code, { causes }]) => [code, BanCause.parse(causes[0])]));

export const xidCauses = (file?: Xids): XidCauses =>
  new Map([
    ...BY_RULE,
    ...Object.entries(file?.causes ?? {}).map(([code, cause]): [number, BanCause] => [Number(code), cause]),
  ]);

/** `Xid 79`, `XID: 79`, `Xid (PCI:0000:3b:00): 79`, `Xids 13, 31`; but not the number of an SXid, which is another list. */
const MENTION =
  /(?<![A-Za-z])xids?(?:\s{0,4}\(PCI:[^()]{0,40}\))?[\s:=#]{0,4}(\d{1,5}(?:\s{0,2}(?:,|and|\+|\/)\s{0,2}\d{1,5}){0,9})(?!\d|\.\d)/gi;

/** The Xid codes named in a free text of a person or a scheduler, in their order. */
export function xidsIn(text: string): readonly number[] {
  const named = [...text.slice(0, 10_000).matchAll(MENTION)].flatMap(([, list = ""]) => list.match(/\d+/g) ?? []);
  return [...new Set(named.map(Number))];
}
