import type { VendorPorts, VendorSession } from "@slipway/plugin-sdk";
import type { Precedence } from "@slipway/policy";
import { lookAtVendor, type RunnerParts } from "@slipway/runner";
import { StoreError } from "@slipway/store";

const LOOK_MS = 5_000;

/** What the looks of a worker need besides its parts. */
interface Around {
  readonly precedence: Precedence;
  readonly log: VendorPorts["log"];
  /** Why this worker takes no work, if it takes none. */
  readonly refuses: () => string | undefined;
}

/** Looks at every vendor again and again, each by itself, until it is stopped. */
export async function lookAtVendors(parts: RunnerParts, around: Around, signal: AbortSignal): Promise<void> {
  await Promise.all(
    [...parts.adapters].flatMap(([id, { vendor }]) =>
      vendor === undefined ? [] : [lookOn(parts, { adapter: id, session: vendor.session }, around, signal)],
    ),
  );
}

async function lookOn(
  parts: RunnerParts,
  vendor: { readonly adapter: string; readonly session: VendorSession },
  { precedence, log, refuses }: Around,
  signal: AbortSignal,
): Promise<void> {
  const { adapter } = vendor;
  while (!signal.aborted) {
    try {
      const looked =
        refuses() === undefined
          ? await lookAtVendor(parts, { ...vendor, everyMs: LOOK_MS }, precedence, signal)
          : undefined;
      if (looked !== undefined && looked.sightings + looked.planned > 0)
        log.info({ vendor: adapter, ...looked }, "looked at the vendor");
    } catch (error) {
      log.warn(
        {
          vendor: adapter,
          reason: error instanceof Error ? error.message : String(error),
          store: StoreError.is(error),
        },
        "the look at the vendor failed; it is tried again",
      );
    }
    await parts.clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}
