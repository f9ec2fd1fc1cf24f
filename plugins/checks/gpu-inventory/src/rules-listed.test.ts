import type { ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import {
  at,
  FOUR,
  gpu,
  healthy,
  judge,
  listed,
  type Listed,
  NODE,
  nvlink,
  SERIALS,
  withGpu,
  without,
  xml,
} from "../test/gpu-list.ts";
import check from "./index.ts";

describe("V1 the GPUs that are listed", () => {
  it.each([
    ["with their serials", { count: 4, serials: SERIALS }],
    ["without expected serials", { count: 4 }],
    ["with an empty list of serials", { count: 4, serials: [] }],
    ["with serials that are null", { count: 4, serials: null }],
  ])("V1 passes when as many are listed as expected, %s", (_, expected) => {
    expect(judge(FOUR, expected)).toEqual({
      check: "gpu-inventory",
      version: check.version,
      verdict: "pass",
      findings: [],
      said: ["pass"],
    });
  });

  it("V1 names the missing index by the serials, in the order of the indices", () => {
    expect(judge(without(1))).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "gpu-missing",
          verdict: "fail",
          cause: "hardware",
          scope: gpu(1),
          message: "The driver does not list GPU 1.",
          expected: "serial 1764001",
          observed: "absent",
          evidence: [{ probe: "nvidia-smi" }],
        },
      ],
    });
    expect(judge(without(0, 3)).findings.map(({ scope }) => scope)).toEqual([gpu(0), gpu(3)]);
  });

  it("V1 names every index when none is listed, and the node without serials", () => {
    expect(judge([]).findings.map(({ scope }) => scope)).toEqual([gpu(0), gpu(1), gpu(2), gpu(3)]);
    expect(judge([], { count: 4 }).findings.map(({ scope }) => scope)).toEqual([NODE]);
  });

  it("V1 names the node when no serials are expected", () => {
    expect(judge(without(3), { count: 4 })).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "gpu-missing",
          verdict: "fail",
          cause: "hardware",
          scope: NODE,
          message: "The driver lists 3 GPUs instead of 4.",
          expected: "4 GPUs",
          observed: "3 GPUs",
          evidence: [{ probe: "nvidia-smi" }],
        },
      ],
    });
    expect(judge(without(1, 2, 3), { count: 4 }).findings[0]?.observed).toBe("1 GPU");
  });

  it.each<[string, readonly Listed[], string[]]>([
    ["a GPU shows no serial", withGpu(0, { serial: "N/A" }).slice(0, 3), SERIALS],
    ["a GPU carries another serial", withGpu(0, { serial: "999" }).slice(0, 3), SERIALS],
    ["fewer serials than GPUs are expected", without(3), SERIALS.slice(0, 3)],
    [
      "one GPU of two that share a serial is gone",
      [
        { ...healthy(0), serial: "A" },
        { ...healthy(2), serial: "B" },
        { ...healthy(3), serial: "B" },
      ],
      ["A", "A", "B", "B"],
    ],
  ])("V1 names the node when %s, since the index cannot be told", (_, gpus, serials) => {
    const missing = judge(gpus, { count: 4, serials }).findings.filter(({ code }) => code === "gpu-missing");
    expect(missing.map(({ scope }) => scope)).toEqual([NODE]);
  });

  it("V1 names the missing index by the gap in the numbers of nvlink, whatever the serials", () => {
    const judged = judge(without(1), { count: 4 }, nvlink(0, 2, 3));
    expect(judged.said).toEqual(["fail", "gpu-missing fail hardware gpu 1"]);
    expect(judged.findings[0]?.evidence).toEqual([{ probe: "nvidia-smi" }, { probe: "nvlink" }]);
    expect(judge(without(1).reverse(), { count: 4, serials: SERIALS }, nvlink(0, 2, 3)).said).toEqual(judged.said);
    expect(judge(without(1), { count: 4 }, { ...nvlink(0, 2, 3), exitCode: 1 }).said).toEqual([
      "fail",
      "gpu-missing fail hardware node t07",
    ]);
  });

  it("G8 names a GPU by its number of nvlink, with UUID and serial", () => {
    const swapped = [healthy(0), { ...healthy(2), serial: "999" }, healthy(3)];
    expect(judge(swapped, { count: 4, serials: SERIALS }, nvlink(0, 2, 3)).findings.map(({ scope }) => scope)).toEqual([
      gpu(1),
      listed(2, { serial: "999" }),
    ]);
  });

  it("V1 names both GPUs of a shared serial when both are gone", () => {
    const rest = [
      { ...healthy(2), serial: "B" },
      { ...healthy(3), serial: "B" },
    ];
    expect(judge(rest, { count: 4, serials: ["A", "A", "B", "B"] }).findings.map(({ scope }) => scope)).toEqual([
      gpu(0),
      gpu(1),
    ]);
  });

  it("V1 more GPUs than expected is a fail of configuration, scope node", () => {
    expect(judge([...FOUR, healthy(4)], { count: 4 })).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "gpu-surplus",
          verdict: "fail",
          cause: "configuration",
          scope: NODE,
          message: "The driver lists more GPUs than the 4 expected.",
          expected: "4 GPUs",
          observed: "5 GPUs",
          evidence: [at(24, "4")],
        },
      ],
    });
  });

  it("V1 an unexpected serial is its own inconclusive finding that names the GPU", () => {
    expect(judge(withGpu(2, { serial: "999" }))).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "serial-unexpected",
          verdict: "inconclusive",
          cause: "unknown",
          scope: listed(2, { serial: "999" }),
          message: "GPU 2 carries the serial number 999, which is not expected.",
          expected: SERIALS.join(", "),
          observed: "999",
          evidence: [at(16, "2/serial")],
        },
      ],
    });
  });

  it("V1 an unexpected serial stands beside a missing or a surplus GPU", () => {
    const codes = (gpus: readonly Listed[]): string[] => judge(gpus).findings.map(({ code }) => code);
    expect(codes(withGpu(0, { serial: "999" }).slice(0, 3))).toEqual(["gpu-missing", "serial-unexpected"]);
    expect(codes([...FOUR, healthy(4)])).toEqual(["gpu-surplus", "serial-unexpected"]);
  });

  it("V1 a swapped board without a PCI address in the XML is named by what is printed", () => {
    const [finding] = judge({
      stdout: xml(withGpu(2, { serial: "999" })).replaceAll("<gpu>", '<gpu id="0000:52:00.0">'),
    }).findings;
    expect(finding).toMatchObject({
      scope: { id: "2", pci: "0000:52:00.0" },
      message: expect.stringContaining("(0000:52:00.0)") as string,
    });
  });

  it.each(["N/A", "", undefined, "[GPU requires reset]", "176\uFFFD001", "Not Supported"])(
    "V1 a serial that is expected and reads %j is inconclusive",
    (serial) => {
      expect(judge(withGpu(1, { serial }))).toMatchObject({
        verdict: "inconclusive",
        findings: [
          {
            code: "serial-unreadable",
            verdict: "inconclusive",
            cause: "tool",
            scope: { kind: "gpu", id: "1", uuid: healthy(1).uuid },
            message: "The driver shows no serial number of GPU 1.",
            observed: serial ?? "absent",
            evidence: [serial === undefined ? at(9, "1") : at(11, "1/serial")],
          },
        ],
      });
    },
  );

  it("V1 another number of serials than of GPUs is inconclusive", () => {
    expect(judge(FOUR, { count: 4, serials: [...SERIALS, "1764009"] })).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "serials-incomplete",
          verdict: "inconclusive",
          cause: "configuration",
          scope: NODE,
          message: "The expectations name 5 serial numbers for 4 GPUs.",
          expected: "4 serial numbers",
          observed: "5",
          evidence: [],
        },
        { code: "serial-absent", scope: NODE, message: "No GPU carries the expected serial number 1764009." },
      ],
    });
  });

  it.each<[string, ProbeSketch]>([
    ["could not start", { startError: "not-found" }],
    ["ended non-zero", { stdout: xml(FOUR), exitCode: 6 }],
    ["was cut", { stdout: xml(without(3)).slice(0, -12) }],
    ["has another root", { stdout: "<nvidia><gpu></gpu></nvidia>\n" }],
    ["says nothing of GPUs", { stdout: "<nvidia_smi_log></nvidia_smi_log>\n" }],
    ["found no device", { stdout: "No devices were found\n" }],
    ["declares entities", { stdout: xml(without(3)).replace('.dtd">', '.dtd" [<!ENTITY a "b">]>') }],
  ])("V1 an nvidia-smi that %s is inconclusive and proves no GPU missing", (_, sketch) => {
    expect(judge(sketch)).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-unusable", scope: NODE }],
    });
  });
});
