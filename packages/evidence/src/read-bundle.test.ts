import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Format } from "@slipway/plugin-sdk";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBundle } from "./read-bundle.ts";

const text: Format<string> = { parse: (output) => output.stdout };
const manifest = {
  schema: "slipway/evidence@1",
  node: { name: "n1" },
  collectedAt: "2026-01-01T00:00:00Z",
  probes: {
    virt: {
      argv: ["systemd-detect-virt"],
      exitCode: 0,
      signal: null,
      timedOut: false,
      startError: null,
      startedAt: "2026-01-01T00:00:00Z",
      durationMs: 5,
    },
  },
};

let home: string;
let dir: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-bundle-"));
  dir = join(home, "bundle");
  mkdirSync(dir);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(change: object = {}, files: Record<string, string | Buffer> = { "virt.out": "none\n" }): string {
  writeFileSync(join(dir, "bundle.json"), JSON.stringify({ ...manifest, ...change }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
}

function reasonOf(probe = "virt"): string {
  const reading = readBundle(dir).evidence.read(probe, text);
  return reading.usable ? "usable" : reading.reason;
}

describe("reading an evidence bundle", () => {
  it("knows a vendor by its id, however bundle.json spells it", () => {
    const vendorOf = (vendor: unknown) => readBundle(write({ node: { name: "n1", vendor } })).evidence.node.vendor;
    expect([" OCI ", "oci", null].map(vendorOf)).toEqual(["oci", "oci", null]);
  });

  it("reads what bundle.json lists, stderr included", () => {
    const bundle = readBundle(
      write({ expect: { gpus: { count: 4 } } }, { "virt.out": "none\n", "virt.err": "warning\n" }),
    );
    expect(bundle.evidence.read("virt", text)).toMatchObject({
      usable: true,
      value: "none\n",
      output: { stderr: "warning\n" },
    });
    expect(bundle.expect).toEqual({ gpus: { count: 4 } });
  });

  it("G7 output without an entry is no evidence", () => {
    write({ probes: {} }, { "virt.out": "none\n" });
    expect(reasonOf()).toBe("it was not collected");
  });

  const refused: [string, () => void, RegExp][] = [
    ["no bundle.json", () => undefined, /bundle\.json: there is none/],
    ["no JSON", () => writeFileSync(join(dir, "bundle.json"), "{"), /bundle\.json: is not JSON/],
    ["a list", () => writeFileSync(join(dir, "bundle.json"), "[]"), /bundle\.json: document/],
    ["an unknown schema", () => write({ schema: "slipway/evidence@2" }), /bundle\.json: schema/],
    ["no schema", () => write({ schema: undefined }), /bundle\.json: schema/],
    ["no node", () => write({ node: undefined }), /bundle\.json: node/],
    ["a node without a name", () => write({ node: {} }), /bundle\.json: node\.name/],
    ["a probe id with a slash", () => write({ probes: { "../virt": {} } }), /bundle\.json: probes/],
    ["a probe id with ..", () => write({ probes: { "a..b": {} } }), /bundle\.json: probes/],
    ["a probe id that starts with a dot", () => write({ probes: { ".virt": {} } }), /bundle\.json: probes/],
    [
      "bytes that are no UTF-8",
      () => writeFileSync(join(dir, "bundle.json"), Buffer.from([0x7b, 0xff, 0x7d])),
      /no UTF-8/,
    ],
    ["a bundle.json that is a folder", () => mkdirSync(join(dir, "bundle.json")), /no regular file/],
    [
      "a bundle.json that is a link out of the folder",
      () => {
        writeFileSync(join(home, "outside.json"), JSON.stringify(manifest));
        symlinkSync("../outside.json", join(dir, "bundle.json"));
      },
      /leaves the bundle/,
    ],
    [
      "a bundle.json over the limit",
      () => {
        writeFileSync(join(dir, "bundle.json"), "");
        truncateSync(join(dir, "bundle.json"), 65 * 2 ** 20);
      },
      /larger than 64 MiB/,
    ],
    ["an expectFile outside", () => write({ expectFile: "../expect.yaml" }), /no relative path inside/],
    ["an absolute expectFile", () => write({ expectFile: "/etc/passwd" }), /no relative path inside/],
    ["an expectFile that is not there", () => write({ expectFile: "expect.yaml" }), /is not there/],
    [
      "the probe id __proto__",
      () => writeFileSync(join(dir, "bundle.json"), JSON.stringify(manifest).replace('"virt"', '"__proto__"')),
      /bundle\.json: probes\.__proto__/,
    ],
    [
      "an expectFile in a folder that is a link out of the bundle",
      () => {
        mkdirSync(join(home, "out"));
        writeFileSync(join(home, "out", "e.yaml"), "");
        symlinkSync("../out", join(dir, "s"));
        write({ expectFile: "s/e.yaml" });
      },
      /leaves the bundle/,
    ],
    [
      "an expectFile that is a link out of the folder",
      () => {
        symlinkSync("/etc/passwd", join(dir, "expect.yaml"));
        write({ expectFile: "expect.yaml" });
      },
      /leaves the bundle/,
    ],
  ];
  it.each(refused)("G6 refuses %s", (_, make, message) => {
    make();
    expect(() => readBundle(dir).expectFile?.()).toThrow(message);
  });

  it("G6 refuses a path that is no folder", () => {
    expect(() => readBundle(join(home, "nowhere"))).toThrow(/ENOENT/);
    writeFileSync(join(home, "file"), "");
    expect(() => readBundle(join(home, "file"))).toThrow(/no folder/);
  });

  it("takes expect before expectFile, and a link that stays inside", () => {
    write({ expect: {}, expectFile: "../ignored" });
    expect(readBundle(dir).expectFile).toBeUndefined();
    write({ expectFile: "link.yaml" }, { "real.yaml": "gpus: { count: 4 }\n" });
    symlinkSync("real.yaml", join(dir, "link.yaml"));
    expect(readBundle(dir).expectFile?.().text).toBe("gpus: { count: 4 }\n");
  });

  it("G3 an output that is no regular file inside the bundle is unusable, and never waited for", () => {
    write({}, {});
    expect(reasonOf()).toBe("it left no output file");
    execFileSync("mkfifo", [join(dir, "virt.out")]);
    expect(reasonOf()).toContain("no regular file");
    rmSync(join(dir, "virt.out"));
    mkdirSync(join(dir, "virt.out"));
    expect(reasonOf()).toContain("no regular file");
    rmSync(join(dir, "virt.out"), { recursive: true });
    writeFileSync(join(home, "secret"), "none\n");
    symlinkSync(join(home, "secret"), join(dir, "virt.out"));
    expect(reasonOf()).toContain("leaves the bundle");
    rmSync(join(dir, "virt.out"));
    symlinkSync("virt.out", join(dir, "virt.out"));
    expect(reasonOf()).toContain("ELOOP");
  });

  it("G3 an output over 64 MiB is not read", () => {
    write({}, { "virt.out": "" });
    truncateSync(join(dir, "virt.out"), 64 * 2 ** 20 + 1);
    expect(reasonOf()).toContain("larger than 64 MiB");
  });

  it("tells bytes that are no UTF-8 from a real U+FFFD", () => {
    write({}, { "virt.out": Buffer.from([0x6e, 0xff, 0x0a]) });
    expect(readBundle(dir).evidence.read("virt", { parse: (output) => output.damaged })).toMatchObject({ value: true });
    write({}, { "virt.out": "\uFFFD\n" });
    expect(readBundle(dir).evidence.read("virt", { parse: (output) => output.damaged })).toMatchObject({
      value: false,
    });
  });

  it("never throws anything but a refusal on any manifest", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ ...manifest, probes: { virt: value } })),
          fc.jsonValue().map((value) => JSON.stringify({ ...manifest, node: value })),
        ),
        (document) => {
          writeFileSync(join(dir, "bundle.json"), document);
          try {
            readBundle(dir).evidence.read("virt", text);
          } catch (error) {
            expect((error as Error).name).toBe("SlipwayError");
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
