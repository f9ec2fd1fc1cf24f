import { describe, expect, it } from "vitest";
import { failing, gpu, test, v4, warning } from "../test/rows.ts";
import { judge, type Json } from "../test/run.ts";

const BAD = "\uFFFD";
const UNUSABLE = "evidence-unusable inconclusive tool gpu 1";
const row = (warnings: unknown): readonly string[] => judge(v4(test("memory", [gpu(0), failing(warnings)]))).said;

describe("dcdiag by its rules: bytes that are no UTF-8", () => {
  it("G3 spoil nothing in what no rule reads", () => {
    const document = {
      ...(v4({ ...test("memory", [gpu(0), gpu(1, { info: [BAD], device: BAD })]), note: BAD }) as Json),
      metadata: { version: BAD, "Driver Version Detected": BAD },
      [BAD]: BAD,
    };
    expect(judge(document, { stdoutDamaged: true }).said).toEqual(["pass"]);
    expect(judge(`log ${BAD}\n${JSON.stringify(document)}`, { stdoutDamaged: true }).said).toEqual(["pass"]);
    expect(row([warning(2, { warning: BAD })])).toEqual(["fail", "test-failed fail hardware gpu 1"]);
  });

  it("G3 make the status, the id and the serial of a GPU unreadable, for that GPU alone", () => {
    const of = (rest: Json): readonly string[] => judge(v4(test("memory", [gpu(0), gpu(1, rest)]))).said;
    expect(of({ status: `Pa${BAD}s` })).toEqual(["inconclusive", "status-unknown inconclusive tool gpu 1"]);
    expect(of({ status: `Fail${BAD}` })).toEqual(["inconclusive", "status-unknown inconclusive tool gpu 1"]);
    expect(of({ entity_id: `1${BAD}` })).toEqual(["inconclusive", "gpu-not-tested inconclusive unknown gpu 1"]);
    expect(of({ entity_group: `GP${BAD}` })).toEqual(["inconclusive", "gpu-not-tested inconclusive unknown gpu 1"]);
    const entities = [
      { entity_id: 0, serial_num: "A" },
      { entity_id: 1, serial_num: `B${BAD}` },
    ];
    const document = { ...(v4(test("memory")) as Json), entity_groups: [{ entity_group: "GPU", entities }] };
    const expected = { gpus: { count: 2, serials: ["A", "B"] }, dcdiag: { level: 2 } };
    expect(judge(document, {}, expected).said).toEqual([
      "inconclusive",
      "serial-missing inconclusive unknown node node-1",
    ]);
  });

  it("G3 do not take a test of GPUs out of those that are required", () => {
    const spoiled = [0, 1].map((id) => gpu(id, { entity_group: BAD, status: "Skip" }));
    expect(
      judge(v4(test("pcie"), test("memory", spoiled)), {}, { gpus: { count: 2 }, dcdiag: { level: 2 } }).verdict,
    ).toBe("inconclusive");
  });

  it("G3 leave undecided what a spoiled error would decide", () => {
    const spoiled = judge(v4(test("memory", [gpu(0), failing([warning(2, { error_id: `1${BAD}` })])])));
    expect(spoiled.said).toEqual(["inconclusive", UNUSABLE]);
    expect(spoiled.findings[0]).toMatchObject({
      message:
        "The probe dcgm-diag cannot be used: the error_id of a warning about GPU 1 holds bytes that are no UTF-8.",
      evidence: [{ probe: "dcgm-diag", path: "/DCGM Diagnostic/test_categories/0/tests/0/results/1/warnings/0" }],
    });
    expect(
      judge(v4(test("memory", [gpu(0), failing([warning(2, { error_id: BAD })])])), { exitCode: 226 }).said,
    ).toEqual(spoiled.said);
    const unasked = v4(test("memory"), test("pcie", [failing([warning(2, { error_id: BAD })])]));
    expect(judge(unasked).said).toEqual(["inconclusive", UNUSABLE]);
    expect(row([warning(2, { error_id: BAD }), warning(2)])).toEqual([
      "fail",
      UNUSABLE,
      "test-failed fail hardware gpu 1",
    ]);
  });

  it("G3 leave undecided what a spoiled text would decide, where its error is judged by the text", () => {
    const xid = (text: string): readonly string[] => row([warning(4, { warning: text, error_id: 101 })]);
    expect(xid(`Detected XID 7${BAD} for GPU 1`)).toEqual(["inconclusive", UNUSABLE]);
    expect(xid(`Detected XI${BAD} 79`)).toEqual(["inconclusive", UNUSABLE]);
    expect(xid(`Detected XID 79 for GPU ${BAD}`)).toEqual(["fail", "test-failed fail hardware gpu 1"]);
    expect(xid(`Detected XID 31 for GPU ${BAD}`)).toEqual(["inconclusive", "run-disturbed inconclusive tool gpu 1"]);
    const cuda = (text: string): readonly string[] => row([warning(1, { warning: text, error_id: 51 })]);
    expect(cuda(`bus${BAD}`)).toEqual(["inconclusive", UNUSABLE]);
    expect(cuda(`${BAD} is busy`)).toEqual(["inconclusive", "run-disturbed inconclusive tool gpu 1"]);
  });

  it("G3 change no verdict where only the cause hangs on the number: a row that fails without a severity (D2)", () => {
    expect(row([warning(BAD)])).toEqual(["fail", "test-failed fail unknown gpu 1"]);
    expect(row([warning(2, { error_category: BAD })])).toEqual(["fail", "test-failed fail hardware gpu 1"]);
    expect(row([warning(BAD, { error_id: 46 })])).toEqual(["fail", "test-failed fail hardware gpu 1"]);
    expect(judge(v4(test("memory", [gpu(0), failing([warning(BAD)])]))).findings[0]?.observed).toBe(
      "Fail, severity spoiled",
    );
  });

  it("G3 leave a pass undecided whose warning has a spoiled severity (D13)", () => {
    const passing = gpu(1, { warnings: [warning(BAD)] });
    expect(judge(v4(test("memory", [gpu(0), passing]))).said).toEqual(["inconclusive", UNUSABLE]);
    expect(judge(v4(test("memory"), test("pcie", [passing]))).said).toEqual(["pass"]);
    expect(judge(v4({ ...test("memory"), warnings: [warning(BAD)] })).said).toEqual([
      "inconclusive",
      "evidence-unusable inconclusive tool node node-1",
    ]);
  });

  it.each([
    [`{"DCGM Diagnostic": ${BAD}}`, "the document's syntax"],
    [`{"DCGM Diagnostic": {"test_categories": [${BAD}]}}`, "a list"],
  ])("G3 a document whose syntax they break does not parse: %s", (text) => {
    expect(judge(text, { stdoutDamaged: true }).said).toEqual([
      "inconclusive",
      "evidence-unusable inconclusive tool node node-1",
    ]);
  });
});
