import { ingest } from "@slipway/nodes";
import { loadPrecedence } from "@slipway/fleet";
import { fileURLToPath } from "node:url";
import { benchDatabase, size } from "./database.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";

const BATCH = 2_000;
const GOAL_NODES = 100_000;

/**
 * `nodes load` of machines with 8 GPUs each: identity, serials, placement, ledger, claims; against bare
 * unnest of the sightings' own rows alone. The peer resolves nothing, so the ratio says what knowing the machines costs.
 */
export async function benchLoad(): Promise<BenchResult[]> {
  const nodes = size("SLIPWAY_BENCH_LOAD", 20_000);
  const database = await benchDatabase();
  try {
    const sightings = Array.from({ length: nodes }, (_, node) => ({
      path: `bench.csv:${String(node + 2)}`,
      sighting: {
        source: "cmdb",
        observed_at: "2026-01-01T00:00:00Z",
        vendor: "oci",
        sku: "BM.GPU.H100.8",
        cluster: "oci-h100-a",
        node_name: `n-${String(node)}`,
        rack: `r${String(node >> 3)}`,
        system_serial: `S${String(node)}`,
        gpu_serials: Array.from({ length: 8 }, (_unused, gpu) => `G${String(node)}-${String(gpu)}`),
        vendor_instance_id: `i-${String(node)}`,
      },
    }));
    await database.client.query("create table bare_sightings (like sightings including all)");
    let begun = performance.now();
    for (let from = 0; from < nodes; from += BATCH) {
      const rows = sightings.slice(from, from + BATCH);
      await database.client.query(
        "insert into bare_sightings select i, 'cmdb', now(), now(), p, b::jsonb, p, i from unnest($1::int8[], $2::text[], $3::text[]) as v(i, p, b)",
        [
          rows.map((_, index) => from + index + 1),
          rows.map(({ path }) => path),
          rows.map(({ sighting }) => JSON.stringify(sighting)),
        ],
      );
    }
    const bare = performance.now() - begun;
    begun = performance.now();
    const summary = await ingest(database.store, sightings, {
      now: Date.now(),
      precedence: loadPrecedence(fileURLToPath(new URL("../fleet", import.meta.url))),
    });
    const ours = performance.now() - begun;
    if (summary.machines.new !== nodes) throw new Error(`${String(summary.machines.new)} machines of ${String(nodes)}`);
    print(
      `  ${nodes.toLocaleString("en-US")} nodes of 8 GPUs: ${(ours / 1_000).toFixed(1)} s; the sightings' rows alone by unnest ${(bare / 1_000).toFixed(1)} s`,
    );
    print(
      `  extrapolated, not measured: ${GOAL_NODES.toLocaleString("en-US")} nodes in ${((ours / 1_000) * (GOAL_NODES / nodes)).toFixed(0)} s (goal 60)`,
    );
    return [ratioLine("nodes load / bare unnest of the sightings alone", ours / bare, 40)];
  } finally {
    await database.close();
  }
}
