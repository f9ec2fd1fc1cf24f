import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectationSections } from "@slipway/domain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadFleetExpectations } from "./fleet.ts";
import { parseExpectationFile } from "./parse-file.ts";

let fleet: string;
beforeEach(() => {
  fleet = mkdtempSync(join(tmpdir(), "slipway-fleet-"));
  for (const layer of ["vendor", "sku", "cluster"]) mkdirSync(join(fleet, "expectations", layer), { recursive: true });
});
afterEach(() => rmSync(fleet, { recursive: true, force: true }));

function write(path: string, text: string): void {
  writeFileSync(join(fleet, "expectations", path), text);
}
const resolve = (node: object) => loadFleetExpectations(fleet, expectationSections).resolve(node);

describe("expectations of a fleet", () => {
  it("lays vendor under SKU under cluster: objects merge, lists and scalars replace, null unsets", () => {
    write("vendor/azure.yaml", "hypervisor:\n  virt: [microsoft]\n  kernelArgs: [a, b]\ngpus: { count: 8 }\n");
    write(
      "sku/GB300.yaml",
      "gpus:\n  count: 4\nhypervisor:\n  kernelArgs: [c]\nimex: { model: host, version: '580' }\n",
    );
    write("cluster/a.yml", "imex:\n  version: null\nhypervisor:\n  virt: null\nchecks: [imex]\n");
    expect(resolve({ vendor: "azure", sku: "GB300", cluster: "a" })).toEqual({
      expect: { gpus: { count: 4 }, hypervisor: { kernelArgs: ["c"] }, imex: { model: "host" }, checks: ["imex"] },
      sources: {
        "/checks": `${fleet}/expectations/cluster/a.yml:5`,
        "/gpus/count": `${fleet}/expectations/sku/GB300.yaml:2`,
        "/hypervisor/kernelArgs": `${fleet}/expectations/sku/GB300.yaml:4`,
        "/imex/model": `${fleet}/expectations/sku/GB300.yaml:5`,
      },
    });
    expect(resolve({ vendor: "azure" }).expect).toEqual({
      hypervisor: { virt: ["microsoft"], kernelArgs: ["a", "b"] },
      gpus: { count: 8 },
    });
  });

  it("reads one file for a vendor, however the file's name spells it", () => {
    write("vendor/OCI.yaml", "gpus: { count: 8 }\n");
    expect(resolve({ vendor: "oci" }).expect).toEqual({ gpus: { count: 8 } });
    write("vendor/oci.yml", "gpus: { count: 4 }\n");
    expect(() => resolve({ vendor: "oci" })).toThrow("there is another file for oci");
  });

  it("expects nothing where no file speaks, and never follows a name out of the folder", () => {
    writeFileSync(join(fleet, "outside.yaml"), "gpus: { count: 4 }\n");
    expect(resolve({ vendor: "../../outside", sku: "__proto__", cluster: null })).toEqual({ expect: {}, sources: {} });
    expect(
      loadFleetExpectations(join(fleet, "nowhere"), expectationSections).resolve({ vendor: "azure" }).expect,
    ).toEqual({});
  });

  it("a null section unsets the whole of it", () => {
    write("vendor/azure.yaml", "gpus: { count: 8 }\n");
    write("sku/none.yaml", "gpus: null\n");
    expect(resolve({ vendor: "azure", sku: "none" })).toEqual({ expect: {}, sources: {} });
  });

  it.each([
    ["an unknown section", "gpus: { count: 4 }\ngpu: { count: 4 }\n", "f.yaml:2:1: gpu: is no known section"],
    ["an unknown key", "gpus:\n  count: 4\n  cuont: 4\n", "f.yaml:3:3: gpus.cuont: is no known key"],
    [
      "an unknown key in a list",
      "ib:\n  rails:\n    - { device: a, port: 1, rateGbps: 1, label: X, width: 4, linkLayer: I, lane: 2 }\n",
      "f.yaml:3:76: ib.rails.0.lane: is no known key",
    ],
    ["a wrong value", "gpus:\n  count: four\n", "f.yaml:2:10: gpus.count:"],
    ["a key twice", "gpus: {}\ngpus: {}\n", "f.yaml:2:1: Map keys must be unique"],
    ["no YAML", "gpus: [1\n", "f.yaml:2:1:"],
    ["a list", "- gpus\n", "f.yaml:1:1: has to be a mapping"],
    ["an unquoted pkey", "ib: { pkey: 0x8001 }\n", "f.yaml:1:13: ib.pkey: a partition key in quotes, such as"],
    [
      "a counter that rises by what a workload does",
      "ib:\n  errors:\n    link_downed: 0\n    rnr_nak_retry_err: 5\n",
      "f.yaml:4:24: ib.errors.rnr_nak_retry_err: this counter rises by what a workload does",
    ],
    ["no counter at all", "ib: { errors: {} }\n", "f.yaml:1:15: ib.errors: at least one counter"],
    ["checks that are no list", "checks: imex\n", "f.yaml:1:9: checks:"],
  ])("names file, line and column of %s", (_, text, message) => {
    expect(() => parseExpectationFile("f.yaml", text, expectationSections)).toThrow(message);
  });

  it("an empty file expects nothing", () => {
    expect(parseExpectationFile("f.yaml", "# nothing yet\n", expectationSections).expectations).toEqual({});
  });
});
