import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineCheck, defineVendor, type Vendor } from "@slipway/plugin-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadFleet } from "./fleet.ts";

const check = (id: string, needs: readonly string[] = []) =>
  defineCheck({ id, version: "1.0.0", title: id, probes: [], sections: {}, needs, codes: {}, judge: () => [] });
const checks = new Map(
  [check("gpus", ["gpus.count"]), check("virt", ["hypervisor.virt"]), check("rails", ["ib.rails"])].map((one) => [
    one.id,
    one,
  ]),
);
const vendor = (id: string, power: Vendor["capabilities"]["power"]): Vendor =>
  defineVendor({
    id,
    version: "1.0.0",
    title: id,
    capabilities: { power, transport: false, events: false, repair: false, returnToService: false },
    open: () => Promise.reject(new Error("unused")),
  });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-fleet-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const load = (files: Readonly<Record<string, string>>, vendors: readonly Vendor[] = []) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return () => loadFleet(folder, checks, vendors);
};
const lane = (rest: string, asked = "[gpus]"): Record<string, string> => ({
  "lanes/slow.yaml": `schema: slipway/lane@1\nlane: slow\nkind: slow\npasses: 1\nchecks: ${asked}\n${rest}`,
});

describe("a lane is refused when files load", () => {
  it.each([
    ["checks: there is no check nosuch", lane("", "[gpus, nosuch]")],
    ["parts.gpu: there is no check nosuch", lane("parts: { gpu: [nosuch] }")],
  ])("when it names an unknown check: %s", (message, files) => {
    expect(load(files)).toThrow(`slow.yaml: ${message}`);
  });

  it("when it requires fresh boots of a vendor that cannot boot nodes", () => {
    const boots = (vendors: string): Record<string, string> =>
      lane(`for: { ${vendors} }\npolicy: { freshBootEvery: 2 }\n`);
    const known = [vendor("able", ["reboot"]), vendor("unable", [])];
    expect(load(boots("vendor: [able]"), known)).not.toThrow();
    expect(load(boots("vendor: [able, unable]"), known)).toThrow(
      "slow.yaml: policy.freshBootEvery: unable declares no power",
    );
    expect(load(boots("vendor: [able, fakev]"), known)).toThrow(
      "slow.yaml: policy.freshBootEvery: fakev declares no power",
    );
    expect(load(boots(""), known)).toThrow("unable declares no power");
    expect(load(boots(""), known.slice(0, 1))).not.toThrow();
  });

  it("when its checks need an expectation that no file gives for a SKU it names, in any cluster it names", () => {
    const files = {
      ...lane("for: { sku: [a], cluster: [c, d] }\n"),
      "expectations/cluster/c.yaml": "gpus: { count: 8 }\n",
    };
    expect(load(files)).toThrow("slow.yaml: checks: gpus needs gpus.count, which nothing expects of a in d");
    expect(load({ ...files, "expectations/sku/a.yaml": "gpus: { count: 8 }\n" })).not.toThrow();
  });

  it("when its checks need an expectation that no file gives for a SKU of the fleet's files", () => {
    const files = {
      ...lane("parts: { nic: [virt] }\n"),
      "expectations/sku/a.yaml": "gpus: { count: 8 }\n",
      "expectations/sku/b.yaml": "gpus: { count: 4 }\n",
    };
    expect(load(files)).toThrow("slow.yaml: parts.nic: virt needs hypervisor.virt, which nothing expects of a");
    // Either SKU has it at some vendor, and no file says at which.
    expect(
      load({
        ...files,
        "expectations/vendor/v.yaml": "hypervisor: { virt: [none] }\n",
        "expectations/vendor/w.yaml": "dcdiag: { level: 2 }\n",
      }),
    ).not.toThrow();
    expect(load({ "expectations/sku/b.yaml": "dcdiag: { level: 2 }\n" })).toThrow(
      "slow.yaml: checks: gpus needs gpus.count, which nothing expects of b",
    );
    expect(load(lane("for: { sku: [a] }\n"))).not.toThrow();
  });

  it("but not for checks that a SKU's own `checks` leave out, whether or not it names the SKU", () => {
    const own = { "expectations/sku/b.yaml": "checks: [rails]\n" };
    expect(load({ ...lane("", "[gpus, rails]"), ...own })).not.toThrow();
    expect(load({ ...lane("for: { sku: [b] }\n", "[gpus, rails]"), ...own })).not.toThrow();
  });

  it("of whose checks a SKU has to prove none", () => {
    const own = {
      "expectations/sku/b.yaml": "gpus: { count: 4 }\nchecks: [gpus, virt]\nhypervisor: { virt: [none] }\n",
    };
    expect(load({ ...lane("", "[rails]"), ...own })).toThrow("slow.yaml: checks: b need prove none of rails");
    expect(load({ ...lane("parts: { nic: [rails] }\n"), ...own })).toThrow(
      "slow.yaml: parts.nic: b need prove none of rails",
    );
    expect(load({ ...lane("parts: { nic: [rails, virt] }\n"), ...own })).not.toThrow();
    // Nodes of this SKU have other checks at some vendor, and no file says at which.
    expect(load({ ...lane("", "[rails]"), ...own, "expectations/cluster/c.yaml": "checks: [rails]\n" })).not.toThrow();
    expect(load(lane("for: { sku: [b], cluster: [c, d] }\n", "[rails]"))).toThrow(
      "slow.yaml: checks: b in d need prove none of rails",
    );
  });

  it("but not for missing facts of a rack or cluster, which sightings bring", () => {
    expect(load({ ...lane("", "[rails]"), "expectations/sku/a.yaml": "gpus: { count: 8 }\n" })).not.toThrow();
  });
});

it("refuses a vendor that clusters.yaml names in two spellings, and names both", () => {
  const named = (vendors: string): Record<string, string> => ({
    ...lane(""),
    "clusters.yaml": `schema: slipway/clusters@1\nclusters: {}\nvendors:\n${vendors}`,
  });
  expect(load(named("  OCI: { limit: 3 }\n"))().clusters.vendors).toMatchObject({ oci: { limit: 3 } });
  expect(load(named("  OCI: { limit: 3 }\n  oci: { repair: automatic }\n"))).toThrow(
    /clusters\.yaml:5:\d+: vendors\.oci: OCI and oci are one vendor/,
  );
});
