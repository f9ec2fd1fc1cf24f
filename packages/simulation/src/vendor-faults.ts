import { VendorError } from "@slipway/plugin-sdk";
import type { Adapter } from "@slipway/collect";
import { faultySession, type VendorCall, type VendorFault } from "@slipway/testkit/vendors";
import type { Faults } from "./faults.ts";
import type { Vendors } from "./vendors.ts";

/** How long after it was done an act is answered that is answered late, and how long a throttled caller is to wait. */
const LATE_MS = 20_000;
const THROTTLED_MS = 90_000;

/**
 * How a process reaches a vendor: through an interface that fails, hangs, answers late, loses its answers, and does what
 * it is asked for twice.
 */
export interface FaultyVendor {
  readonly adapter: string;
  readonly faults: Faults;
  readonly vendors: Vendors;
  readonly sleep: (ms: number) => Promise<void>;
}

export function faultyVendor(inner: Adapter, { adapter, faults, vendors, sleep }: FaultyVendor): Adapter {
  if (inner.vendor === undefined) return inner;
  const faultOf = (call: VendorCall): VendorFault | undefined => {
    if (vendors.isDown(adapter, call) || faults.strikes("vendor-fails"))
      return { kind: "fails", error: new VendorError("retry", "503 Service Unavailable") };
    if (faults.strikes("vendor-throttled"))
      return {
        kind: "fails",
        error: new VendorError("throttled", "429 Too Many Requests", { retryAfterMs: THROTTLED_MS }),
      };
    if (faults.strikes("vendor-answer-lost"))
      return { kind: "answer-lost", error: new VendorError("retry", "the connection was reset") };
    if (faults.strikes("vendor-hangs")) return { kind: "hangs" };
    if (faults.strikes("vendor-late")) return { kind: "late", ms: LATE_MS };
    return faults.strikes("vendor-twice") ? { kind: "twice" } : undefined;
  };
  return { ...inner, vendor: { session: faultySession(inner.vendor.session, faultOf, sleep) } };
}
