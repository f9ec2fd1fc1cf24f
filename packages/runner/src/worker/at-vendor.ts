import type { BanCause } from "@slipway/domain";
import type { TargetRef } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";
import { intend } from "./intend.ts";
import type { ChangeSet } from "@slipway/reconciler";

/** A machine at its vendor: through which adapter it is addressed, and how. */
export interface AtVendor {
  readonly adapter: string;
  readonly target: TargetRef;
  /** Why, in words for the vendor. */
  readonly summary: string;
}

/** Writes the intent of an act at a vendor for a machine, whatever becomes of the validations of it. */
export function intendAtVendor(
  change: ChangeSet,
  act: "open-repair" | "return-to-service",
  { object, machine, at, cause }: AskedOfVendor,
): void {
  const before = { ...at, ...(cause === undefined ? {} : { cause }) };
  const needs = [`vendor:${at.adapter}`];
  intend(change, { key: `${object}/${act}`, object, act, needs, machine, fence: 0, before }, 1);
}

interface AskedOfVendor {
  /** What it follows from: a ban or a release. */
  readonly object: string;
  readonly machine: number;
  readonly at: AtVendor;
  readonly cause?: BanCause;
}

/** A machine where it stood, as its vendor addresses it. */
export const targetOf = ({
  node,
  cluster,
  address,
}: Pick<Row<"validations">, "node" | "cluster" | "address">): TargetRef => ({
  nodeName: node,
  cluster: cluster ?? undefined,
  vendorInstanceId: typeof address?.["vendorInstanceId"] === "string" ? address["vendorInstanceId"] : undefined,
});
