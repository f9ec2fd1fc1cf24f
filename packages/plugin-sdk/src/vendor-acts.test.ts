import { describe, expect, it } from "vitest";
import type { ActContext } from "./act.ts";
import { askedOfVendor, observedAtVendor, vendorMethod } from "./vendor-acts.ts";
import { VendorError } from "./vendor-error.ts";
import type { ActOptions, VendorOperation, VendorSession } from "./vendor.ts";

const contextOf = (session: Partial<VendorSession>, signal = new AbortController().signal): ActContext =>
  ({ key: "ban/1/open-repair", signal, deadlineMs: 1_000, vendor: () => session }) as unknown as ActContext;

const saying = (operation: VendorOperation): Partial<VendorSession> => ({
  operation: () => Promise.resolve(operation),
});

describe("what was asked of a vendor", () => {
  it.each([
    [{ state: "unknown" }, "not-yet"],
    [{ state: "running" }, "already"],
    [{ state: "succeeded" }, "already"],
    [{ state: "failed", reason: "no technician" }, "unclear"],
  ] as const)("and what it made of it, %j, is %s", async (operation, state) => {
    expect(await observedAtVendor(contextOf(saying(operation)), "lab")).toMatchObject({
      state,
      facts: { operation: operation.state },
    });
  });

  it("is accepted under the act's key, within its deadline and by its signal", async () => {
    const given: ActOptions[] = [];
    const context = contextOf({});
    const performed = await askedOfVendor(context, (options) => {
      given.push(options);
      return Promise.resolve({ id: "T-7", state: "accepted" });
    });
    expect(performed).toEqual({ did: "accepted", opId: "T-7" });
    expect(given).toEqual([{ key: context.key, signal: context.signal, deadlineMs: 1_000 }]);
  });

  it.each([
    ["refused", { did: "refused", code: "VendorRefused", reason: "said the vendor", retryAfterMs: 60_000 }],
    ["not-found", { did: "refused", code: "VendorNotFound", reason: "said the vendor", retryAfterMs: 60_000 }],
    ["retry", { did: "unknown", why: "said the vendor" }],
  ] as const)("and answered by `%s` is %j", async (kind, performed) => {
    const error = new VendorError(kind, "said the vendor", { retryAfterMs: 60_000 });
    expect(await askedOfVendor(contextOf({}), () => Promise.reject(error))).toEqual(performed);
  });

  it.each(["throttled", "auth", "conflict", "fatal"] as const)("and answered by `%s` is a failed try", async (kind) => {
    const error = new VendorError(kind, "said the vendor");
    await expect(askedOfVendor(contextOf({}), () => Promise.reject(error))).rejects.toBe(error);
  });

  it("is not asked after an abort, and an error that is no vendor's is thrown", async () => {
    const reason = new Error("another has the act");
    const gone = contextOf(saying({ state: "succeeded" }), AbortSignal.abort(reason));
    await expect(askedOfVendor(gone, () => Promise.resolve({ id: "1", state: "accepted" }))).rejects.toBe(reason);
    await expect(observedAtVendor(gone, "lab")).rejects.toBe(reason);
    await expect(askedOfVendor(contextOf({}), () => Promise.reject(new TypeError("a bug")))).rejects.toThrow("a bug");
  });

  it("needs a method that the session has", () => {
    expect(() => vendorMethod(contextOf({}), "lab", "power")).toThrow("the session of lab has no power");
  });
});
