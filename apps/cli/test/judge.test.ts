import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeJudgement, RackJudgement } from "@slipway/domain";
import { synthesize, toBundleFiles, type SynthOptions } from "@slipway/synth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BY_CHECKS, CHECKS, slipway, slipwayProcess, type CliRun } from "./run-cli.ts";

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-judge-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Writes a bundle and gives its folder. */
function bundle(
  name: string,
  options: Partial<SynthOptions> = {},
  change: (manifest: Record<string, unknown>) => void = () => undefined,
): string {
  const dir = join(home, name);
  mkdirSync(dir, { recursive: true });
  for (const [file, text] of Object.entries(toBundleFiles(synthesize({ seed: 7, ...options }))))
    writeFileSync(join(dir, file), text);
  const manifest = JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as Record<string, unknown>;
  change(manifest);
  writeFileSync(join(dir, "bundle.json"), JSON.stringify(manifest));
  return dir;
}

describe("slipway judge", () => {
  it("prints one judgement a line and exits 0, 1 or 2 by the worst of them", async () => {
    const good = bundle("good");
    const bad = bundle("bad", { faults: ["ib-rail-polling"] });
    const unknown = bundle("unknown", { faults: ["hypervisor-virt-timed-out"] });
    expect((await slipway(["judge", good, "--json", ...BY_CHECKS])).status).toBe(0);
    expect((await slipway(["judge", good, unknown, "--json", ...BY_CHECKS])).status).toBe(2);
    const all = slipwayProcess(["judge", unknown, bad, good, "--json", ...BY_CHECKS]);
    expect(all.status).toBe(1);
    expect(all.documents().map((document) => NodeJudgement.parse(document).verdict)).toEqual([
      "inconclusive",
      "fail",
      "pass",
    ]);
    expect(all.stderr).toBe("");
  });

  it("G2 a node to which nothing applies was not judged: inconclusive, exit 2", async () => {
    const dir = bundle("pcie", {}, (manifest) => (manifest["expect"] = { nvlink: { links: 0 } }));
    const run = await slipway(["judge", dir, "--check", "nvl-fabric", "--json"]);
    expect(run.status).toBe(2);
    expect(run.documents()[0]).toMatchObject({
      verdict: "inconclusive",
      checks: [{ check: "nvl-fabric", verdict: "not-applicable" }],
    });
  });

  it("judges by the checks given, else by those the node must prove, else by all", async () => {
    const ids = (run: CliRun): string[] => NodeJudgement.parse(run.documents()[0]).checks.map(({ check }) => check);
    const dir = bundle("select");
    expect(ids(await slipway(["judge", dir, "--json"]))).toEqual(expect.arrayContaining([...CHECKS]));
    expect(ids(await slipway(["judge", dir, "--check", "xid", "--check", "imex", "--json"]))).toEqual(["xid", "imex"]);
    const some = bundle(
      "required",
      {},
      (manifest) => ((manifest["expect"] as Record<string, unknown>)["checks"] = ["imex", "boot-server"]),
    );
    const run = await slipway(["judge", some, "--json"]);
    expect(ids(run)).toEqual(["imex", "boot-server"]);
    expect(run.status).toBe(2);
  });

  it("G6 refuses what it cannot read with exit 3, and judges the others", async () => {
    const good = bundle("fine");
    const broken = bundle("broken", {}, (manifest) => (manifest["schema"] = "slipway/evidence@9"));
    const run = await slipway(["judge", broken, good, join(home, "nowhere"), "--json"]);
    expect(run.status).toBe(3);
    expect(run.documents()).toHaveLength(1);
    expect(run.stderr).toMatch(/broken\/bundle\.json: schema/);
    expect(run.stderr).toMatch(/nowhere: cannot be opened/);
    const failing = bundle("failing", { faults: ["ib-rail-polling"] });
    expect((await slipway(["judge", broken, failing, "--json"])).status).toBe(3);
  });

  it.each([
    [[]],
    [["--check"]],
    [["x", "--check", "no-such"]],
    [["x", "--format", "yaml"]],
    [["x", "--frobnicate"]],
    [["x", "--expect", "/nowhere/e.yaml"]],
  ])("exits 3 for wrong usage: judge %j", async (args) => {
    const run = await slipway(["judge", ...args]);
    expect(run.status).toBe(3);
    expect(run.stdout).toBe("");
    expect(run.stderr).toMatch(/^slipway: /);
  });

  it("takes expectations from --expect, else the bundle, else its file, else the fleet, and never mixes them", async () => {
    const plain = bundle("plain", {}, (manifest) => Reflect.deleteProperty(manifest, "expect"));
    const own = bundle("own", {}, (manifest) => (manifest["expect"] = {}));
    const withFile = bundle("with-file", {}, (manifest) => {
      Reflect.deleteProperty(manifest, "expect");
      manifest["expectFile"] = "expect.yaml";
    });
    writeFileSync(join(withFile, "expect.yaml"), "hypervisor: { virt: [microsoft] }\n");
    const other = join(home, "other.yaml");
    writeFileSync(other, "hypervisor: { virt: [kvm] }\n");
    const judge = (...args: string[]) => slipway(["judge", ...args, "--check", "hypervisor", "--json"]);
    expect((await judge(plain)).status).toBe(0);
    expect((await judge(own)).status).toBe(2);
    expect((await judge(withFile)).status).toBe(0);
    for (const dir of [plain, own, withFile]) expect((await judge(dir, "--expect", other)).status).toBe(1);
    const fleet = join(home, "fleet", "expectations", "vendor");
    mkdirSync(fleet, { recursive: true });
    writeFileSync(join(fleet, "azure.yaml"), "hypervisor: { virt: [kvm] }\n");
    expect(
      (await slipway(["judge", plain, "--check", "hypervisor"], { env: { SLIPWAY_FLEET: join(home, "fleet") } }))
        .status,
    ).toBe(1);
    writeFileSync(other, "hypervisor: { virt: [kvm], vrit: 1 }\n");
    expect(await judge(plain, "--expect", other)).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/other\.yaml:1:28: hypervisor\.vrit/) as string,
    });
    writeFileSync(join(withFile, "expect.yaml"), "hypervisor: [\n");
    expect(await judge(withFile)).toMatchObject({
      status: 3,
      stdout: "",
      stderr: expect.stringMatching(/expect\.yaml:2:1/) as string,
    });
  });

  it("G10 text of a node is data in every format", async () => {
    const hostile = bundle(
      "hostile",
      { faults: ["ib-rail-polling"] },
      (manifest) => (manifest["node"] = { name: "n;$(id)\u001b[31m\n<b>|`x`", rack: "r\u0007" }),
    );
    expect(NodeJudgement.parse((await slipway(["judge", hostile, "--json"])).documents()[0]).node).toBe(
      "n;$(id)\u001b[31m\n<b>|`x`",
    );
    const table = (await slipway(["judge", hostile])).stdout;
    expect(table).not.toContain("\u001b");
    expect(table).toContain("n;$(id)\\u000a<b>|`x`");
    const check = bundle(
      "hostile-check",
      {},
      (manifest) => (manifest["expect"] = { checks: ["\u001b[31m\u009bx|<script>\n## y"] }),
    );
    for (const format of ["table", "markdown"])
      expect((await slipway(["judge", check, "--format", format])).stdout, format).not.toMatch(
        format === "table" ? /\u001b|\u009b|\n## y/ : /<script>|\u009b|\n## y/,
      );
    expect((await slipway(["judge", hostile, "--format", "markdown"])).stdout).not.toMatch(/<b>|`x`/);
    expect((await slipway(["judge", hostile, "--format", "junit"])).stdout).not.toMatch(/<b>|\u001b/);
  });

  it("an expectation nested 20,000 levels deep affects only its own check, and other bundles are judged", async () => {
    const deep = bundle("deep");
    const text = readFileSync(join(deep, "bundle.json"), "utf8");
    writeFileSync(
      join(deep, "bundle.json"),
      text
        .replace('"expect":{', `"expect":{"imex":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)},`)
        .replace(/,"imex":\{"model".*?\]\s*,\s*"version":"[^"]*"\}/s, ""),
    );
    const run = await slipway(["judge", deep, bundle("after"), "--check", "ib-xdr", "--json"]);
    expect(run.documents()).toHaveLength(2);
    expect(run.status).toBe(0);
  });

  it("when two bundles of a rack name one node, the finding names the bundle that differs, whatever the order", async () => {
    const good = [0, 1, 2].map((index) => bundle(`twice${String(index)}`, { index, rackSize: 3 }));
    const odd = bundle("twice-odd", { index: 0, rackSize: 3 });
    writeFileSync(join(odd, "imex-nodes.out"), `${readFileSync(join(odd, "imex-nodes.out"), "utf8")}\n`);
    for (const dirs of [
      [odd, ...good],
      [...good, odd],
    ])
      expect((await slipway(["judge", "--rack", ...dirs, "--check", "imex", "--json"])).status).toBe(1);
  });

  it("nothing but a failing node ends with exit 1", async () => {
    const good = bundle("quiet");
    const list = join(home, "proto.yaml");
    for (const text of ["constructor: { a: 1 }\n", "gpus: { count: 4, toString: 1 }\n", "gpus: &a { x: *a }\n"]) {
      writeFileSync(list, text);
      expect(await slipway(["judge", good, "--expect", list]), text).toMatchObject({
        status: 3,
        stderr: expect.stringMatching(/proto\.yaml:1:\d+: /) as string,
      });
    }
    mkdirSync(join(home, "odd-fleet/expectations/vendor/azure.yaml"), { recursive: true });
    const plain = bundle("plain-fleet", {}, (manifest) => Reflect.deleteProperty(manifest, "expect"));
    expect((await slipway(["judge", plain], { env: { SLIPWAY_FLEET: join(home, "odd-fleet") } })).status).toBe(3);
    expect((await slipway(["judge", plain], { env: { SLIPWAY_FLEET: join(home, "no-fleet") } })).status).toBe(3);
  });

  it("reports for people, for CI and for tickets", async () => {
    const dirs = [
      bundle("r1"),
      bundle("r2", { faults: ["ib-rail-polling"] }),
      bundle("r3", { faults: ["hypervisor-virt-timed-out"] }),
      bundle("r4", {}, (manifest) => ((manifest["expect"] as Record<string, unknown>)["nvlink"] = { links: 0 })),
    ];
    const table = (await slipway(["judge", ...dirs, ...BY_CHECKS])).stdout;
    expect(table).toMatch(/^node +dcdiag +gpu-inventory/);
    expect(table).toMatch(
      /fabric \(2\)\n {2}fail .* ib-xdr\/rail-not-up {2}port mlx5_\d\/1\n {8}.*1: DOWN.*\n {8}.*2: Polling/,
    );
    expect(table).toMatch(/4 nodes: 1 fail, 1 inconclusive, 2 pass/);
    const junit = (await slipway(["judge", ...dirs, ...BY_CHECKS, "--format", "junit"])).stdout;
    expect(junit.match(/<failure /g)).toHaveLength(1);
    expect(junit.match(/<error /g)).toHaveLength(1);
    expect(junit.match(/<skipped /g)).toHaveLength(1);
    expect((await slipway(["judge", ...dirs, "--format", "markdown"])).stdout).toMatch(/\| ❌ ib-xdr\/rail-not-up \|/);
  });

  it("judges racks beside nodes, and only when asked", async () => {
    const dirs = [0, 1, 2].map((index) => bundle(`t${String(index)}`, { index, rackSize: 4 }));
    const extra = bundle("copy", { index: 3, rackSize: 4 });
    const whole = await slipway(["judge", "--rack", ...dirs, extra, "--check", "imex", "--json"]);
    expect(whole.documents().slice(0, 4)).toEqual(
      (await slipway(["judge", ...dirs, extra, "--check", "imex", "--json"])).documents(),
    );
    expect(RackJudgement.parse(whole.documents()[4])).toMatchObject({
      verdict: "pass",
      findings: [],
      nodes: { length: 4 },
    });
    expect(whole.status).toBe(0);
    const lacking = await slipway(["judge", "--rack", ...dirs, "--check", "imex", "--json"]);
    expect(RackJudgement.parse(lacking.documents()[3])).toMatchObject({ verdict: "inconclusive" });
    expect(lacking.status).toBe(2);
    cpSync(extra, join(home, "odd"), { recursive: true });
    writeFileSync(join(home, "odd", "imex-nodes.out"), `${readFileSync(join(extra, "imex-nodes.out"), "utf8")}\n`);
    const odd = await slipway(["judge", "--rack", ...dirs, join(home, "odd"), "--check", "imex", "--json"]);
    expect(odd.status).toBe(1);
    const rack = RackJudgement.parse(odd.documents()[4]);
    expect(rack.verdict).toBe("fail");
    expect(rack.findings.map(({ scope }) => scope.id)).toEqual([
      synthesize({ seed: 7, index: 3, rackSize: 4 }).node.name,
    ]);
    expect((await slipway(["judge", "--rack", ...dirs, ...BY_CHECKS])).stdout).toMatch(
      /^rack gb300-r07 of az-gb300-a: inconclusive \(nodes: 3 pass\)/m,
    );
  });
});
