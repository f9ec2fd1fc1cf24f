import { answer, type Answer, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { gpu, test, v4 } from "../test/rows.ts";
import { type Json } from "../test/run.ts";
import check from "./index.ts";

const entities = (...serials: unknown[]): Json => ({
  entity_groups: [
    {
      entity_group: "GPU",
      entities: serials.map((serial_num, entity_id) => ({ entity_group: "GPU", entity_id, serial_num })),
    },
  ],
});
const failedOn = (id: number, ...serials: unknown[]): Json => ({
  ...(v4(
    test(
      "memory",
      [0, 1].map((one) => gpu(one, one === id ? { status: "Fail" } : {})),
    ),
  ) as Json),
  ...entities(...serials),
});

const PCI = ["00000000:1B:00.0", "00000000:52:00.0", "00000000:61:00.0"];
const card = (position: number, serial: string): string =>
  `<gpu id="${PCI[position] ?? ""}"><product_name>X</product_name><serial>${serial}</serial><uuid>GPU-${String(position)}</uuid></gpu>`;
const smi = (...serials: string[]): string => {
  const cards = serials.map((serial, position) => card(position, serial)).join("");
  return `<nvidia_smi_log><attached_gpus>${String(serials.length)}</attached_gpus>${cards}</nvidia_smi_log>\n`;
};

function judge(
  document: Json,
  probes: Readonly<Record<string, string | ProbeSketch>> = {},
  serials?: string[],
): Answer {
  return answer(check, {
    probes: { "dcgm-diag": { stdout: JSON.stringify(document), argv: ["dcgmi", "diag", "-r", "2", "-j"] }, ...probes },
    expect: { gpus: { count: 2, ...(serials === undefined ? {} : { serials }) }, dcdiag: { level: 2 } },
  });
}

describe("dcdiag by its rules: which card a finding names", () => {
  it("G8 a GPU carries the UUID, serial and PCI address of the card with its serial, and keeps DCGM's id", () => {
    const { said, findings } = judge(failedOn(1, "A", "B"), { "nvidia-smi": smi("B", "A") });
    expect(said).toEqual(["fail", "test-failed fail unknown gpu 1"]);
    expect(findings[0]).toMatchObject({
      scope: { kind: "gpu", id: "1", serial: "B", uuid: "GPU-0", pci: "00000000:1B:00.0" },
      message: "The test memory on GPU 1 (00000000:1B:00.0) failed and gives no reason.",
    });
    const numbered = "GPU 5: NVIDIA X (UUID: GPU-0)\n\t Link 0: 25 GB/s\n";
    expect(judge(failedOn(1, "A", "B"), { "nvidia-smi": smi("B", "A"), nvlink: numbered }).findings).toEqual(findings);
  });

  it("G8 the position of a card in nvidia-smi's XML is no id of DCGM", () => {
    const { findings } = judge(failedOn(1, "A", "C"), { "nvidia-smi": smi("A", "B") });
    expect(findings[0]?.scope).toEqual({ kind: "gpu", id: "1", serial: "C" });
    expect(judge(failedOn(1), { "nvidia-smi": smi("A", "B") }).findings[0]?.scope).toEqual({ kind: "gpu", id: "1" });
  });

  it("G8 a serial that several GPUs print tells no card", () => {
    const both = judge(failedOn(1, "A", "A"), { "nvidia-smi": smi("A", "A") });
    expect(both.findings[0]?.scope).toEqual({ kind: "gpu", id: "1", serial: "A" });
    const oneLeft = judge(failedOn(1, "A", "A"), { "nvidia-smi": smi("A", "B") });
    expect(oneLeft.findings[0]?.scope).toEqual({ kind: "gpu", id: "1", serial: "A" });
    const twice = judge(failedOn(1, "B", "A"), { "nvidia-smi": smi("A", "A", "B") });
    expect(twice.findings[0]?.scope).toEqual({ kind: "gpu", id: "1", serial: "A" });
  });

  it("G8 an nvidia-smi that cannot be used changes no verdict", () => {
    for (const broken of ["", "<nvidia_smi_log>", { stdout: smi("A", "B"), exitCode: 9 }]) {
      const { said, findings } = judge(failedOn(1, "A", "B"), { "nvidia-smi": broken });
      expect(said).toEqual(["fail", "test-failed fail unknown gpu 1"]);
      expect(findings[0]?.scope).toEqual({ kind: "gpu", id: "1", serial: "B" });
    }
    expect(judge(failedOn(7, "A", "B"), { "nvidia-smi": "" }).said).toEqual(["pass"]);
  });

  it("G8 an untested GPU is named like one that is there", () => {
    const document = { ...(v4(test("memory", [gpu(0)])) as Json), ...entities("A", "B") };
    expect(judge(document, { "nvidia-smi": smi("A", "B") }).findings).toMatchObject([
      {
        code: "gpu-not-tested",
        scope: { kind: "gpu", id: "1", serial: "B", uuid: "GPU-1", pci: "00000000:52:00.0" },
        message: "GPU 1 (00000000:52:00.0) has no result in memory.",
      },
    ]);
  });

  const PLACEHOLDERS = [
    "<<<NOT_SUPPORTED>>>",
    "N/A",
    "n/a",
    "[N/A]",
    "Not Supported",
    "[Unknown Error]",
    "Unknown Error",
    "ERR!",
    "GPU is lost",
    "GPU requires reset",
    "[whatever]",
    " ",
  ];
  it.each(PLACEHOLDERS)("G8 %j is no serial", (word) => {
    expect(judge(failedOn(1, "A", word)).findings[0]?.scope).toEqual({ kind: "gpu", id: "1" });
    const { said, findings } = judge({ ...(v4(test("memory")) as Json), ...entities("A", word) }, {}, ["A", "B"]);
    expect(said).toEqual(["inconclusive", "serial-missing inconclusive unknown node node-1"]);
    expect(findings[0]).toMatchObject({ expected: "B", observed: "A" });
    expect(judge({ ...(v4(test("memory")) as Json), ...entities("A", "B", word) }, {}, ["A", "B"]).said).toEqual([
      "pass",
    ]);
  });

  it.each(PLACEHOLDERS)(
    "D10 a document that prints %j for every serial is undecided as a whole, and no swap",
    (word) => {
      const { said, findings } = judge({ ...(v4(test("memory")) as Json), ...entities(word, word) }, {}, ["A", "B"]);
      expect(said).toEqual(["inconclusive", "serials-not-shown inconclusive unknown node node-1"]);
      expect(findings[0]).toMatchObject({
        message: "The document shows a serial of no GPU of this node, and serials are expected.",
        expected: "A, B",
        observed: word.trim() || "no serial",
        evidence: word.trim() === "" ? [] : [{ probe: "dcgm-diag", path: "/entity_groups/0/entities/0" }],
      });
      expect(judge({ ...(v4(test("memory")) as Json), ...entities(word, word) }).said).toEqual(["pass"]);
      expect(judge({ ...(v4(test("memory")) as Json), ...entities(word, word) }, {}, []).said).toEqual(["pass"]);
    },
  );

  it("D10 a serial that merely contains brackets is one, and a word in brackets is carried by no GPU", () => {
    const document = { ...(v4(test("memory")) as Json), ...entities("A[1]", "B") };
    expect(judge(document, {}, ["A[1]", "B"]).said).toEqual(["pass"]);
    const bracketed = { ...(v4(test("memory")) as Json), ...entities("[N/A]", "B") };
    expect(judge(bracketed, {}, ["[N/A]", "B"]).said).toEqual([
      "inconclusive",
      "serial-missing inconclusive unknown node node-1",
    ]);
  });

  it("D10 the two GPUs of a board share a serial", () => {
    const document = { ...(v4(test("memory")) as Json), ...entities("A", "A") };
    expect(judge(document, {}, ["A", "A"]).said).toEqual(["pass"]);
    expect(judge(document, {}, ["A"]).said).toEqual(["pass"]);
  });

  it("D12 a host is not found by words that stand for no serial", () => {
    const root = "DCGM Multi-Node Diagnostic";
    const rows = [0, 1].map((entity_id) => ({ host_id: 0, entity_group: "GPU", entity_id, status: "Pass" }));
    const hosts = [
      {
        host_id: 0,
        hostname: "other",
        entities: [
          { entity_id: 0, serial_num: "N/A" },
          { entity_id: 1, serial_num: "B" },
        ],
      },
    ];
    const document = {
      [root]: root,
      hosts,
      test_categories: [{ category: "Hardware", tests: [{ name: "m", results: rows }] }],
    };
    const about = (gpus: string[], serials?: string[]): string =>
      answer(check, {
        probes: { "dcgm-diag": JSON.stringify(document) },
        node: { name: "t1", serials: { gpus } },
        expect: { gpus: { count: 2, ...(serials === undefined ? {} : { serials }) }, dcdiag: { level: 1 } },
      }).said.join();
    expect(about(["N/A"])).toContain("host-not-listed");
    expect(about(["N/A", "B"])).toBe("pass");
    expect(about(["N/A"], ["B"])).toBe("pass");
  });
});
