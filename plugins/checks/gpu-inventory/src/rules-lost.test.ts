import { runCheck } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { at, gpu, healthy, judge, listed, NODE, nvlink, SERIALS, withGpu, without, xml } from "../test/gpu-list.ts";
import check from "./index.ts";

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
          scope: listed(2, field === "name" ? {} : { [field]: undefined }),
          message: "The driver lists GPU 2 and has lost it.",
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

  it("V2 names a lost GPU by its position without serials, and the node for one that is gone as well", () => {
    const lost = withGpu(2, { name: "GPU is lost", serial: "N/A", uuid: "N/A" });
    const { verdict, findings } = judge(lost, { count: 4 });
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      { code: "gpu-lost", scope: gpu(2), observed: "product_name GPU is lost, serial N/A, uuid N/A" },
    ]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).not.toHaveProperty("expected");
    expect(judge(lost.slice(0, 3), { count: 4 }).said).toEqual([
      "fail",
      "gpu-lost fail hardware gpu 2",
      "gpu-missing fail hardware node t07",
    ]);
  });

  it("V2 a GPU whose readings do not answer is lost, whatever its name says", () => {
    const silent =
      "<fabric><state>GPU requires reset</state></fabric><remapped_rows><remapped_row_pending>GPU requires reset</remapped_row_pending></remapped_rows>";
    expect(judge(withGpu(1, { more: silent }))).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "gpu-lost",
          cause: "hardware",
          scope: listed(1),
          expected: "serial 1764001",
          observed: "remapped_row_pending GPU requires reset, state GPU requires reset, and no other reading",
        },
      ],
    });
    expect(judge(withGpu(1, { more: silent.replace("GPU requires reset", "Completed") })).verdict).toBe("pass");
  });

  it("V2 one lost and one absent are both named by the serials", () => {
    const gpus = withGpu(1, { serial: "Unknown Error" }).slice(0, 3);
    expect(judge(gpus).findings).toMatchObject([
      { code: "gpu-lost", scope: gpu(1) },
      { code: "gpu-missing", scope: gpu(3) },
    ]);
  });

  it("V2 a lost GPU does not fill the place of a surplus one, and is named however many others are there", () => {
    const five = [...withGpu(1, { name: "ERR!" }), { ...healthy(4), serial: SERIALS[1] }];
    expect(judge(five).said).toEqual(["fail", "gpu-lost fail hardware gpu 1"]);
    expect(judge([...five, healthy(5)]).said).toEqual([
      "fail",
      "gpu-lost fail hardware gpu 1",
      "gpu-surplus fail configuration node t07",
      "serial-unexpected inconclusive unknown gpu 5",
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

describe("V3 the recovery action", () => {
  const asked = (action: string) => withGpu(2, { more: `<gpu_recovery_action>${action}</gpu_recovery_action>` });

  it.each(
    ["Reset", "Reboot", "Drain P2P", "Drain and Reset"].flatMap((action) => [
      action,
      action.toUpperCase(),
      `GPU ${action} Required`,
      `Node ${action} Required`,
      `OS ${action}`,
      ` ${action} required `,
    ]),
  )("V3 %s is a fail of hardware, the GPU named", (action) => {
    expect(judge(asked(action))).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "recovery-due",
          verdict: "fail",
          cause: "hardware",
          scope: listed(2),
          message: `The driver asks to recover GPU 2: ${action.trim()}.`,
          expected: "None",
          observed: action.trim(),
          evidence: [at(17, "2/gpu_recovery_action")],
        },
      ],
    });
  });

  it.each(["None", "NONE", " none ", "N/A", "[N/A]", "Not Supported", ""])("V3 %j asks for nothing", (action) => {
    expect(judge(asked(action)).verdict).toBe("pass");
  });

  it.each([
    "Replace",
    "Reset Now",
    "Required",
    "GPU None",
    "Unknown Error",
    "GPU requires reset",
    "[Unknown Error]",
    "Rese\uFFFD",
    "No\uFFFDne",
    "<x/>Reset",
  ])("V3 %j is inconclusive, the GPU named", (action) => {
    expect(judge(asked(action))).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "recovery-unreadable", cause: "tool", scope: listed(2), expected: "None" }],
    });
  });

  it("V3 of an action that is printed twice the worst counts", () => {
    const twice = (one: string, other: string): string =>
      judge(asked(`${one}</gpu_recovery_action><gpu_recovery_action>${other}`)).verdict;
    expect([twice("None", "Reset"), twice("Odd", "Reset"), twice("None", "Odd"), twice("None", "N/A")]).toEqual([
      "fail",
      "fail",
      "inconclusive",
      "pass",
    ]);
  });

  it("V3 of a lost GPU nothing is asked, and none of one that has no such field", () => {
    const lost = { ...healthy(0), name: "ERR!", more: "<gpu_recovery_action>Reset</gpu_recovery_action>" };
    expect(judge([lost], { count: 1 }).said).toEqual(["fail", "gpu-lost fail hardware gpu 0"]);
    expect(judge([healthy(0)], { count: 1 }).verdict).toBe("pass");
  });
});

describe("V4 a GPU whose handle cannot be determined", () => {
  const SENTENCE = "Unable to determine the device handle for GPU3: 0000:61:00.0: Unknown Error";

  it("V4 is a fail beside a document that cannot be used, the address named", () => {
    expect(judge({ stdout: `${SENTENCE}\n`, exitCode: 255 })).toMatchObject({
      verdict: "fail",
      findings: [
        { code: "evidence-unusable", scope: NODE },
        {
          code: "gpu-handle-lost",
          verdict: "fail",
          cause: "hardware",
          scope: { kind: "gpu", id: "0000:61:00.0", pci: "0000:61:00.0" },
          message: `The driver cannot reach GPU 0000:61:00.0: ${SENTENCE}`,
          observed: SENTENCE,
          evidence: [{ probe: "nvidia-smi", line: 1 }],
        },
      ],
    });
  });

  it("V4 is the one that the list is short of", () => {
    const sketch = { stdout: xml(without(3)), stderr: `\n${SENTENCE}\n` };
    expect(judge(sketch, { count: 4 }).said).toEqual(["fail", "gpu-handle-lost fail hardware gpu 0000:61:00.0"]);
    expect(judge(sketch)).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "gpu-handle-lost",
          scope: { kind: "gpu", id: "3", pci: "0000:61:00.0" },
          message: `The driver cannot reach GPU 3 (0000:61:00.0): ${SENTENCE}`,
          expected: "serial 1764003",
          evidence: [{ probe: "nvidia-smi", stream: "err", line: 2 }],
        },
      ],
    });
    expect(judge({ ...sketch, stdout: xml(without(1)) }, { count: 4 }, nvlink(0, 2, 3)).findings).toMatchObject([
      { code: "gpu-handle-lost", scope: { id: "1", pci: "0000:61:00.0" } },
    ]);
  });

  it("V4 is a fail whatever else can be read, and without any expectation", () => {
    const sketch = { stdout: xml(withGpu(0, {})), stderr: SENTENCE };
    expect(judge(sketch).said).toEqual(["fail", "gpu-handle-lost fail hardware gpu 0000:61:00.0"]);
    expect(judge(sketch, {}).verdict).toBe("fail");
    expect(judge({ startError: "not-found", stderr: SENTENCE }).verdict).toBe("fail");
  });
});

describe("G11 what gpu-inventory needs", () => {
  it("G11 a missing count is inconclusive and counts nothing, and a GPU that is lost is a fail beside it", () => {
    expect(judge(without(1), { serials: SERIALS })).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "expectation-missing", expected: "gpus.count" }],
    });
    expect(judge(withGpu(0, { name: "ERR!" }), {}).said).toEqual([
      "fail",
      "expectation-missing inconclusive configuration node t07",
      "gpu-lost fail hardware gpu 0",
    ]);
  });

  it("G3 a probe that was not collected is inconclusive", () => {
    expect(runCheck(check, evidenceOf({ probes: {} }), { gpus: { count: 4 } })).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-missing", scope: { kind: "node", id: "node-1" } }],
    });
  });

  it("declares what it reads", () => {
    expect(check.probes.map(({ probe, optional }) => [probe.id, optional])).toEqual([
      ["nvidia-smi", undefined],
      ["nvlink", true],
    ]);
    expect(check.needs({})).toEqual(["gpus.count"]);
    const causes = Object.values(check.codes).flatMap(({ verdict, causes: given }) =>
      verdict === "fail" ? given : [],
    );
    expect([...new Set(causes)].sort()).toEqual(["configuration", "hardware"]);
  });
});
