import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DMI, HYPERV_KVP, IB_COUNTERS, IB_SYSFS, IMEX_RESOLVE } from "./programs.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-probe-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), content);
}

function run(program: string, ...args: string[]): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync("sh", ["-c", program, "slipway-probe", ...args], { encoding: "latin1" });
  return { status, stdout };
}

describe("the programs of the composite probes, in the real sh", () => {
  it("ib-sysfs prints each file of each port and nothing else", () => {
    write("mlx5_0/ports/1/rate", "800 Gb/sec (4X XDR)\n");
    write("mlx5_0/ports/1/state", "4: ACTIVE\n");
    write("mlx5_0/ports/1/pkeys/0", "0x8001\n");
    write("mlx5_0/ports/1/counters/link_downed", "0\n");
    write("mlx5_0/ports/1/gids/0", "fe80::1\n");
    write("we$(touch pwned);ird/ports/1/rate", "`id`\n");
    const port = `${home}/mlx5_0/ports/1`;
    expect(run(IB_SYSFS, home)).toEqual({
      status: 0,
      stdout:
        `${port}/rate:800 Gb/sec (4X XDR)\n${port}/state:4: ACTIVE\n${port}/pkeys/0:0x8001\n${port}` +
        `/counters/link_downed:0\n${home}/we$(touch pwned);ird/ports/1/rate:\`id\`\n`,
    });
  });

  it("ib-counters prints each counter of each port twice, with the uptime of the reading", () => {
    write("class/mlx5_0/ports/1/counters/link_downed", "3\n");
    write("class/mlx5_0/ports/1/counters/empty", "");
    write("class/mlx5_0/ports/1/hw_counters/lifespan", "12\n");
    write("class/mlx5_0/ports/1/rate", "800 Gb/sec (4X XDR)\n");
    write("class/we$(touch pwned);ird/ports/1/counters/symbol_error", "`id`\n");
    write("uptime", "86400.25 12.50\n");
    const port = `86400.25 ${home}/class/mlx5_0/ports/1`;
    const reading = (number: number): string =>
      [
        `${port}/counters/empty:`,
        `${port}/counters/link_downed:3`,
        `${port}/hw_counters/lifespan:12`,
        `86400.25 ${home}/class/we$(touch pwned);ird/ports/1/counters/symbol_error:\`id\``,
      ]
        .map((line) => `${String(number)} ${line}\n`)
        .join("");
    expect(run(IB_COUNTERS, join(home, "class"), "0", join(home, "uptime"))).toEqual({
      status: 0,
      stdout: reading(1) + reading(2),
    });
  });

  it.each([
    ["ib-sysfs", IB_SYSFS],
    ["ib-counters", IB_COUNTERS],
    ["dmi", DMI],
    ["imex-resolve", IMEX_RESOLVE],
    ["hyperv-kvp", HYPERV_KVP],
  ])("%s exits 127 when there is nothing to read", (_, program) => {
    expect(run(program, join(home, "nowhere"))).toEqual({ status: 127, stdout: "" });
  });

  it("dmi prints file:content lines", () => {
    write("product_serial", "SX1\n");
    write("sys_vendor", "ACME: Inc.");
    expect(run(DMI, home).stdout).toBe("product_serial:SX1\nsys_vendor:ACME: Inc.\n");
  });

  it("imex-resolve answers a line for each name, whatever the name is", () => {
    write("nodes", "127.0.0.1\n# a comment\n\n  localhost  \nno-such-host.invalid\n$(touch pwned)\n-x\nlast.invalid");
    const { status, stdout } = run(IMEX_RESOLVE, join(home, "nodes"));
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(status).toBe(0);
    expect(rows.map(([name]) => name)).toEqual([
      "127.0.0.1",
      "localhost",
      "no-such-host.invalid",
      "$(touch pwned)",
      "-x",
      "last.invalid",
    ]);
    expect(rows[0]?.[1]).toBe("127.0.0.1");
    expect(rows[1]?.[1]?.split(" ")).toContain("127.0.0.1");
    expect(rows).toHaveLength(6);
    for (const row of rows.slice(2)) expect(row[1]).toMatch(/^! /);
  });

  it("imex-resolve asks for no comment and no carriage return, as rule I11 reads the file", () => {
    write("nodes", "# head\r\n127.0.0.1\r\n\r\n  127.0.0.2 # second\n#127.0.0.3\n127.0.0.4#x#y\n \t# \n127.0.0.5\r");
    expect(run(IMEX_RESOLVE, join(home, "nodes"))).toEqual({
      status: 0,
      stdout: ["1", "2", "4", "5"].map((last) => `127.0.0.${last}\t127.0.0.${last}\n`).join(""),
    });
  });

  it("hyperv-kvp decodes whole records of 512 + 2048 bytes up to their first NUL", () => {
    const record = (key: string, value: string): Buffer =>
      Buffer.concat([
        Buffer.alloc(512).fill(key, 0, key.length),
        Buffer.alloc(2048).fill(`${value}\0junk`, 0, value.length + 5),
      ]);
    write(
      "pool",
      Buffer.concat([
        record("HostName", "hv-1"),
        record("PhysicalHostName", "PHX 1$(id)"),
        record("Empty", ""),
        record("Long", `${"x".repeat(511)} ${"y".repeat(600)}`),
        record("Lines", "one\ntwo"),
        Buffer.from("torn"),
      ]),
    );
    expect(run(HYPERV_KVP, join(home, "pool"))).toEqual({
      status: 0,
      stdout: `HostName\thv-1\nPhysicalHostName\tPHX 1$(id)\nEmpty\t\nLong\t${"x".repeat(511)} ${"y".repeat(600)}\nLines\tone\n`,
    });
  });

  it.skipIf(process.getuid?.() === 0)("what may not be read exits 126 (needs an ordinary user)", () => {
    write("pool", "x");
    chmodSync(join(home, "pool"), 0);
    expect(run(HYPERV_KVP, join(home, "pool")).status).toBe(126);
  });
});
