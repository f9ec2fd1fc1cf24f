import { isExpired, moved, type Proposal } from "@slipway/policy";

/** A proposal as it stands at a time, in milliseconds since 1970: its time may be over without anybody having written so. */
export const asOf = (proposal: Proposal, now: number): Proposal =>
  isExpired(proposal, now)
    ? moved(proposal, "expired", { by: "policy", reason: `not applied by ${proposal.expires}`, at: now })
    : proposal;
