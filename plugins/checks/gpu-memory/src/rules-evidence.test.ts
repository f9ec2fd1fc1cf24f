import { answer, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { CLEAN, gpu, judge, xml } from "../test/memory-xml.ts";
import check from "./index.ts";

describe("M2 XML that is no plain document", () => {
  it.each([
    ["own entities", '<!DOCTYPE nvidia_smi_log [<!ENTITY no "No">]>'],
    [
      "own entities behind a system identifier",
      '<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd" [<!ENTITY no SYSTEM "file:///etc/passwd">]>',
    ],
    ["a declared element", "<!DOCTYPE nvidia_smi_log [<!ELEMENT gpu ANY>]>"],
  ])("M2 %s are an unknown shape, whatever else is in it", (_, doctype) => {
    const stdout = xml([{ ...CLEAN, "remapped_rows/remapped_row_pending": "Yes" }, CLEAN]).replace(
      "\n",
      `\n${doctype}\n`,
    );
    expect(judge({ stdout })).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-unusable", scope: { kind: "node", id: "t07" } }],
    });
  });

  it("M2 an external DTD is normal", () => {
    expect(
      judge({
        stdout: xml([CLEAN, CLEAN]).replace("\n", '\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">\n'),
      }).verdict,
    ).toBe("pass");
  });
});

describe("F7 fewer GPUs than the node has", () => {
  it("F7 is inconclusive, the node named where nothing tells which", () => {
    expect(judge([CLEAN])).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "gpu-not-listed",
          verdict: "inconclusive",
          cause: "unknown",
          scope: { kind: "node", id: "t07" },
          message: "Some GPUs of the node are not listed, so their memory is not proven.",
          expected: "2 GPUs",
          observed: "1 listed",
          evidence: [{ probe: "nvidia-smi" }],
        },
      ],
    });
  });

  it("F7 the GPU is named where the serials tell which", () => {
    expect(judge([CLEAN], { count: 2, serials: ["S9", "S0"] }).findings).toMatchObject([
      {
        code: "gpu-not-listed",
        scope: { kind: "gpu", id: "0" },
        message: "GPU 0 is not listed, so its memory is not proven.",
        expected: "serial S9",
      },
    ]);
  });

  it("F7 a lost GPU is not proven, whatever its fields say", () => {
    const { verdict, findings } = judge(
      { stdout: xml([CLEAN, { product_name: "GPU is lost", ...CLEAN }]) },
      { count: 2, serials: ["S0", "S1"] },
    );
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "gpu-not-listed",
        scope: gpu(1),
        message: "GPU 1 is lost, so its memory is not proven.",
        observed: "product_name GPU is lost, serial S1, uuid absent",
        evidence: [{ line: 18, path: "/nvidia_smi_log/gpu/1" }],
      },
    ]);
  });

  it("V2 a GPU whose readings do not answer is said once to be lost, and a fault that it still prints is a fail", () => {
    const silent = Object.fromEntries(Object.keys(CLEAN).map((path) => [path, "GPU requires reset"]));
    expect(judge([CLEAN, silent]).said).toEqual(["inconclusive", "gpu-not-listed inconclusive unknown gpu 1"]);
    const named = { ...silent, product_name: "ERR!", "remapped_rows/remapped_row_pending": "Yes" };
    expect(judge([CLEAN, named]).said).toEqual([
      "fail",
      "row-remap-pending fail hardware gpu 1",
      "gpu-not-listed inconclusive unknown gpu 1",
    ]);
  });

  it("F7, G8 nvlink's numbers name the GPUs that are there and the one that is not", () => {
    const nvlink = (...numbers: number[]): string =>
      numbers.map((number) => `GPU ${String(number)}: X (UUID: GPU-${String(number)})\n\t Link 0: 50 GB/s\n`).join("");
    const pending = { ...CLEAN, uuid: "GPU-2", "remapped_rows/remapped_row_pending": "Yes" };
    const gpus = [{ ...CLEAN, uuid: "GPU-0" }, pending, { ...CLEAN, uuid: "GPU-3" }];
    const said = ["fail", "row-remap-pending fail hardware gpu 2", "gpu-not-listed inconclusive unknown gpu 1"];
    expect(judge(gpus, { count: 4 }, nvlink(0, 2, 3)).said).toEqual(said);
    expect(judge(gpus.toReversed(), { count: 4 }, nvlink(3, 0, 2)).said).toEqual(said);
    expect(judge(gpus, { count: 4 }, { stdout: nvlink(0, 2, 3), exitCode: 9 }).said).toEqual([
      "fail",
      "row-remap-pending fail hardware gpu 1",
      "gpu-not-listed inconclusive unknown node t07",
    ]);
    const addressed = xml(gpus).replaceAll("<gpu>", '<gpu id="00000000:52:00.0">');
    expect(judge({ stdout: addressed }, { count: 3 }).findings).toMatchObject([
      {
        message: "GPU 1 (00000000:52:00.0) waits for a row to be remapped (remapped_rows/remapped_row_pending).",
        scope: { id: "1", uuid: "GPU-2", serial: "S1", pci: "00000000:52:00.0" },
      },
    ]);
  });

  it("F7 a fault in a GPU that is listed stays a fail", () => {
    expect(judge([{ ...CLEAN, "remapped_rows/remapped_row_failure": "Yes" }]).verdict).toBe("fail");
  });

  it("a GPU more than expected is judged like the others", () => {
    expect(judge([CLEAN, CLEAN, CLEAN]).verdict).toBe("pass");
    expect(judge([CLEAN, CLEAN, { ...CLEAN, "ecc_errors/volatile/dram_uncorrectable": "1" }]).findings).toMatchObject([
      { scope: gpu(2) },
    ]);
  });
});

describe("G3, G4, G11 what gpu-memory needs", () => {
  it("G11 a missing count is inconclusive, and a fault stays a fail beside it", () => {
    expect(judge([CLEAN], {})).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "expectation-missing", expected: "gpus.count" }],
    });
    expect(judge([{ ...CLEAN, "remapped_rows/remapped_row_pending": "Yes" }], {}).verdict).toBe("fail");
    expect(answer(check, { probes: { "nvidia-smi": xml([CLEAN]) }, node: "t07" }).said).toEqual([
      "inconclusive",
      "expectation-missing inconclusive configuration node t07",
    ]);
  });

  it.each<[string, ProbeSketch]>([
    [
      "a non-zero exit",
      { stdout: xml([CLEAN, { ...CLEAN, "remapped_rows/remapped_row_pending": "Yes" }]), exitCode: 15 },
    ],
    ["a cut", { stdout: xml([CLEAN, { ...CLEAN, "remapped_rows/remapped_row_pending": "Yes" }]).slice(0, -5) }],
    ["a time limit", { stdout: xml([CLEAN, CLEAN]), timedOut: true }],
  ])("G3 nothing is read after %s", (_, sketch) => {
    expect(judge(sketch)).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-unusable", scope: { kind: "node", id: "t07" } }],
    });
  });

  it("declares what it reads", () => {
    expect(check.probes.map(({ probe, optional }) => [probe.id, optional])).toEqual([
      ["nvidia-smi", undefined],
      ["nvlink", true],
    ]);
    expect(check.needs({})).toEqual(["gpus.count"]);
  });
});
