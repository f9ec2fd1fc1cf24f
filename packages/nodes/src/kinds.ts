import type { KindRef } from "@slipway/reconciler";
import type { Row } from "@slipway/store";

/** The kind of validations. */
export const VALIDATIONS: KindRef<Row<"validations">> = { name: "validation", table: "validations" };

/** The kind of bans. */
export const BANS: KindRef<Row<"bans">> = { name: "ban", table: "bans" };

/** The kind of releases. */
export const RELEASES: KindRef<Row<"releases">> = { name: "release", table: "releases" };
