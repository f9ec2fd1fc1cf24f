import { runCheck } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { at, gpu, healthy, judge, NODE, SERIALS, withGpu, without } from "../test/gpu-list.ts";
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
