import { VendorError, type CallOptions } from "@slipway/plugin-sdk";
import type { Clock } from "@slipway/store";

/**
 * Asks a vendor something and waits no longer than the call's deadline, whatever its session does: a call
 * that is never answered is abandoned, and whoever waited goes on. Whether an abandoned act was done is not known.
 *
 * @throws VendorError of kind `retry` when the deadline is over; the signal's reason when it is aborted;
 *   else what the call threw
 */
export async function askVendor<T>(
  clock: Clock,
  { signal, deadlineMs }: CallOptions,
  call: (options: CallOptions) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const late = clock.sleep(deadlineMs, either).then(() => {
    throw new VendorError("retry", `the vendor did not answer within ${String(deadlineMs / 1_000)} s`);
  });
  try {
    return await Promise.race([call({ signal: either, deadlineMs }), late]);
  } finally {
    // Ends the wait, and tells a session that still works on an abandoned call to give up.
    over.abort();
  }
}
