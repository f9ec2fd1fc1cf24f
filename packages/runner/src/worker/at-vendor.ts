import type { TargetRef } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";

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
