import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const SERIALS = ["1764000", "1764001", "1764002", "1764003"];

interface Listed {
  readonly name?: string;
  readonly serial?: string | undefined;
  readonly uuid?: string | undefined;
}

const healthy = (index: number): Required<Listed> => ({
  name: "NVIDIA GB300",
  serial: SERIALS[index] ?? `176400${String(index)}`,
  uuid: `GPU-0000000${String(index)}`,
});
const FOUR = [0, 1, 2, 3].map(healthy);
const without = (...gone: number[]): Listed[] => FOUR.filter((_, index) => !gone.includes(index));
const withGpu = (index: number, change: Listed): Listed[] =>
  FOUR.map((gpu, other) => (other === index ? { ...gpu, ...change } : gpu));

/** An XML of three lines before the first GPU, and five for each. */
function xml(gpus: readonly Listed[]): string {
  const field = (name: string, text: string | undefined): string =>
    text === undefined ? "" : `<${name}>${text}</${name}>`;
  const elements = gpus.map(
    ({ name, serial, uuid }) =>
      `<gpu>\n${field("product_name", name)}\n${field("serial", serial)}\n${field("uuid", uuid)}\n</gpu>\n`,
  );
  return `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">\n<nvidia_smi_log><attached_gpus>${String(gpus.length)}</attached_gpus>\n${elements.join("")}</nvidia_smi_log>\n`;
}

function judge(
  gpus: readonly Listed[] | ProbeSketch,
  expected: object = { count: 4, serials: SERIALS },
): CheckJudgement {
  const sketch: ProbeSketch = Array.isArray(gpus) ? { stdout: xml(gpus as Listed[]) } : (gpus as ProbeSketch);
  return runCheck(check, evidenceOf({ probes: { "nvidia-smi": sketch }, node: { name: "t07" } }), { gpus: expected });
}

const NODE = { kind: "node", id: "t07" };
const gpu = (index: number, serial?: string): object => ({
  kind: "gpu",
  id: String(index),
  ...(serial === undefined ? {} : { serial }),
});
const at = (line: number, path: string): object => ({ probe: "nvidia-smi", line, path: `/nvidia_smi_log/gpu/${path}` });

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
          scope: gpu(2, "999"),
          message: "GPU 2 carries the unexpected serial number 999: a part was swapped.",
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

  it("V1 a serial that is carried more often than expected is unexpected the second time", () => {
    expect(judge(withGpu(3, { serial: SERIALS[0] })).findings).toMatchObject([
      { code: "serial-unexpected", scope: gpu(3, "1764000") },
    ]);
    expect(
      judge(withGpu(3, { serial: "1764000" }), { count: 4, serials: ["1764000", "1764001", "1764002", "1764000"] })
        .verdict,
    ).toBe("pass");
  });

  it("V1 expected serials in other places are no fault", () => {
    expect(judge([...FOUR].reverse()).verdict).toBe("pass");
  });

  it.each(["N/A", "", undefined])("V1 a serial that is expected and reads %j is inconclusive", (serial) => {
    expect(judge(withGpu(1, { serial }))).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "serial-unreadable",
          verdict: "inconclusive",
          cause: "tool",
          scope: gpu(1),
          message: "The driver shows no serial number of GPU 1.",
          observed: serial ?? "absent",
          evidence: [serial === undefined ? at(9, "1") : at(11, "1/serial")],
        },
      ],
    });
  });

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

describe("V2 a GPU that is listed but lost", () => {
  const LOST = ["GPU is lost", "Unknown Error", "[Unknown Error]", "ERR!", "[GPU is lost]", "gpu IS lost"];

  it.each(LOST.flatMap((word) => (["name", "serial", "uuid"] as const).map((field) => [field, word] as const)))(
    "V2 counts as not listed when its %s reads %s",
    (field, word) => {
      const judgement = judge(withGpu(2, { [field]: word }));
      expect(judgement.verdict).toBe("fail");
      expect(judgement.findings).toMatchObject([
        {
          code: "gpu-lost",
          verdict: "fail",
          cause: "hardware",
          scope: gpu(2),
          message: "The driver has lost GPU 2.",
          expected: "serial 1764002",
          evidence: [at(14, "2")],
        },
      ]);
      expect(judgement.findings[0]?.observed).toContain(word);
    },
  );

  it("V2 shows what stands where name, serial and UUID belong", () => {
    expect(judge(withGpu(0, { name: "ERR!", serial: "ERR!", uuid: undefined })).findings[0]?.observed).toBe(
      "product_name ERR!, serial ERR!, uuid absent",
    );
  });

  it("V2 names a lost GPU by its position without serials, beside the node that is short", () => {
    const { verdict, findings } = judge(withGpu(3, { name: "GPU is lost", serial: "N/A", uuid: "N/A" }), { count: 4 });
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      { code: "gpu-lost", scope: gpu(3), observed: "product_name GPU is lost, serial N/A, uuid N/A" },
      { code: "gpu-missing", scope: NODE, observed: "3 GPUs" },
    ]);
    expect(findings[0]).not.toHaveProperty("expected");
  });

  it("V2 one lost and one absent are both named by the serials", () => {
    const gpus = withGpu(1, { serial: "Unknown Error" }).slice(0, 3);
    expect(judge(gpus).findings).toMatchObject([
      { code: "gpu-lost", scope: gpu(1) },
      { code: "gpu-missing", scope: gpu(3) },
    ]);
  });

  it("V2 a lost GPU does not fill the place of a surplus one", () => {
    const five = [...withGpu(1, { name: "ERR!" }), { ...healthy(4), serial: SERIALS[1] }];
    expect(judge(five).verdict).toBe("pass");
    expect(judge([...five, healthy(5)]).findings).toMatchObject([
      { code: "gpu-surplus", observed: "5 GPUs" },
      { code: "serial-unexpected" },
    ]);
  });

  it("V2 a GPU without name is there; one with neither serial nor UUID is not proven", () => {
    expect(judge(withGpu(0, { name: "N/A" })).verdict).toBe("pass");
    expect(judge(withGpu(0, { uuid: "N/A" })).verdict).toBe("pass");
    expect(judge(withGpu(0, { serial: "N/A", uuid: undefined }), { count: 4 })).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "gpu-unidentified",
          verdict: "inconclusive",
          cause: "tool",
          scope: gpu(0),
          message: "The driver shows neither serial nor UUID of GPU 0.",
          evidence: [at(4, "0")],
        },
      ],
    });
  });
});

describe("G11 what gpu-inventory needs", () => {
  it("G11 a missing count is inconclusive and judges nothing", () => {
    expect(judge(without(1), { serials: SERIALS })).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "expectation-missing", expected: "gpus.count" }],
    });
  });

  it("G3 a probe that was not collected is inconclusive", () => {
    expect(runCheck(check, evidenceOf({ probes: {} }), { gpus: { count: 4 } })).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-missing", scope: { kind: "node", id: "node-1" } }],
    });
  });

  it("declares what it reads", () => {
    expect(check.probes.map(({ probe, optional }) => [probe.id, optional])).toEqual([["nvidia-smi", undefined]]);
    expect(check.needs({})).toEqual(["gpus.count"]);
    expect(
      Object.values(check.codes)
        .filter(({ verdict }) => verdict === "fail")
        .every(({ causes }) => causes.every((cause) => ["hardware", "platform", "configuration"].includes(cause))),
    ).toBe(true);
  });
});
