import { describe, expect, it } from "vitest";
import { VendorError } from "./vendor-error.ts";

describe("VendorError", () => {
  it("is recognised by its mark, from another copy of the package too, and by its kind", () => {
    const error = new VendorError("throttled", "asked too often", { retryAfterMs: 7_000, raw: { status: 429 } });
    expect(VendorError.is(error)).toBe(true);
    expect(VendorError.is(error, "throttled")).toBe(true);
    expect(VendorError.is(error, "auth")).toBe(false);
    expect(VendorError.is({ [Symbol.for("slipway.vendor-error")]: true, kind: "auth" }, "auth")).toBe(true);
    expect(VendorError.is(new Error("asked too often"))).toBe(false);
    expect(VendorError.is(undefined)).toBe(false);
    expect(error).toMatchObject({ kind: "throttled", retryAfterMs: 7_000, raw: { status: 429 } });
  });
});
