import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exportNodes } from "./nodes.ts";
import { gpus, living, placed, precedence, see, type Sight } from "./testing/sighted-store.ts";

/** Sightings at distinct times of a few machines that change names, clusters, racks and GPUs. */
const sights = (share: { readonly duplicates: boolean }): fc.Arbitrary<Sight[]> =>
  fc
    .array(
      fc.record({
        box: fc.integer({ min: 0, max: 3 }),
        node: fc.integer({ min: 0, max: 3 }),
        cluster: fc.integer({ min: 0, max: 1 }),
        rack: fc.option(fc.integer({ min: 0, max: 1 })),
        swap: fc.option(fc.integer({ min: 0, max: 3 })),
        source: fc.constantFrom("vendor:oci", "in-guest", "cmdb"),
        gpusKnown: fc.boolean(),
      }),
      { minLength: 2, maxLength: 12 },
    )
    .map((rows) =>
      rows.map(({ box, node, cluster, rack, swap, source, gpusKnown }, index) => ({
        hour: index,
        source,
        system_serial: share.duplicates && box === 1 ? "2216X0" : `2216X${String(box)}`,
        // Machines that share a serial have names of their own.
        node_name: share.duplicates && box < 2 ? `own-${String(box)}` : `n${String(node)}`,
        cluster: share.duplicates ? "c0" : `c${String(cluster)}`,
        ...(rack === null ? {} : { rack: `r${String(rack)}` }),
        ...(gpusKnown || share.duplicates
          ? { gpu_serials: gpus(`b${String(box)}-`, swap === null ? {} : { [swap]: `16b${String(box)}-x` }) }
          : {}),
      })),
    );

async function outcome(batches: readonly (readonly Sight[])[]): Promise<unknown> {
  const store = memoryStore();
  for (const batch of batches) await see(store, ...batch);
  return {
    machines: living(store)
      .map(({ system_serial, gpu_serials, vendor, sku, account }) =>
        JSON.stringify({ system_serial, gpu_serials, vendor, sku, account }),
      )
      .sort(),
    placed: placed(store),
    claims: await exportNodes(store, precedence),
  };
}

function chunks(sightings: readonly Sight[], size: number): Sight[][] {
  return Array.from({ length: Math.ceil(sightings.length / size) }, (_, index) =>
    sightings.slice(index * size, (index + 1) * size),
  );
}

test.each([{ duplicates: false }, { duplicates: true }])(
  "the order in which sightings of distinct times come changes neither machines nor placements nor values: %j",
  async (share) => {
    await fc.assert(
      fc.asyncProperty(
        sights(share).chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length }),
            fc.integer({ min: 1, max: 5 }),
          ),
        ),
        async ([all, shuffled, size]) => {
          expect(await outcome(chunks(shuffled, size))).toEqual(await outcome([all]));
        },
      ),
      { numRuns: 150 },
    );
  },
);

test("at any time a machine has one place and a name belongs to one machine; each machine's ledger ends in its account", async () => {
  await fc.assert(
    fc.asyncProperty(sights({ duplicates: false }), fc.integer({ min: 1, max: 4 }), async (all, size) => {
      const store = memoryStore();
      for (const batch of chunks(all, size)) await see(store, ...batch);
      const rows = store.snapshot("placements");
      for (const [index, a] of rows.entries()) {
        for (const b of rows.slice(index + 1)) {
          if (a.machine !== b.machine && (a.node_name !== b.node_name || a.cluster !== b.cluster)) continue;
          expect((a.until_at ?? Infinity) <= b.from_at || (b.until_at ?? Infinity) <= a.from_at).toBe(true);
        }
      }
      expectBooked(store);
    }),
    { numRuns: 150 },
  );
});

function expectBooked(store: MemoryStore): void {
  for (const { id, account } of store.snapshot("machines")) {
    const own = store.snapshot("ledger").filter(({ machine }) => machine === id);
    expect(own.map(({ from_account }) => from_account)).toEqual([
      null,
      ...own.slice(0, -1).map(({ to_account }) => to_account),
    ]);
    expect(own.at(-1)?.to_account).toBe(account);
  }
}
