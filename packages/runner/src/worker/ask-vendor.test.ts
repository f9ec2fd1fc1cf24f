import { VendorError } from "@slipway/plugin-sdk";
import { virtualClock } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { askVendor } from "./ask-vendor.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const open = new AbortController().signal;
const settled = <T>(work: Promise<T>): Promise<unknown> => work.catch((error: unknown) => error);

it("gives a call up at its deadline, though the session never answers, and tells the session", async () => {
  const clock = virtualClock(0);
  let given: AbortSignal | undefined;
  const asked = settled(
    askVendor(clock, { signal: open, deadlineMs: 30_000 }, ({ signal }) => {
      given = signal;
      return never();
    }),
  );
  await clock.runUntil(29_999);
  expect(given?.aborted).toBe(false);
  await clock.runUntil(30_000);
  expect(await asked).toSatisfy((error) => VendorError.is(error, "retry"));
  expect(given?.aborted).toBe(true);
});

it("ends with the reason of its signal when the caller goes on without it", async () => {
  const stopping = new AbortController();
  const asked = settled(askVendor(virtualClock(0), { signal: stopping.signal, deadlineMs: 30_000 }, never));
  stopping.abort(new Error("the worker stops"));
  expect(await asked).toMatchObject({ message: "the worker stops" });
});

it("hands on what the session answers or throws, and leaves no timer behind", async () => {
  const clock = virtualClock(0);
  const call = { signal: open, deadlineMs: 30_000 };
  expect(await askVendor(clock, call, () => Promise.resolve("answer"))).toBe("answer");
  const error = new VendorError("auth", "the token has expired");
  expect(await settled(askVendor(clock, call, () => Promise.reject(error)))).toBe(error);
  expect(clock.next()).toBeUndefined();
});
