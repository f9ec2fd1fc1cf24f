import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfText, textOfBytes } from "./bytes.ts";
import { scrubBundle, type RawBundle } from "./scrub-bundle.ts";

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("utf8");

/** Scrubs outputs of one node, given as text or bytes by file. */
function scrubbed(files: Record<string, string | Uint8Array>, more: Partial<RawBundle> = {}) {
  const { files: copy, left } = scrubBundle({
    node: { name: "gx7-rack4-n03", vendor: "azure", sku: "Standard_X", cluster: "west-gx", rack: "gx7-rack4" },
    collectedAt: "2026-01-01T00:00:00Z",
    expect: {},
    probes: {},
    files: new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])),
    ...more,
  });
  return { of: (name: string) => text(copy.get(name)), bytes: copy, left };
}

describe("a scrubbed bundle", () => {
  it("holds no node, rack or cluster of the original, and keeps vendor and SKU", () => {
    const { of, left } = scrubbed({ "dcgm-health.out": "GX7-RACK4-N03 and gx7-rack4-n03.west.corp.net of west-gx\n" });
    const all = of("bundle.json") + of("dcgm-health.out");
    expect(all).not.toMatch(/gx7|rack4-|n03|west|corp/i);
    expect(JSON.parse(of("bundle.json"))).toMatchObject({ node: { vendor: "azure", sku: "Standard_X" } });
    expect(left).toEqual([]);
  });

  it("keeps what is equal equal over all files, in another casing and with a domain behind it", () => {
    const { of } = scrubbed(
      {
        "imex-nodes.out": "alpha-2\nalpha-10\nALPHA-2\n",
        "imex-resolve.out": "alpha-2\t10.9.8.7\nalpha-10\t10.9.8.10 2001:db8:1::5\n",
        "imex-domain.out": "Node #0   * 10.9.8.7 *     - READY   - Version: 580.95.05 - Hostname: alpha-2.pod.corp\n",
      },
      { expect: { imex: { model: "host", members: ["alpha-2", "alpha-10"] } } },
    );
    const [two, ten, upper] = of("imex-nodes.out").split("\n");
    const { expect: expected } = JSON.parse(of("bundle.json")) as { expect: { imex: { members: string[] } } };
    expect(expected.imex).toEqual({ model: "host", members: [two, ten] });
    expect(upper).not.toBe(two);
    expect(upper?.toLowerCase()).toBe(two);
    const [first, second] = of("imex-resolve.out").split("\n");
    expect(first?.split("\t")[0]).toBe(two);
    const address = first?.split("\t")[1] ?? "";
    expect(address).toMatch(/^198\.18\./);
    expect(second).toMatch(/^host-\d+\t198\.18\.\d+\.\d+ 2001:db8::[0-9a-f]+$/);
    expect(of("imex-domain.out")).toContain(
      `* ${address} *     - READY   - Version: 580.95.05 - Hostname: ${two ?? ""}.`,
    );
  });

  it("replaces the UUIDs of the node's GPUs by those that its tools' outputs hold then", () => {
    const uuids = ["GPU-05458064-4bfd-4a29-8500-967fb2179e24", "GPU-81c3bfa5-341a-40e1-95ef-a9e53e596cc1"];
    const { of } = scrubbed({ "nvlink.out": uuids.join("\n") }, { node: { name: "n", serials: { uuids } } });
    const { node } = JSON.parse(of("bundle.json")) as { node: { serials: { uuids: string[] } } };
    expect(node.serials.uuids).toEqual(of("nvlink.out").split("\n"));
    for (const uuid of uuids) expect(of("bundle.json") + of("nvlink.out")).not.toContain(uuid);
  });

  it("keeps the order of serials, of names and of addresses", () => {
    const serials = ["1650000000300", "1650000000100", "1650000000200"];
    const { of } = scrubbed(
      { "imex-nodes.out": "10.0.0.9\n10.0.0.10\n10.0.0.2\n" },
      { node: { name: "n", serials: { gpus: serials } }, expect: { gpus: { serials } } },
    );
    const { node, expect: expected } = JSON.parse(of("bundle.json")) as {
      node: { serials: { gpus: string[] } };
      expect: { gpus: { serials: string[] } };
    };
    const [c = "", a = "", b = ""] = node.serials.gpus;
    expect(expected.gpus.serials).toEqual([c, a, b]);
    expect([a, b, c]).toEqual([a, b, c].sort());
    const addresses = of("imex-nodes.out").trim().split("\n");
    expect([...addresses].sort()).toEqual([addresses[2], addresses[0], addresses[1]]);
  });

  it("replaces users, processes and every word that no tool prints, and keeps messages of the driver", () => {
    const log = [
      "2026-01-01T00:00:01+0000 gx7-rack4-n03 kernel: Linux version 6.8.0-59-generic (carla@forge-9) (gcc 13.3.0)",
      "2026-01-01T00:00:02+0000 gx7-rack4-n03 sudo[99]: carla : PWD=/home/carla/secret-run",
      "2026-01-01T00:00:03+0000 gx7-rack4-n03 kernel: NVRM: Xid (PCI:0000:e4:00): 79, pid=7, name=zebra_train, GPU has fallen off the bus.",
    ];
    const { of } = scrubbed({ "kernel-log.out": `${log.join("\n")}\n` });
    const lines = of("kernel-log.out").split("\n");
    expect(lines).toHaveLength(4);
    expect(of("kernel-log.out")).not.toMatch(/carla|forge|secret|zebra|gx7/i);
    expect(lines[0]).toMatch(
      /^2026-01-01T00:00:01\+0000 host-\d+ kernel: Linux version 6\.8\.0-59-generic \(user-\d+@/,
    );
    expect(lines[2]).toMatch(/NVRM: Xid \(PCI:0000:e4:00\): 79, pid=7, name=x[a-z]+, GPU has fallen off the bus\.$/);
  });

  it("replaces ids of every form and keeps PCI addresses, loopback and ids of zeros", () => {
    const { of } = scrubbed({
      "lspci.out": [
        "0000:e4:00.0 uuid 0a0b0c0d-1111-2222-3333-444455556666 mac b8:3f:d2:11:22:33 guid 0xa088c2030493b16c",
        "gid fe80:0000:0000:0000:a088:c203:0493:b16c address 10.20.30.40 127.0.0.2 ::1",
        "00000000-0000-0000-0000-000000000000 0x0000000000000000 Serial Number: 1650000000777",
        "",
      ].join("\n"),
    });
    expect(of("lspci.out")).not.toMatch(/0a0b0c0d|b8:3f|a088|b16c|10\.20\.30|1650000000777/);
    expect(of("lspci.out")).toContain("0000:e4:00.0");
    expect(of("lspci.out")).toContain("127.0.0.2 ::1");
    expect(of("lspci.out")).toContain("00000000-0000-0000-0000-000000000000 0x0000000000000000");
  });

  it("keeps a serial that stands in brackets for no value, with other digits", () => {
    const { of } = scrubbed({
      "nvidia-smi.out": "<log>\n<serial>[1650000000777]</serial>\n<serial>N/A</serial>\n</log>\n",
    });
    expect(of("nvidia-smi.out")).toMatch(/^<log>\n<serial>\[19\d{11}\]<\/serial>\n<serial>N\/A<\/serial>\n<\/log>\n$/);
  });

  it("scrubs values of documents by their keys, and keeps keys, models and versions", () => {
    const { of } = scrubbed({
      "nvidia-smi.out":
        '<?xml version="1.0" ?>\n<log>\n<product_name>NVIDIA Q900 ' +
        "Ultra</product_name>\n<driver_version>599.1.2</driver_version>\n<process_name>/home/ines/job.py</process_name>\n</log>\n",
      "dcgm-diag.out":
        'noise of ines\n{"DCGM Diagnostic": {"info": "lane of \\"ines\\" is busy", "version": "5.0-rc1"}, "hosts": [{"hostname": "gx7-rack4-n03"}]}\n',
    });
    expect(of("nvidia-smi.out")).toMatch(/<product_name>NVIDIA Q900 Ultra<.*<driver_version>599\.1\.2</s);
    expect(of("nvidia-smi.out")).toMatch(/<process_name>\/x?\w+\/user-001\/x\w+\.x\w+</);
    expect(of("dcgm-diag.out")).toMatch(
      /^x\w+ of user-001\n\{"DCGM Diagnostic": \{"info": "lane of \\"user-001\\" is busy", "version": "5\.0-rc1"\}/,
    );
    expect(of("dcgm-diag.out")).toContain('"hostname": "host-0001"');
  });

  it("leaves no name that stands in the form of a number or of a key", () => {
    const { of } = scrubbed({
      "kernel-log.out": "nfs: server ca7-b12 not responding, asked for e4\n",
      "dcgm-diag.out": '{"hosts": {"ca7-b12.pod": {"status": "Pass"}}, "gpu_ids": "0"}\n',
    });
    expect(of("kernel-log.out")).toMatch(/^nfs: server x\w+-x\w+ not responding, x\w+ for e4\n$/);
    expect(of("dcgm-diag.out")).toMatch(/^\{"hosts": \{"x\w+-x\w+\.pod": \{"status": "Pass"\}\}, "gpu_ids": "0"\}\n$/);
  });

  it("keeps a cut document cut and bytes that are no UTF-8 as they are", () => {
    const bytes = Buffer.concat([
      Buffer.from('{"info": "lane '),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(' of gx7-rack4-n03\nsecond line, "gx7-rack4-n03'),
    ]);
    const { bytes: copy } = scrubbed({ "dcgm-diag.out": bytes });
    const out = Buffer.from(copy.get("dcgm-diag.out") ?? []);
    expect(out.includes(Buffer.from([0xff, 0xfe]))).toBe(true);
    expect(out.toString("latin1")).toMatch(/^\{"info": "lane .. of host-0001\nx\w+ line, "host-0001$/);
  });

  it("replaces a host that tools print too only where it stands alone, and says what is left", () => {
    const { of, left } = scrubbed({ "imex-domain.out": "Node #0 Nodes\n" }, { node: { name: "node" } });
    expect(of("imex-domain.out")).toBe("Node #0 Nodes\n");
    expect(left).toEqual([]);
    expect(scrubbed({}, { node: { name: "n", rack: "azure", vendor: "azure" } }).left).toEqual([]);
  });

  it("keeps the number of lines whatever an output holds", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("nvidia-smi", "dcgm-diag", "kernel-log"),
        (noise, probe) => {
          for (const output of [noise, `{"a": "${noise}`, `<a>${noise}`]) {
            const { of } = scrubbed({ [`${probe}.out`]: output });
            expect(of(`${probe}.out`).split("\n")).toHaveLength(
              Buffer.from(output).toString("utf8").split("\n").length,
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("bytes as text", () => {
  it("come back as they were, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, said) => {
        expect(bytesOfText(textOfBytes(bytes))).toEqual(Buffer.from(bytes));
        const mixed = Buffer.concat([Buffer.from(said), bytes, Buffer.from(said)]);
        expect(Buffer.from(bytesOfText(textOfBytes(mixed))).equals(mixed)).toBe(true);
      }),
    );
  });
});
