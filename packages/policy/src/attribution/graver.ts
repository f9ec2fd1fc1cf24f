import { BAN_CAUSES, type BanCause } from "@slipway/domain";

/** Causes of bans, the gravest first: the first present of a machine's open bans is the machine's (settled.md B). */
export const GRAVEST_FIRST: readonly BanCause[] = BAN_CAUSES;

export const isGraver = (cause: BanCause, than: BanCause): boolean =>
  GRAVEST_FIRST.indexOf(cause) < GRAVEST_FIRST.indexOf(than);
