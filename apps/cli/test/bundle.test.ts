import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BundleManifest } from "@slipway/domain";
import { synthesize, toBundleFiles } from "@slipway/synth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BY_CHECKS, slipway } from "./run-cli.ts";

let home: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-bundle-"));
  env = { SLIPWAY_FLEET: join(home, "fleet") };
  mkdirSync(join(home, "fleet/expectations/vendor"), { recursive: true });
  writeFileSync(join(home, "fleet/expectations/vendor/azure.yaml"), "hypervisor: { virt: [microsoft] }\n");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("slipway bundle add", () => {
  it("makes a bundle of saved output, which judge reads", async () => {
    const dir = join(home, "by-hand");
    writeFileSync(join(home, "virt.txt"), "microsoft\n");
    expect(
      (await slipway(["bundle", "add", dir, `virt=${join(home, "virt.txt")}`, "--node", "n1", "--vendor", "azure"]))
        .status,
    ).toBe(0);
    expect((await slipway(["judge", dir, "--check", "hypervisor", "--json"], { env })).documents()[0]).toMatchObject({
      node: "n1",
      verdict: "pass",
    });
    writeFileSync(join(home, "virt.txt"), "none\n");
    expect((await slipway(["bundle", "add", dir, `virt=${join(home, "virt.txt")}`, "--exit", "1"])).status).toBe(0);
    expect((await slipway(["judge", dir, "--check", "hypervisor", "--json"], { env })).documents()[0]).toMatchObject({
      verdict: "fail",
    });
    expect(readdirSync(dir).sort()).toEqual(["bundle.json", "virt.out"]);
  });

  it("does not invent which level was run", async () => {
    const dir = join(home, "diag");
    writeFileSync(join(home, "diag.json"), "{}\n");
    await slipway(["bundle", "add", dir, `dcgm-diag=${join(home, "diag.json")}`]);
    expect(
      (JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as BundleManifest).probes["dcgm-diag"]?.argv,
    ).toEqual([]);
    await slipway([
      "bundle",
      "add",
      dir,
      `dcgm-diag=${join(home, "diag.json")}`,
      "--argv",
      '["dcgmi","diag","-r","3","-j"]',
    ]);
    expect(
      (JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as BundleManifest).probes["dcgm-diag"]?.argv,
    ).toContain("3");
  });

  it.each([["virt"], ["virt=/nowhere"], ["../x=FILE"], ["virt=FILE", "--exit", "x"], ["virt=FILE", "--argv", "dcgmi"]])(
    "exits 3 for %s and leaves no half bundle",
    async (...args) => {
      const dir = join(home, "refused");
      writeFileSync(join(home, "file"), "x\n");
      expect(
        (await slipway(["bundle", "add", dir, ...args.map((arg) => arg.replace("FILE", join(home, "file")))])).status,
      ).toBe(3);
      expect(existsSync(join(dir, "bundle.json"))).toBe(false);
    },
  );

  it("takes expectations from files and keys, later over earlier, with or without output", async () => {
    const dir = join(home, "expected");
    writeFileSync(join(home, "expect.yaml"), "gpus: { count: 8 }\nhypervisor: { virt: [kvm] }\n");
    writeFileSync(join(home, "virt.txt"), "kvm\n");
    const virt = `virt=${join(home, "virt.txt")}`;
    expect(
      (await slipway(["bundle", "add", dir, virt, "--node", "n1", "--expect", join(home, "expect.yaml")])).status,
    ).toBe(0);
    expect((await slipway(["judge", dir, "--check", "hypervisor", "--json"])).status).toBe(0);
    const keys = ["gpus.count=4", "hypervisor.virt=[microsoft]", "imex.model=host"];
    expect((await slipway(["bundle", "add", dir, ...keys.flatMap((key) => ["--expect", key])])).status).toBe(0);
    expect((JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as BundleManifest).expect).toEqual({
      gpus: { count: 4 },
      hypervisor: { virt: ["microsoft"] },
      imex: { model: "host" },
    });
    expect((await slipway(["judge", dir, "--check", "hypervisor", "--json"])).status).toBe(1);
  });

  it.each([
    ["gpus.cunt=4", "gpus.cunt: is no known key"],
    ["gpus.count=many", "gpus.count"],
    ["nowhere.yaml", "there is no such file"],
  ])("exits 3 for --expect %s and says why", async (given, reason) => {
    const run = await slipway(["bundle", "add", join(home, "wrong"), "--expect", given]);
    expect([run.status, existsSync(join(home, "wrong"))]).toEqual([3, false]);
    expect(run.stderr).toContain(reason);
  });
});

describe("slipway bundle scrub", () => {
  const bundle = (name: string, faults: readonly string[] = []): string => {
    const dir = join(home, name);
    cpSync(join(import.meta.dirname, "../../../examples/rack-r01/gb300-r01-t00"), dir, { recursive: true });
    for (const [file, text] of Object.entries(toBundleFiles(synthesize({ seed: 11, faults: [...faults] }))))
      writeFileSync(join(dir, file), text);
    return dir;
  };
  const everything = (dir: string): string =>
    readdirSync(dir)
      .map((file) => readFileSync(join(dir, file), "utf8"))
      .join("\n");

  it("writes a copy that names nobody and is judged the same", async () => {
    const dir = bundle("named", ["ib-rail-polling"]);
    const { node } = JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as BundleManifest;
    const out = join(home, "scrubbed");
    const run = await slipway(["bundle", "scrub", dir, "--out", out]);
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(run.stdout).toContain("judged as the original");
    expect(everything(out)).not.toContain(node.name);
    for (const serial of node.serials?.gpus ?? []) expect(everything(out)).not.toContain(serial);
    for (const one of [dir, out]) expect((await slipway(["judge", one, "--json", ...BY_CHECKS])).status, one).toBe(1);
    expect(readdirSync(home).filter((name) => name.endsWith(".new"))).toEqual([]);
    expect((await slipway(["bundle", "scrub", dir, "--out", out])).status).toBe(3);
    const again = join(home, "again");
    expect(JSON.parse((await slipway(["bundle", "scrub", dir, "--out", again, "--json"])).stdout)).toMatchObject({
      schema: "slipway/bundle-scrub@1",
      ok: true,
      out: again,
      problems: [],
    });
  });

  it("exits 1 and writes nothing when the copy would be judged otherwise", async () => {
    const dir = bundle("odd");
    const manifest = JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as BundleManifest;
    // The banner of the kernel's log begins with this word, so that replacing it takes the banner away.
    writeFileSync(join(dir, "bundle.json"), JSON.stringify({ ...manifest, node: { ...manifest.node, name: "Linux" } }));
    const out = join(home, "never");
    const run = await slipway(["bundle", "scrub", dir, "--out", out]);
    expect([run.status, run.stdout]).toEqual([1, ""]);
    expect(run.stderr).toMatch(
      /the copy is judged otherwise: xid is .* instead of .*: the copy also finds .* in kernel-log\.out.*\n.*what to do: .*nothing was written/s,
    );
    const json = JSON.parse((await slipway(["bundle", "scrub", dir, "--out", out, "--json"])).stdout) as {
      ok: boolean;
      problems: string[];
    };
    expect(json.ok).toBe(false);
    expect(json.problems).toContainEqual(expect.stringContaining("the copy is judged otherwise: xid is"));
    expect(readdirSync(home).filter((name) => name.startsWith("never"))).toEqual([]);
  });

  it("exits 3 for what is no bundle, and for a folder of which there is no parent", async () => {
    expect((await slipway(["bundle", "scrub", join(home, "nowhere"), "--out", join(home, "x")])).status).toBe(3);
    expect((await slipway(["bundle", "scrub", bundle("fine"), "--out", join(home, "no/such/x")])).status).toBe(3);
    expect((await slipway(["bundle", "scrub", bundle("fine")])).status).toBe(3);
  });
});

describe("slipway judge on an output of no known shape", () => {
  const dir = async (): Promise<string> => {
    const folder = join(home, "new-tool");
    writeFileSync(
      join(home, "diag.json"),
      '{ "DCGM Examination": { "tests": [] }, "metadata": { "version": "9.1.0", "Driver Version Detected": "701.2" } }\n',
    );
    await slipway([
      "bundle",
      "add",
      folder,
      `dcgm-diag=${join(home, "diag.json")}`,
      "--argv",
      '["dcgmi","diag","-r","1","-j"]',
    ]);
    await slipway(["bundle", "add", folder, "--expect", "gpus.count=1", "--expect", "dcdiag.level=1"]);
    return folder;
  };

  it("says in text which version printed it and how to send it, and leaves documents as they are", async () => {
    const folder = await dir();
    for (const format of ["table", "markdown"]) {
      const run = await slipway(["judge", folder, "--check", "dcdiag", "--format", format]);
      expect(run.status).toBe(2);
      expect(run.stdout).toContain(
        "dcgm-diag (dcgmi diag -r 1 -j) printed a shape that this version of Slipway does not know",
      );
      expect(run.stdout).toContain("version 9.1.0, Driver Version Detected 701.2");
      expect(run.stdout).toContain(`./slipway bundle scrub ${folder} --out ${folder}-scrubbed`);
    }
    const json = await slipway(["judge", folder, "--check", "dcdiag", "--json"]);
    expect(json.stdout).not.toContain("bundle scrub");
  });

  it("says nothing of a tool that failed, or of a document that was cut", async () => {
    const folder = join(home, "cut");
    writeFileSync(join(home, "cut.json"), '{ "DCGM Diagnostic": { "test_categories": [\n');
    await slipway(["bundle", "add", folder, `dcgm-diag=${join(home, "cut.json")}`]);
    await slipway(["bundle", "add", folder, "--expect", "gpus.count=1", "--expect", "dcdiag.level=1"]);
    expect((await slipway(["judge", folder, "--check", "dcdiag"])).stdout).not.toContain("does not know");
    writeFileSync(join(home, "smi.txt"), "No devices were found\n");
    await slipway(["bundle", "add", folder, `nvidia-smi=${join(home, "smi.txt")}`, "--exit", "6"]);
    expect((await slipway(["judge", folder, "--check", "gpu-memory"])).stdout).not.toContain("does not know");
  });

  it("does not take a tool that failed for an unknown shape because its own words say so", async () => {
    const folder = join(home, "own-words");
    writeFileSync(join(home, "words.txt"), "This board has no known shape.\n");
    await slipway(["bundle", "add", folder, `nvidia-smi=${join(home, "words.txt")}`, "--exit", "6"]);
    expect((await slipway(["judge", folder, "--check", "gpu-memory"])).stdout).not.toContain("does not know");
  });

  it("takes an answer for an unknown shape although the tool's own words speak of a cut", async () => {
    const folder = join(home, "cut-words");
    writeFileSync(join(home, "virt.txt"), "its name was cut\n");
    await slipway(["bundle", "add", folder, `virt=${join(home, "virt.txt")}`, "--expect", "hypervisor.virt=[none]"]);
    const run = await slipway(["judge", folder, "--check", "hypervisor"]);
    expect(run.stdout).toContain("printed a shape that this version of Slipway does not know");
  });
});
