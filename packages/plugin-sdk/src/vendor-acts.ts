import type { ActContext, Observed, Performed } from "./act.ts";
import { SlipwayError } from "./errors.ts";
import type { ActOptions, VendorOp, VendorSession } from "./vendor.ts";
import { VendorError, type VendorErrorKind } from "./vendor-error.ts";

/** The codes of what a vendor will not do however often it is asked, by the kind of its error. Nothing was done then. */
export const VENDOR_REFUSALS = {
  "not-found": "VendorNotFound",
  refused: "VendorRefused",
} as const satisfies Partial<Record<VendorErrorKind, string>>;

type Method = "power" | "openRepair" | "returnToService" | "operation";

/** A method of an account's session. @throws SlipwayError of kind `contract` for one that the session does not have */
export function vendorMethod<Name extends Method>(
  context: ActContext,
  account: string,
  name: Name,
): NonNullable<VendorSession[Name]> {
  const session = context.vendor(account);
  const method = session[name] as NonNullable<VendorSession[Name]> | undefined;
  if (method === undefined) throw new SlipwayError("contract", `the session of ${account} has no ${name}`);
  return method.bind(session) as NonNullable<VendorSession[Name]>;
}

/**
 * Looks whether a vendor has what was asked of it under the act's key. What it makes of it shows in its events.
 *
 * @throws VendorError when the vendor cannot be asked; the signal's reason when the act is aborted
 */
export async function observedAtVendor(context: ActContext, account: string): Promise<Observed> {
  const { key, signal, deadlineMs } = context;
  signal.throwIfAborted();
  const { state, reason } = await vendorMethod(context, account, "operation")(key, { signal, deadlineMs });
  const facts = { operation: state };
  switch (state) {
    case "running":
    case "succeeded":
      return { state: "already", facts };
    case "failed":
      return {
        state: "unclear",
        facts,
        reason: `${account} took it in and failed: ${reason ?? "it does not say why"}`,
      };
    case "unknown":
      return { state: "not-yet", facts };
  }
}

/**
 * Asks a vendor to do something under the act's key. An error of a kind in {@link VENDOR_REFUSALS} is its refusal; after
 * one of kind `retry` it may have been done.
 *
 * @throws VendorError of another kind, as a failed try; the signal's reason when the act is aborted
 */
export async function askedOfVendor(
  { key, signal, deadlineMs }: ActContext,
  call: (options: ActOptions) => Promise<VendorOp>,
): Promise<Performed> {
  signal.throwIfAborted();
  try {
    return { did: "accepted", opId: (await call({ key, signal, deadlineMs })).id };
  } catch (error) {
    signal.throwIfAborted();
    if (!VendorError.is(error)) throw error;
    const { kind, message: reason, retryAfterMs } = error;
    if (kind === "retry") return { did: "unknown", why: reason };
    if (!isRefusal(kind)) throw error;
    const again = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { did: "refused", code: VENDOR_REFUSALS[kind], reason, ...again };
  }
}

const isRefusal = (kind: VendorErrorKind): kind is keyof typeof VENDOR_REFUSALS => Object.hasOwn(VENDOR_REFUSALS, kind);
