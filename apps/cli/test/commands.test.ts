import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BundleManifest } from "@slipway/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHECKS, repositoryRoot, slipway, slipwayProcess } from "./run-cli.ts";

let home: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-cli-"));
  env = { SLIPWAY_FLEET: join(home, "fleet") };
  for (const layer of ["vendor", "sku", "cluster"])
    mkdirSync(join(home, "fleet/expectations", layer), { recursive: true });
  writeFileSync(join(home, "fleet/expectations/vendor/azure.yaml"), "hypervisor: { virt: [microsoft] }\n");
  writeFileSync(
    join(home, "fleet/expectations/sku/gb300.yaml"),
    "gpus: { count: 4 }\ndcdiag: { level: 3 }\nib:\n  rails:\n    - { device: 'mlx5_[0-1]', port: 1, rateGbps: " +
      "800, label: XDR, width: 4, linkLayer: InfiniBand }\n",
  );
  writeFileSync(
    join(home, "rack.yaml"),
    "hosts:\n  - { name: t00, vendor: azure, sku: gb300 }\n  - { name: t01, vendor: azure }\n",
  );
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("slipway expect show", () => {
  it("says which file each value came from", async () => {
    const run = await slipway(["expect", "show", "--vendor", "azure", "--sku", "gb300"], { env });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^gpus\.count +4 +.*sku\/gb300\.yaml:1$/m);
    expect(run.stdout).toMatch(/^hypervisor\.virt +\["microsoft"\] +.*vendor\/azure\.yaml:1$/m);
    expect(
      (await slipway(["expect", "show", "t00", "--hosts", join(home, "rack.yaml"), "--json"], { env })).documents()[0],
    ).toMatchObject({
      expect: { gpus: { count: 4 } },
      sources: { "/dcdiag/level": expect.stringMatching(/gb300\.yaml:2$/) as string },
    });
    expect((await slipway(["expect", "show", "--vendor", "nobody"], { env })).stdout).toContain("Nothing is expected");
  });

  it("lays what the inventory says of a rack over the files", async () => {
    const inventory = join(home, "racks.yaml");
    const write = (racks: string): void =>
      writeFileSync(
        inventory,
        `hosts:\n  - { name: t00, vendor: azure, sku: gb300, rack: r07 }\n  - { name: t01, vendor: azure, sku: gb300, rack: r08 }\nracks:\n  ${racks}\n`,
      );
    const show = (name: string) => slipway(["expect", "show", name, "--hosts", inventory, "--json"], { env });
    write("r07: { imex: { model: host, members: [t00] }, gpus: { count: 2 } }");
    expect((await show("t00")).documents()[0]).toMatchObject({
      expect: { imex: { model: "host", members: ["t00"] }, gpus: { count: 2 }, dcdiag: { level: 3 } },
      sources: { "/imex/members": `${inventory} racks.r07:1` },
    });
    expect((await show("t01")).documents()[0]).toMatchObject({ expect: { gpus: { count: 4 } } });
    await slipway(
      ["collect", "--hosts", inventory, "--transport", "local", "--probes", "boot-id", "--out", join(home, "racked")],
      { env },
    );
    expect(
      BundleManifest.parse(JSON.parse(readFileSync(join(home, "racked/t00/bundle.json"), "utf8"))).expect,
    ).toMatchObject({ imex: { members: ["t00"] } });
    write("r07: { imex: { membres: [t00] } }");
    expect(await show("t00")).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("racks.r07:1:10: imex.membres: is no known key") as string,
    });
    write("r99: { gpus: { count: 1 } }");
    expect(await show("t00")).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("racks.yaml:5: racks.r99: no host is in this rack") as string,
    });
  });

  it.each([
    [["expect", "show"]],
    [["expect", "show", "--hosts", "x"]],
    [["expect", "show", "t99", "--hosts", "RACK"]],
    [["expect", "show", "--bundle", "/nowhere"]],
  ])("exits 3 for %j", async (args) => {
    expect(
      (
        await slipway(
          args.map((arg) => (arg === "RACK" ? join(home, "rack.yaml") : arg)),
          { env },
        )
      ).status,
    ).toBe(3);
  });
});

describe("slipway collect", () => {
  it("--dry-run prints each command with its usual seconds, and what is withheld", async () => {
    const run = await slipway(["collect", "--hosts", join(home, "rack.yaml"), "--dry-run"], { env });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^t00: \d+ commands/m);
    expect(run.stdout).toMatch(/2\.0 s {2}mlxlink-mlx5_1 +mlxlink -d mlx5_1/);
    expect(run.stdout).toMatch(/withheld +dcgm-diag +loads the node for about 900 s/);
    const plan = (
      await slipway(["collect", "--hosts", join(home, "rack.yaml"), "--dry-run", "--json", "--probes", "dcgm-diag"], {
        env,
      })
    ).documents();
    expect(plan).toMatchObject([
      { host: "t00", probe: "dcgm-diag", argv: ["dcgmi", "diag", "-r", "3", "-j"], withheld: false },
      { host: "t01", argv: ["dcgmi", "diag", "-r", "1", "-j"] },
    ]);
  });

  it("collects this machine over the local transport", async () => {
    const out = join(home, "local");
    const run = await slipway(
      [
        "collect",
        "--hosts",
        "me",
        "--transport",
        "local",
        "--probes",
        "boot-id,cmdline,nvidia-smi",
        "--out",
        out,
        "--json",
      ],
      { env },
    );
    expect(run.status).toBe(0);
    const bundle = BundleManifest.parse(JSON.parse(readFileSync(join(out, "me", "bundle.json"), "utf8")));
    expect(bundle.node.bootId).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
    expect(bundle.probes["nvidia-smi"]).toMatchObject({ startError: "not-found", exitCode: null });
    expect(readFileSync(join(out, "me", "cmdline.out"), "utf8")).toBe(readFileSync("/proc/cmdline", "utf8"));
  });

  it("a hostile host name only names a folder, and nothing of it is run", async () => {
    const out = join(home, "hostile");
    const run = await slipway(
      ["collect", "--hosts", "-", "--transport", "local", "--probes", "boot-id", "--out", out],
      {
        env,
        input: "$(touch${IFS}pwned);x\n../../etc\n.hidden\n",
      },
    );
    expect(run.status).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["%24%28touch%24%7BIFS%7Dpwned%29%3Bx", "%2E.%2F..%2Fetc", "%2Ehidden"]);
    expect(existsSync(join(repositoryRoot, "pwned"))).toBe(false);
  });

  it.each([
    [["collect"]],
    [["collect", "--hosts", ""]],
    [["collect", "--hosts", "a,a"]],
    [["collect", "--hosts", "a", "--probes", "no-such"]],
    [["collect", "--hosts", "a", "--limit", "0"]],
    [["collect", "--hosts", "a", "--every", "-1"]],
    [["collect", "--hosts", "a", "--check", "no-such"]],
  ])("exits 3 for %j and writes nothing", async (args) => {
    const out = join(home, "nothing");
    const run = await slipway([...args, "--transport", "local", "--out", out], { env });
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/^slipway: /);
    expect(existsSync(out)).toBe(false);
  });
});

describe("what the checks are, and what the machine lacks", () => {
  it("explains a check with its probes, codes and remedies", async () => {
    const run = await slipway(["checks", "imex"]);
    expect(run.status).toBe(0);
    for (const word of ["imex-resolve", "imex.model", "member-unresolved", "Do: "]) expect(run.stdout).toContain(word);
    expect((await slipway(["checks", "--json"])).documents<{ id: string }>().map(({ id }) => id)).toEqual(
      expect.arrayContaining([...CHECKS]),
    );
    expect((await slipway(["checks", "no-such"])).status).toBe(3);
  });

  it("prints JSON Schemas", async () => {
    expect((await slipway(["schema"])).stdout.split("\n")).toContain("evidence");
    expect(JSON.parse((await slipway(["schema", "judgement"])).stdout)).toMatchObject({
      title: "slipway judgement",
      type: "object",
    });
    expect((await slipway(["schema", "no-such"])).status).toBe(3);
  });

  it("doctor names what is missing, and for which feature", async () => {
    const needs = (await slipway(["doctor", "--json"])).documents<{ feature: string; need: string; met: boolean }>();
    expect(needs.map(({ need }) => need)).toContainEqual(expect.stringMatching(/^nvidia-smi \(/));
    expect((await slipway(["doctor"])).stdout).toMatch(/collect over ssh/);
  });

  it("wrong commands exit 3, help exits 0", () => {
    expect(slipwayProcess(["frobnicate"]).status).toBe(3);
    expect(slipwayProcess([]).status).toBe(3);
    expect(slipwayProcess(["--help"]).status).toBe(0);
    expect(slipwayProcess(["judge", "--help"]).status).toBe(0);
    expect(slipwayProcess(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+$/m);
  });
});

describe("demo", () => {
  it("judges the example rack and this machine, apart, and exits 0 whatever the verdicts", async () => {
    const run = await slipway(["demo"]);
    expect(run.status).toBe(0);
    const [, rack = "", machine = ""] = run.stdout.split(/^== /m);
    expect(rack).toMatch(/^An example rack .*invented/);
    expect(rack).toMatch(/18 nodes: \d+ fail, \d+ inconclusive, \d+ pass/);
    expect(machine).toMatch(/^This machine/);
    expect(machine).toMatch(/1 node: 1 (inconclusive|fail)/);
  });
});
