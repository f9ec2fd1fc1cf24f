import { XIDS } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import * as mndiag from "../test/multi-node.ts";
import { failing, gpu, judge, test, v4, warning } from "../test/rows.ts";

type Numbers = Record<string, unknown>;

/** What a failing row of GPU 1 comes to whose one warning has these numbers and this text. */
function said(numbers: Numbers, text = "It broke.", status = "Fail"): readonly string[] {
  const { severity, id, category } = numbers;
  const printed = { warning: text, error_id: id, error_category: category };
  return judge(v4(test("pcie", [gpu(0), failing([warning(severity, printed)], status)])), ["pcie"]).said;
}
const failed = (cause: string): string[] => ["fail", `test-failed fail ${cause} gpu 1`];
const DISTURBED = ["inconclusive", "run-disturbed inconclusive tool gpu 1"];
const xid = (text: string, id: unknown = 101): readonly string[] => said({ id, category: 5, severity: 4 }, text);

describe("dcdiag by its rules: the error that a warning names", () => {
  it.each([
    [46, 5, "hardware"],
    [45, 4, "hardware"],
    [41, 1, "hardware"],
    [41, 5, "hardware"],
    [14, 0, "hardware"],
    [109, 2, "fabric"],
    [29, 5, "configuration"],
    [29, 2, "configuration"],
    [55, 4, "configuration"],
    [20, 5, "unknown"],
    [62, 4, "unknown"],
    [108, 1, "unknown"],
    [0, 5, "unknown"],
    [19, 1, "unknown"],
  ])("D0 error %i with severity %i is a fail by the table: %s", (id, severity, cause) => {
    expect(said({ id, severity })).toEqual(failed(cause));
    expect(said({ id, severity, category: 8 })).toEqual(failed(cause));
    expect(said({ id: String(id), severity: String(severity) })).toEqual(failed(cause));
    expect(said({ id })).toEqual(failed(cause));
  });

  it.each([18, 25, 26, 27, 47, 48, 56, 66, 68, 73, 82, 89, 90, 91, 92, 93, 96, 97, 117, 124, 130])(
    "D0 error %i tells of a run that could not be done or was disturbed, whatever its severity",
    (id) => {
      for (const severity of [1, 2, 5, 6, undefined]) expect(said({ id, severity })).toEqual(DISTURBED);
      expect(said({ id: String(id), severity: 6, category: 10 })).toEqual(DISTURBED);
    },
  );

  it("D0 comes first for a Warn too", () => {
    expect(said({ id: 46, severity: 5 }, "It is narrow.", "Warn")).toEqual(["fail", "test-warned fail hardware gpu 1"]);
    expect(said({ id: 25, severity: 6 }, "A process runs.", "WARN")).toEqual(DISTURBED);
    expect(said({ id: 101 }, "Detected XID 43 for GPU 1", "Warn")).toEqual(DISTURBED);
  });

  it("D0 says what disturbed the run, and that it is no fault of the part", () => {
    const { findings } = judge(
      v4(test("pcie", [gpu(0), failing([warning(6, { warning: "A process runs.", error_id: 25 })])])),
    );
    expect(findings).toEqual([
      {
        code: "run-disturbed",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "gpu", id: "1" },
        message:
          "The test pcie on GPU 1 failed, and its error is that of a run that could not be done or was disturbed: A process runs.",
        expected: "Pass",
        observed: "Fail, severity 6 (RESET), error 25 (GRAPHICS_PROCESSES)",
        evidence: [{ probe: "dcgm-diag", path: "/DCGM Diagnostic/test_categories/0/tests/0/results/1/warnings/0" }],
      },
    ]);
  });

  it.each([
    ["all CUDA-capable devices are busy or unavailable", DISTURBED],
    ["the device is BUSY", DISTURBED],
    ["Device Unavailable.", DISTURBED],
    ["an illegal memory access was encountered", failed("unknown")],
    ["", failed("unknown")],
  ])("D0 error 51 is a disturbed run where its text says so: %j", (text, expected) => {
    expect(said({ id: 51, category: 6, severity: 1 }, text)).toEqual(expected);
    expect(said({ id: 50, category: 1, severity: 4 }, text)).toEqual(failed("unknown"));
  });

  it.each([13, 31, 43, 45, 69])("D0 error 101 that names Xid %i, a job's, is a disturbed run", (code) => {
    expect(xid(`Detected XID ${String(code)} for GPU 1`)).toEqual(DISTURBED);
  });

  it.each([...XIDS].filter(([, { verdict }]) => verdict === "fail"))(
    "D0 error 101 that names Xid %i has the cause that the log's own check gives",
    (code, { causes: [cause] }) => {
      expect(xid(`Detected XID ${String(code)} for GPU 1`)).toEqual(failed(cause));
    },
  );

  it.each([1, 109, 144, 147, 150, 154, 171, 99999999999])(
    "D0 error 101 that names Xid %i, of no list or without its word here, is a fail of unknown cause",
    (code) => {
      expect(xid(`Detected XID ${String(code)} for GPU 1, Nonfatal, action None`)).toEqual(failed("unknown"));
    },
  );

  it.each([
    "XID #31",
    "Xid error: 31",
    "xid:31",
    "XID: 31, pid=1",
    "Xid error 31 was seen",
    "XID ERROR #31.",
    "XID31",
    "saw (Xid 31)",
    "Xid\t31",
    "Detected XID 31 for GPU 1 Please consult the documentation for details of this XID.",
  ])("D0 the number behind XID is read of %j", (text) => {
    expect(xid(text)).toEqual(DISTURBED);
    expect(xid(text.replace("31", "79"))).toEqual(failed("hardware"));
    expect(xid(text, "101")).toEqual(DISTURBED);
  });

  it.each([
    "A fault.",
    "",
    "XID",
    "XID errors 31",
    "XIDs 31",
    "XID code 31",
    "XID (31)",
    "XID = 31",
    "XID 31a",
    "XID 0x1f",
    "XID -31",
    "SXid 31",
    "maxid 31",
    "1xid 31",
    "GPU 31 has an XID",
  ])("D0 error 101 without a number behind XID is a fail of unknown cause: %j", (text) => {
    expect(xid(text)).toEqual(failed("unknown"));
  });

  it("D0 of several Xids in one text the worst counts", () => {
    expect(xid("Detected XID 45 for GPU 1 and XID 79 before it")).toEqual(failed("hardware"));
    expect(xid("XID 79, XID 45")).toEqual(failed("hardware"));
    expect(xid("XID 109, XID 95")).toEqual(failed("hardware"));
    expect(xid("XID 45 and XID 109")).toEqual(failed("unknown"));
    expect(xid("XID 45 and XID 154")).toEqual(failed("unknown"));
    expect(xid("XID 45 and XID 31")).toEqual(DISTURBED);
  });

  it("D0 an Xid in the text of another error decides nothing", () => {
    expect(said({ id: 81, severity: 2 }, "XID 45")).toEqual(failed("hardware"));
    expect(said({ id: 29, severity: 5 }, "XID 79")).toEqual(failed("configuration"));
    expect(said({ severity: 5 }, "XID 79")).toEqual(failed("configuration"));
    expect(said({ category: 5 }, "XID 31")).toEqual(failed("unknown"));
  });

  it.each([
    [9, "hardware", "hardware"],
    [10, "hardware", "hardware"],
    [11, "hardware", "hardware"],
    [12, "hardware", "hardware"],
    [13, "hardware", "hardware"],
    [14, "hardware", "hardware"],
    [15, "hardware", "hardware"],
    [1, "unknown", "unknown"],
    [2, "unknown", "unknown"],
    [0, "unknown", "configuration"],
    [3, "unknown", "configuration"],
    [5, "unknown", "configuration"],
    [8, "unknown", "configuration"],
    [16, "unknown", "configuration"],
    [17, "unknown", "configuration"],
    [-1, "unknown", "configuration"],
  ])("D0 category %i of an error that is not listed: %s, with severity 5 %s", (category, cause, config) => {
    for (const id of [133, 9999, -1, 2.5, "x", undefined]) {
      for (const severity of [undefined, 0, 2, 3]) expect(said({ id, category, severity })).toEqual(failed(cause));
      expect(said({ id, category: String(category), severity: 5 })).toEqual(
        failed(category === -1 ? "configuration" : config),
      );
    }
  });

  it("D0 without a number that is listed and without a category the severity decides (D1-D3)", () => {
    for (const category of [undefined, null, "HARDWARE_MEMORY", [10]]) {
      expect(said({ id: 9999, category, severity: 5 })).toEqual(failed("configuration"));
      expect(said({ id: 9999, category, severity: 2 })).toEqual(failed("hardware"));
      expect(said({ id: 9999, category })).toEqual(failed("unknown"));
    }
    const printed = { error_id: 9999, error_category: 10 };
    expect(judge(v4(test("pcie", [gpu(0), failing([warning(4, printed)])]))).findings[0]?.observed).toBe(
      "Fail, severity 4 (TRIAGE), error 9999, category 10",
    );
  });

  it.each([
    ["3.x", { gpu_id: "0", status: "Pass" }, { gpu_id: "1", status: "Fail" }],
    ["2.x as nvvs prints it", { gpu_ids: "0", status: "PASS" }, { gpu_ids: "1", status: "FAIL" }],
  ])("D0 is the same in %s", (_, sound, broken) => {
    const of = (warnings: unknown): readonly string[] =>
      judge({
        "DCGM GPU Diagnostic": {
          test_categories: [{ category: "Integration", tests: [test("PCIe", [sound, { ...broken, warnings }])] }],
        },
      }).said;
    expect(of([{ warning: "Detected XID 45 for GPU 1", error_id: 101, error_severity: 4 }])).toEqual(DISTURBED);
    expect(of([{ warning: "It is narrow.", error_id: 46, error_severity: 5 }])).toEqual(failed("hardware"));
    // A plain text has no number: D2, also where it names an Xid.
    expect(of("Detected XID 45 for GPU 1")).toEqual(failed("unknown"));
  });

  it("D0 judges a host's rows and global errors of a multi-node run alike", () => {
    const { document, judge: judgeHosts, row } = mndiag;
    const warnings = [{ warning: "It ended.", error_id: 47, error_severity: 5, error_category: 8 }];
    expect(judgeHosts(document([row(0, 0), row(0, 1, "Fail", { warnings })]), { exitCode: 226 }).said).toEqual(
      DISTURBED,
    );
    const global = (numbers: Numbers): readonly string[] =>
      judgeHosts(document(mndiag.rows, { global_errors: [{ warning: "It ended.", host_id: 0, ...numbers }] }), {
        exitCode: 226,
      }).said;
    const onHost = (cause: string): string[] => ["fail", `host-error fail ${cause} node t1`];
    expect(global({ error_id: 26 })).toEqual(["inconclusive", "run-disturbed inconclusive tool node t1"]);
    expect(global({ error_id: "47", error_severity: 2 })).toEqual([
      "inconclusive",
      "run-disturbed inconclusive tool node t1",
    ]);
    expect(global({ error_id: 120, error_severity: 5 })).toEqual(onHost("hardware"));
    expect(global({ error_id: 109 })).toEqual(onHost("fabric"));
    expect(global({ error_id: 23 })).toEqual(onHost("configuration"));
    expect(global({ error_id: 9999, error_category: 10 })).toEqual(onHost("hardware"));
    expect(global({ error_category: 8, error_severity: 5 })).toEqual(onHost("configuration"));
    for (const error_severity of [1, 2, 5, undefined]) expect(global({ error_severity })).toEqual(onHost("unknown"));
    expect(global({ error_id: 101, warning: "Detected XID 45" })).toEqual([
      "inconclusive",
      "run-disturbed inconclusive tool node t1",
    ]);
  });

  it("D1 each warning of a row is judged by its own error, and a fault is not hidden by a disturbance", () => {
    const { verdict, said: all } = judge(
      v4(
        test("pcie", [
          gpu(0),
          failing([
            warning(6, { error_id: 25 }),
            warning(5, { error_id: 46 }),
            warning(5),
            warning(1, { error_id: 29 }),
          ]),
        ]),
      ),
    );
    expect(verdict).toBe("fail");
    expect(all.slice(1).sort()).toEqual([
      "run-disturbed inconclusive tool gpu 1",
      "test-failed fail configuration gpu 1",
      "test-failed fail configuration gpu 1",
      "test-failed fail hardware gpu 1",
    ]);
  });
});
