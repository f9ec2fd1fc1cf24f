import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { FAULTS, synthesize, toBundleFiles, type SynthOptions, type SynthProfile, type Synthesized } from "./index.ts";

const PROFILES: readonly SynthProfile[] = ["gb300", "h100"];
const CHECKS = [
  "dcdiag",
  "gpu-inventory",
  "gpu-memory",
  "hypervisor",
  "ib-errors",
  "ib-xdr",
  "imex",
  "nccl",
  "nvl-fabric",
  "xid",
];
const WIDE = ["hardware", "fabric", "platform", "configuration", "unknown"];
const KINDS = ["node", "gpu", "port", "link"];

/** Checks that read a probe. */
function readersOf(probe: string): string[] {
  if (probe === "dcgm-diag") return ["dcdiag"];
  if (probe.startsWith("imex-")) return ["imex"];
  if (probe === "ib-counters") return ["ib-errors"];
  if (probe.startsWith("ib") || probe.startsWith("mlxlink-")) return ["ib-xdr"];
  if (probe === "nvidia-smi") return ["nvl-fabric", "gpu-inventory", "gpu-memory"];
  if (probe === "nvlink") return ["nvl-fabric", "gpu-inventory", "gpu-memory"];
  if (probe === "kernel-log") return ["xid"];
  if (probe === "nccl-allreduce") return ["nccl"];
  return ["virt", "cmdline", "hyperv-kvp"].includes(probe) ? ["hypervisor"] : [];
}

const cases = Object.entries(FAULTS).flatMap(([name, fault]) =>
  fault.profiles.map((profile) => ({ name, profile, fault })),
);

const healthyNodes = new Map<string, Synthesized>();

/** The node of these options, which many faults are held against. */
function healthyNode(options: SynthOptions): Synthesized {
  const key = JSON.stringify(options);
  const node = healthyNodes.get(key) ?? synthesize(options);
  healthyNodes.set(key, node);
  return node;
}

function stdout(synthesized: Synthesized, probe: string): string {
  return synthesized.captures[probe]?.stdout ?? "";
}

/** The names of the elements that an XML text leaves open, or null when they do not nest. */
function openElements(xml: string): string[] | null {
  const open: string[] = [];
  for (const [, closing, name] of xml.matchAll(/<(\/?)([A-Za-z][\w.-]*)[^<>]*>/gu)) {
    if (closing === "") open.push(name ?? "");
    else if (open.pop() !== name) return null;
  }
  return open;
}

describe("the same options", () => {
  test.each(PROFILES)("give the same bytes on %s", (profile) => {
    const options: SynthOptions = { seed: 41, profile, faults: ["ib-rail-polling", "dcgm-gpu-ecc-isolate"] };
    expect(synthesize(options)).toEqual(synthesize(options));
  });

  test("leave the other trays of a rack in the same rack", () => {
    const [a, b] = [3, 11].map((index) => synthesize({ seed: 5, index }));
    expect(a?.node.name).not.toBe(b?.node.name);
    expect(a?.node.rack).toBe(b?.node.rack);
    expect(a?.node.serials.gpus).not.toEqual(b?.node.serials.gpus);
    expect(a?.captures["imex-nodes"]?.stdout).toBe(b?.captures["imex-nodes"]?.stdout);
    expect(a?.expect["imex"]).toEqual(b?.expect["imex"]);
    const cluster = /<clusterUuid>(.*)<\/clusterUuid>/u;
    expect(cluster.exec(a === undefined ? "" : stdout(a, "nvidia-smi"))?.[1]).toBe(
      cluster.exec(b === undefined ? "" : stdout(b, "nvidia-smi"))?.[1],
    );
  });

  test("with another seed give another node", () => {
    const nodes = Array.from({ length: 300 }, (_, seed) => synthesize({ seed }).node);
    expect(new Set(nodes.map((node) => node.name)).size).toBe(300);
    expect(new Set(nodes.flatMap((node) => node.serials.gpus)).size).toBe(1200);
  });
});

describe("a healthy node", () => {
  test.each(PROFILES)("of %s has no truths and ends every text with a newline", (profile) => {
    for (const imex of ["host", "per-domain-idle", "per-domain-active", "dns-slots"] as const) {
      const healthy = synthesize({ seed: 8, profile, imex });
      expect(healthy.truths).toEqual([]);
      for (const { stdout: out, stderr } of Object.values(healthy.captures)) {
        if (out !== "") expect(out.endsWith("\n")).toBe(true);
        if (stderr !== "") expect(stderr.endsWith("\n")).toBe(true);
      }
    }
  });

  test.each([
    ["2.x", "DCGM GPU Diagnostic"],
    ["raw", "DCGM GPU Diagnostic"],
    ["3.x", "DCGM GPU Diagnostic"],
    ["4.x", "DCGM Diagnostic"],
    ["mndiag", "DCGM Multi-Node Diagnostic"],
  ] as const)("prints DCGM %s as JSON under %s", (dcgm, root) => {
    for (const profile of PROFILES) {
      const text = stdout(synthesize({ seed: 2, profile, dcgm, rackSize: 3 }), "dcgm-diag");
      expect(Object.keys(JSON.parse(text) as object)).toContain(root);
    }
  });

  test("writes DCGM documents as jsoncpp does", () => {
    expect(stdout(synthesize({ seed: 2 }), "dcgm-diag")).toMatch(
      /^\{\n\t"DCGM Diagnostic" : \n\t\{\n\t\t"test_categories" : \n\t\t\[\n/u,
    );
  });

  test.each(PROFILES)("prints well-formed XML on %s, one element per GPU", (profile) => {
    const xml = stdout(synthesize({ seed: 9, profile }), "nvidia-smi");
    expect(openElements(xml.slice(xml.indexOf("<nvidia_smi_log>")))).toEqual([]);
    expect(xml.match(/<gpu id="/gu)?.length).toBe(profile === "gb300" ? 4 : 8);
  });

  test("prints the domain as JSON and as a table of the same members", () => {
    const json = JSON.parse(stdout(synthesize({ seed: 6, rackSize: 5 }), "imex-domain")) as {
      nodes: object;
      status: string;
    };
    const table = stdout(synthesize({ seed: 6, rackSize: 5, imexDomainFormat: "text" }), "imex-domain");
    expect(Object.keys(json.nodes)).toEqual(["0", "1", "2", "3", "4"]);
    expect(json.status).toBe("UP");
    expect(
      table.match(/^Node #\d+ +[-*] [\d.]+ [ *]+ - READY +- Version: [\d.]+ +- Hostname: gb300-r06-t\d\d$/gmu),
    ).toHaveLength(5);
    expect(table.match(/^Node #\d+ +\* /gmu)).toHaveLength(1);
    expect(table).toContain(" Nodes From\\To  0   1   2   3   4\n");
    expect(table.endsWith("\nDomain State: UP\n")).toBe(true);
  });

  test("prints mlxlink as JSON for every rail", () => {
    const { captures } = synthesize({ seed: 6 });
    const links = Object.keys(captures).filter((probe) => probe.startsWith("mlxlink-"));
    expect(links).toHaveLength(4);
    for (const probe of links)
      expect(JSON.parse(captures[probe]?.stdout ?? "")).toMatchObject({
        result: { output: { "Operational Info": { Speed: "IB-XDR", Width: "4x" } } },
        status: { code: 0 },
      });
  });
});

test("of which only some probes are asked for prints these, by id or family, as it prints them among all", () => {
  const options: SynthOptions = { seed: 11, faults: ["ib-rail-polling"] };
  const all = synthesize(options).captures;
  const some = synthesize({ ...options, probes: ["virt", "mlxlink"] }).captures;
  const rails = Object.keys(all).filter((id) => id.startsWith("mlxlink-"));
  expect(rails.length).toBeGreaterThan(1);
  expect(some).toEqual(Object.fromEntries(["virt", ...rails].map((id) => [id, all[id]])));
  expect(Object.keys(synthesize({ ...options, probes: rails.slice(0, 1) }).captures)).toEqual(rails.slice(0, 1));
});

describe("a fault", () => {
  test("exists for every check, failing and inconclusive", () => {
    const found = new Set<string>();
    for (const { name, profile } of cases)
      for (const truth of synthesize({ seed: 1, profile, faults: [name] }).truths)
        found.add(`${truth.check} ${truth.verdict}`);
    for (const check of CHECKS)
      for (const verdict of ["fail", "inconclusive"]) expect(found).toContain(`${check} ${verdict}`);
  });

  test.each(cases)("$name of $profile has a truth, and changes nothing else", ({ name, profile, fault }) => {
    for (const seed of [1, 20, 333]) {
      const struck = synthesize({ seed, profile, faults: [name] });
      const healthy = healthyNode({ seed, profile, ...fault.needs });
      expect(struck.truths).toHaveLength(1);
      const [truth] = struck.truths;
      expect(truth?.check).toBe(fault.check);
      if (truth?.verdict === "fail") {
        expect(truth.causes?.length).toBeGreaterThan(0);
        expect(WIDE).toEqual(expect.arrayContaining([...(truth.causes ?? [])]));
      }
      if (truth?.scopes) expect(truth.scopes.length).toBeGreaterThan(0);
      for (const { kind, id } of truth?.scopes ?? []) {
        expect(KINDS).toContain(kind);
        expect(id).not.toBe("");
      }
      expect({ captures: struck.captures, expect: struck.expect }).not.toEqual({
        captures: healthy.captures,
        expect: healthy.expect,
      });
      expect(struck.node).toEqual(healthy.node);
      const allowed = [fault.check, ...(fault.alsoAffects ?? [])];
      for (const probe of new Set([...Object.keys(struck.captures), ...Object.keys(healthy.captures)])) {
        if (isDeepStrictEqual(struck.captures[probe], healthy.captures[probe])) continue;
        // The kernel logs its command line, and ends behind whatever the hypervisor check asks of it.
        if (probe === "kernel-log" && fault.check === "hypervisor") continue;
        expect({ probe, read: readersOf(probe).some((check) => allowed.includes(check)) }).toEqual({
          probe,
          read: true,
        });
      }
    }
  });

  test("is refused when nobody knows it, or the options cannot show it", () => {
    expect(() => synthesize({ seed: 1, faults: ["ib-rail-on-fire"] })).toThrow(RangeError);
    expect(() => synthesize({ seed: 1, faults: ["toString"] })).toThrow(RangeError);
    expect(() => synthesize({ seed: 1, profile: "h100", faults: ["imex-name-unresolved"] })).toThrow(/h100/u);
    expect(() => synthesize({ seed: 1, dcgm: "2.x", faults: ["mndiag-mpi-error"] })).toThrow(/mndiag/u);
    expect(() => synthesize({ seed: 1, rackSize: 4, index: 4 })).toThrow(RangeError);
  });

  test("strikes another part with another seed", () => {
    const struck = Array.from(
      { length: 40 },
      (_, seed) => synthesize({ seed, faults: ["ib-rail-polling"] }).truths[0]?.scopes?.[0]?.id,
    );
    expect(new Set(struck)).toEqual(new Set(["mlx5_0/1", "mlx5_1/1", "mlx5_2/1", "mlx5_3/1"]));
  });
});

describe("a bundle", () => {
  test("has an .out for every probe that started, and an .err where something was said", () => {
    const files = toBundleFiles(
      synthesize({ seed: 3, faults: ["ib-xdr-ib-sysfs-no-permission", "imex-not-running", "nvl-fabric-nvlink-empty"] }),
    );
    const bundle = JSON.parse(files["bundle.json"] ?? "") as {
      schema: string;
      collectedAt: string;
      probes: Record<string, { stdout?: string; startError: string | null }>;
    };
    expect(bundle.schema).toBe("slipway/evidence@1");
    expect(bundle.collectedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u);
    expect(bundle.probes["ib-sysfs"]?.startError).toBe("permission");
    expect(Object.keys(bundle.probes)).toContain("nvidia-smi");
    for (const probe of Object.values(bundle.probes)) {
      expect(probe).not.toHaveProperty("stdout");
      expect(probe).not.toHaveProperty("stderr");
    }
    expect(files["ib-sysfs.out"]).toBeUndefined();
    expect(files["ib-sysfs.err"]).toBe("permission denied\n");
    expect(files["imex-local.out"]).toBe("");
    expect(files["imex-local.err"]).not.toBe("");
    expect(files["nvlink.out"]).toBe("");
    expect(files["virt.err"]).toBeUndefined();
  });
});
