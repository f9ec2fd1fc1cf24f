import type { Expectations } from "@slipway/domain";
import { commandProbe, defineCheck, type Check } from "@slipway/plugin-sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scrubBundle } from "./scrub-bundle.ts";

interface Told {
  readonly expect?: Expectations;
  readonly files: Readonly<Record<string, string>>;
  readonly checks?: ReadonlyMap<string, Check>;
  readonly argv?: readonly string[];
}

/** A scrubbed bundle of one node: its expectations, its files and what is left of names. */
function scrubbed({ expect: expected = {}, files, checks, argv = ["some-tool"] }: Told) {
  const copy = scrubBundle(
    {
      node: { name: "quarry-n17", vendor: "azure", sku: "Standard_X", rack: "quarry-r4" },
      collectedAt: undefined,
      expect: expected,
      probes: { bios: { argv, exitCode: 0 } },
      files: new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
    },
    checks,
  );
  const of = (name: string): string => Buffer.from(copy.files.get(name) ?? []).toString("utf8");
  const manifest = JSON.parse(of("bundle.json")) as { expect: Expectations; probes: { bios: { argv: string[] } } };
  return { of, left: copy.left, expected: manifest.expect, argv: manifest.probes.bios.argv };
}

/** A value as a line, as values of a document under keys of both kinds, and as text of an element. */
const printed = (value: string): Record<string, string> => ({
  "bios.out": `Release: ${value}\n`,
  "a.out": `{"bios_version": ${JSON.stringify(value)}, "tag": ${JSON.stringify(value)}}\n`,
  "b.out": `<log><bios_version>${value}</bios_version><tag>${value}</tag></log>\n`,
});

/** The values that {@link printed} wrote, as the copy has them. */
function valuesIn(of: (name: string) => string): unknown[] {
  const document = JSON.parse(of("a.out")) as Record<string, unknown>;
  const elements = [...of("b.out").matchAll(/<(?:bios_version|tag)>([^<]*)</g)].map(([, text]) => text);
  const line = /^[^:]+: (.*)\n$/.exec(of("bios.out"))?.[1];
  return [line, document["bios_version"], document["tag"], ...elements];
}

describe("what is expected of a node and stands in its outputs", () => {
  it.each(["R9K204W-2.07", "QPL3N11X4", "B52", "1BDXQ.4.1", "G01_4C33"])("stays as it is: %s", (value) => {
    for (const section of [{ versions: [value] }, { release: value }, { [value]: 1 }, { allowed: [{ name: value }] }]) {
      const { of, expected } = scrubbed({ expect: { firmware: section }, files: printed(value) });
      expect(expected).toEqual({ firmware: section });
      expect(valuesIn(of)).toEqual(Array.from({ length: 5 }, () => value));
    }
  });

  it.each(["servers", "owner", "login_name", "serials"])(
    "is replaced alike everywhere where its key %s names",
    (key) => {
      const { of, expected } = scrubbed({ expect: { clock: { [key]: ["tick7q"] } }, files: printed("tick7q") });
      const { clock } = expected as { clock: Record<string, string[]> };
      const invented = clock[key]?.[0];
      expect(invented).not.toMatch(/tick7q/i);
      expect(valuesIn(of)).toEqual(Array.from({ length: 5 }, () => invented));
    },
  );

  it.each(["clock3.forge.internal", "mira@forge.example", "quarry-n17", "10.4.5.6", "b8:3f:d2:44:55:66"])(
    "is replaced alike everywhere when it is a name or an address: %s",
    (value) => {
      const { of, expected, left } = scrubbed({ expect: { clock: { source: value } }, files: printed(value) });
      const { clock } = expected as { clock: { source: string } };
      expect(clock.source).not.toContain(value);
      expect(JSON.stringify(expected)).not.toMatch(/clock3|forge|mira|quarry/);
      expect(valuesIn(of)).toEqual(Array.from({ length: 5 }, () => clock.source));
      expect(left).toEqual([]);
    },
  );

  it("does not keep a word that is a part of the node's name", () => {
    const { of, expected } = scrubbed({ expect: { pool: { label: "quarry" } }, files: printed("quarry") });
    expect(JSON.stringify(expected)).not.toContain("quarry");
    expect(new Set(valuesIn(of)).size).toBe(1);
  });

  it("is equal in the copy wherever it was equal, whatever it is and under whatever key", () => {
    const value = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,18}$/);
    fc.assert(
      fc.property(value, fc.constantFrom("versions", "label", "hosts", "user", "serial"), (text, key) => {
        const { of, expected } = scrubbed({ expect: { own: { [key]: text } }, files: printed(text) });
        const { own } = expected as { own: Record<string, string> };
        expect(valuesIn(of)).toEqual(Array.from({ length: 5 }, () => own[key]));
      }),
      { numRuns: 200 },
    );
  });

  it("keeps names of counters that are expected, with their devices and numbers", () => {
    const lines = [
      "1 9120.55 /sys/class/infiniband/quux_4/ports/1/counters/lane_hiccups_total:31",
      "2 9150.58 /sys/class/infiniband/quux_4/ports/1/hw_counters/rx_odd_frames:4294967297",
      "",
    ].join("\n");
    const ib = { rails: [{ device: "quux_[4-5]" }], errors: { lane_hiccups_total: 0, rx_odd_frames: 5 } };
    const { of, expected } = scrubbed({ expect: { ib }, files: { "ib-counters.out": lines } });
    expect([expected, of("ib-counters.out")]).toEqual([{ ib }, lines]);
  });
});

describe("words of the commands that checks declare", () => {
  const probe = {
    id: "bios",
    title: "What the board says",
    commands: ({ clock }: Expectations) => [
      {
        id: "bios",
        argv: ["biosreader", "--table=firmwarestrings", String((clock as { server?: string } | undefined)?.server)],
        program: "echo frobnicated",
        timeoutMs: 1000,
        usualSeconds: 1,
      },
    ],
  };
  const check = (probes: Check["probes"]): Check =>
    defineCheck({
      id: "own",
      version: "1.0.0",
      title: "Own",
      probes,
      sections: {},
      needs: [],
      codes: {},
      judge: () => [],
    });
  const checks = new Map([["own", check([{ probe, why: "to read it" }])]]);
  const argv = ["biosreader", "--table=firmwarestrings", "tick7q"];
  const files = { "bios.err": "biosreader: frobnicated by tick7q\n" };

  it("stay in the record and in outputs, but not what they took from the expectations", () => {
    const copy = scrubbed({ expect: { clock: { server: "tick7q" } }, files, checks, argv });
    expect(copy.argv.slice(0, 2)).toEqual(argv.slice(0, 2));
    expect(copy.argv[2]).not.toContain("tick7q");
    expect(copy.of("bios.err")).toBe(`biosreader: frobnicated by ${copy.argv[2] ?? ""}\n`);
  });

  it("are words like any other where no check declares them, and where they are the node's name", () => {
    expect(scrubbed({ files, argv }).of("bios.err")).not.toMatch(/biosreader|frobnicated/);
    const named = commandProbe("Own", { id: "bios", argv: ["quarry-n17"], timeoutMs: 1000, usualSeconds: 1 });
    const copy = scrubbed({
      files,
      argv: ["quarry-n17"],
      checks: new Map([["own", check([{ probe: named, why: "x" }])]]),
    });
    expect(copy.argv.join()).not.toContain("quarry");
  });
});

describe("V4 a GPU whose handle cannot be determined", () => {
  it.each([
    "Unable to determine the device handle for GPU0000:4A:00.0: Unknown Error",
    "Unable to determine the device handle for GPU 00000000:4A:00.0: GPU is lost",
    "Unable to determine the device handle for GPU3: 0000:4a:00.0: Unknown Error",
    "unable to determine the device handle for gpuabcd:4a:00.0",
  ])("stays in the copy with its address: %s", (sentence) => {
    const { of } = scrubbed({ files: { "nvidia-smi.out": `${sentence}\n` } });
    expect(of("nvidia-smi.out")).toBe(`${sentence}\n`);
  });
});
