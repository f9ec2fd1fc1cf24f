import { describe, expect, it } from "vitest";
import { lane } from "../../test/proposals.ts";
import { Clusters, CLUSTERS_SCHEMA } from "../lanes/clusters.ts";
import { concernedClusters, Owners, OWNERS_SCHEMA, requiredOwners } from "./owners.ts";

describe("owners", () => {
  const clusters = Clusters.parse({
    schema: CLUSTERS_SCHEMA,
    checkOwners: { imex: "cluster-owners" },
    clusters: {
      "oci-a": { vendor: "oci", segment: "fleet", owner: "fleet-infra" },
      "oci-b": { vendor: "oci", segment: "frontier", owner: "frontier-infra" },
      "az-a": { vendor: "azure", segment: "frontier", owner: "az-team" },
      odd: { segment: "research", owner: "lab" },
    },
  });

  it.each<[Parameters<typeof concernedClusters>[1], readonly string[]]>([
    [{ kind: "check", name: "imex" }, ["oci-a", "oci-b", "az-a", "odd"]],
    [{ kind: "expectation", name: "vendor/oci" }, ["oci-a", "oci-b", "odd"]],
    [{ kind: "expectation", name: "cluster/az-a" }, ["az-a"]],
    [{ kind: "expectation", name: "sku/BM.GPU.H100.8" }, ["oci-a", "oci-b", "az-a", "odd"]],
    [{ kind: "image", name: "oci-b" }, ["oci-b"]],
    [
      {
        kind: "lane",
        name: "x",
        before: lane({ for: { vendor: ["azure"] } }),
        after: lane({ for: { segment: ["fleet"], sku: ["y"] } }),
      },
      ["oci-a", "az-a", "odd"],
    ],
  ])("a change of %j concerns the clusters %j", (concern, names) => {
    expect(concernedClusters(clusters, concern)).toEqual(names);
  });

  it("that have to agree are those of the segments concerned, of the check and of the thresholds", () => {
    expect(
      requiredOwners(clusters, [{ kind: "check", name: "imex" }]).map(({ owner, segment }) => [owner, segment]),
    ).toEqual([
      ["az-team", "frontier"],
      ["frontier-infra", "frontier"],
      ["lab", "research"],
      ["fleet-infra", "fleet"],
      ["cluster-owners", null],
    ]);
    expect(
      requiredOwners(clusters, [{ kind: "image", name: "oci-a" }]).map(({ owner, segment }) => [owner, segment]),
    ).toEqual([
      ["fleet-infra", "fleet"],
      ["hwh", null],
    ]);
  });

  it("may not share an approval key", () => {
    const key = { kid: "k1", x: "A".repeat(43) };
    expect(
      Owners.safeParse({
        schema: OWNERS_SCHEMA,
        principals: { one: { owners: ["a"], keys: [key] }, two: { owners: ["b"], keys: [key] } },
      }).success,
    ).toBe(false);
    expect(
      Owners.safeParse({ schema: OWNERS_SCHEMA, principals: { one: { owners: ["a"], keys: [key] } } }).success,
    ).toBe(true);
  });
});
