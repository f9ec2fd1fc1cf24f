import type { VendorPorts } from "@slipway/plugin-sdk";
import type { Precedence } from "@slipway/policy";
import { lookAtVendor, type IntakeMemory, type RunnerParts } from "@slipway/runner";
import { StoreError } from "@slipway/store";

const LOOK_MS = 5_000;

/** Looks at every vendor again and again, until it is stopped. @param refuses why this worker takes no work, if it takes none */
export async function lookAtVendors(
  parts: RunnerParts,
  {
    precedence,
    log,
    refuses,
  }: { readonly precedence: Precedence; readonly log: VendorPorts["log"]; readonly refuses: () => string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const memories = new Map<string, IntakeMemory>();
  while (!signal.aborted) {
    for (const [id, { vendor }] of parts.adapters) {
      if (vendor === undefined || refuses() !== undefined) continue;
      const memory = memories.get(id) ?? { seen: new Map() };
      memories.set(id, memory);
      try {
        const { sightings, planned } = await lookAtVendor(
          parts,
          { adapter: id, session: vendor.session, signal },
          precedence,
          memory,
        );
        if (sightings > 0 || planned > 0) log.info({ vendor: id, sightings, planned }, "looked at the vendor");
      } catch (error) {
        memory.seen.clear();
        log.warn(
          { vendor: id, reason: error instanceof Error ? error.message : String(error), store: StoreError.is(error) },
          "the look at the vendor failed; it is tried again",
        );
      }
    }
    await parts.clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}
