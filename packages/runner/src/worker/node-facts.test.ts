import { CLUSTERS_SCHEMA, Clusters, Precedence, PRECEDENCE_SCHEMA } from "@slipway/policy";
import { validationRow } from "@slipway/store/testing";
import { describe, expect, it } from "vitest";
import { fleetOf, type Fleet } from "@slipway/fleet";
import { listConflicts } from "@slipway/nodes";
import { living, precedence, storeOf, type Sight } from "@slipway/nodes/testing";
import { expectationsFor, looseFields } from "./node-facts.ts";

const NODE = { system_serial: "2216A1", node_name: "n1", vendor: "azure", sku: "GB300", cluster: "c1" };
const FILE = 'imex: { model: host }\nib: { pkey: "0x8001" }\ngpus: { count: 4 }\n';

const fleetWith = (rules: Precedence = precedence): Fleet =>
  fleetOf(
    {
      lanes: [],
      clusters: Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} }),
      expectations: [{ layer: "cluster", name: "c1", path: "expectations/cluster/c1.yaml", text: FILE }],
      precedence: rules,
    },
    new Map(),
  );

async function expectedAfter(fleet: Fleet, ...sights: readonly Sight[]): Promise<object> {
  const store = await storeOf(...sights);
  const id = living(store)[0]?.id ?? 0;
  const { vendor, sku, cluster } = NODE;
  const validation = validationRow(1, { machine: id, node: "n1", vendor, sku, cluster });
  return (await store.transaction((tx) => expectationsFor(tx, fleet, validation))).expectations;
}

describe("fields that placements do not have", () => {
  it("are those of the best source that precedence.yaml names, not of the newest", async () => {
    const vendor = { ...NODE, source: "vendor:azure", adapter: "azure", address: "10.0.0.1", firmware: "1.0" };
    const file = {
      ...NODE,
      source: "file:x",
      hour: 5,
      adapter: "ssh",
      address: "6.6.6.6",
      firmware: "9.9",
      image: "other",
    };
    const store = await storeOf(vendor, { ...NODE, source: "in-guest", image: "booted", hour: 1 }, file);
    const id = living(store)[0]?.id ?? 0;
    const fields = await store.transaction((tx) => looseFields(tx, [id], precedence));
    expect(fields.get(id)).toMatchObject({
      adapter: "azure",
      address: { address: "10.0.0.1" },
      firmware: "1.0",
      image: "booted",
    });
  });
});

describe("expectations from a sighting", () => {
  const said = {
    imex: { model: "none", members: ["n1", "n2"] },
    ib: {
      pkey: "0x8021",
      rails: [{ device: "mlx5_0", port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" }],
    },
    gpus: { count: 1 },
  };

  it("add the runtime facts that no file gives, and weaken nothing that a file gives", async () => {
    expect(await expectedAfter(fleetWith(), { ...NODE, source: "vendor:azure", expect: said })).toEqual({
      imex: { model: "host", members: ["n1", "n2"] },
      ib: { pkey: "0x8001", rails: said.ib.rails },
      gpus: { count: 4 },
    });
  });

  it("count from no source that precedence.yaml does not list for expect", async () => {
    const files = { imex: { model: "host" }, ib: { pkey: "0x8001" }, gpus: { count: 4 } };
    expect(await expectedAfter(fleetWith(), { ...NODE, source: "kubernetes", expect: said })).toEqual(files);
    const silent = Precedence.parse({ schema: PRECEDENCE_SCHEMA, default: { sources: ["vendor:*"], owner: "fleet" } });
    expect(await expectedAfter(fleetWith(silent), { ...NODE, source: "vendor:azure", expect: said })).toEqual(files);
  });

  it("that differ from a file, or that only files may give, are conflicts with an owner", async () => {
    const store = await storeOf({ ...NODE, source: "vendor:azure", expect: said });
    const { fields } = await listConflicts(store, precedence, fleetWith().expectations);
    expect(fields.map(({ field, values }) => [field, ...values.map(({ source, value }) => [source, value])])).toEqual([
      ["expect.imex.model", ["expectations/cluster/c1.yaml:1", "host"], ["vendor:azure", "none"]],
      ["expect.ib.pkey", ["expectations/cluster/c1.yaml:2", "0x8001"], ["vendor:azure", "0x8021"]],
      ["expect.gpus.count", ["expectations/cluster/c1.yaml:3", 4], ["vendor:azure", 1]],
    ]);
    expect(fields[0]?.owner).toBe(precedence.fields.expect?.owner);
  });
});
