import type { Answer, GpuFields } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { CLEAN, gpu, judge } from "../test/memory-xml.ts";
import check from "./index.ts";

const ONE_SRAM: GpuFields = {
  ...CLEAN,
  "ecc_errors/volatile/sram_uncorrectable_parity": null,
  "ecc_errors/volatile/sram_uncorrectable_secded": null,
  "ecc_errors/volatile/sram_uncorrectable": "0",
};

/** The judgement of two GPUs, the second one changed. */
const second = (change: GpuFields, base: GpuFields = CLEAN): Answer => judge([CLEAN, { ...base, ...change }]);
/** Path, code, what the message says, the good value, a bad one, and the line in which GPU 1 of two prints it. */
const FIELDS = [
  ["remapped_rows/remapped_row_pending", "row-remap-pending", "waits for a row to be remapped", "No", "Yes", 22],
  ["remapped_rows/remapped_row_failure", "row-remap-failed", "could not remap a row", "No", "Yes", 23],
  ["ecc_errors/volatile/dram_uncorrectable", "dram-uncorrectable", "has uncorrectable DRAM errors", "0", "5", 27],
  [
    "ecc_errors/volatile/sram_uncorrectable_parity",
    "sram-uncorrectable",
    "has uncorrectable SRAM errors",
    "0",
    "1",
    28,
  ],
  [
    "ecc_errors/volatile/sram_uncorrectable_secded",
    "sram-uncorrectable",
    "has uncorrectable SRAM errors",
    "0",
    "12",
    29,
  ],
] as const;

describe("M1 the four readings of each GPU", () => {
  it("M1 passes when all of them are good, in either form of SRAM errors", () => {
    expect(judge([CLEAN, ONE_SRAM])).toEqual({
      check: "gpu-memory",
      version: check.version,
      verdict: "pass",
      findings: [],
      said: ["pass"],
    });
  });

  it.each(FIELDS)("M1 %s at fault is a fail of hardware, the GPU named", (path, code, fault, expected, bad, line) => {
    expect(second({ [path]: bad })).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code,
          verdict: "fail",
          cause: "hardware",
          scope: gpu(1),
          message: `GPU 1 ${fault} (${path}).`,
          expected,
          observed: bad,
          evidence: [{ probe: "nvidia-smi", line, path: `/nvidia_smi_log/gpu/1/${path}` }],
        },
      ],
    });
  });

  it("M1 the one SRAM field of older drivers is judged as well", () => {
    expect(second({ "ecc_errors/volatile/sram_uncorrectable": "3" }, ONE_SRAM).findings).toMatchObject([
      { code: "sram-uncorrectable", scope: gpu(1), observed: "3" },
    ]);
    expect(
      second(
        { "ecc_errors/volatile/sram_uncorrectable": "0", "ecc_errors/volatile/sram_uncorrectable_secded": "4" },
        ONE_SRAM,
      ).findings,
    ).toMatchObject([{ code: "sram-uncorrectable", observed: "4" }]);
  });

  it.each(FIELDS)("M1 %s that is N/A or absent is inconclusive for that GPU", (path, _, __, expected) => {
    for (const text of ["N/A", null]) {
      const { verdict, findings } = second({ [path]: text });
      expect(verdict).toBe("inconclusive");
      expect(findings).toMatchObject([
        {
          code: "field-unreadable",
          verdict: "inconclusive",
          cause: "tool",
          scope: gpu(1),
          message: `GPU 1 shows no ${path} that can be read.`,
          expected,
          observed: text ?? "absent",
        },
      ]);
    }
  });

  it.each(["yes ", " YES", "yes", "No", "nO", "\n\tNo\n\t"])(
    "M1 the word %j is read without regard to case",
    (word) => {
      expect(second({ "remapped_rows/remapped_row_pending": word }).verdict).toBe(
        word.trim().toLowerCase() === "yes" ? "fail" : "pass",
      );
    },
  );

  it.each(["Pending", "", "0", "1", "No.", "<x/>No", "Unknown Error"])(
    "G5 the word %j is no answer that anybody knows",
    (word) => {
      expect(second({ "remapped_rows/remapped_row_failure": word })).toMatchObject({
        verdict: "inconclusive",
        findings: [{ code: "field-unreadable" }],
      });
    },
  );

  it.each(["-1", "+1", "0x0", "1e3", "0.0", "1,000", "0 0", "", "None", "NaN", "Infinity", "٠"])(
    "M1 the count %j is no strict decimal",
    (text) => {
      expect(second({ "ecc_errors/volatile/dram_uncorrectable": text })).toMatchObject({
        verdict: "inconclusive",
        findings: [{ code: "field-unreadable", observed: text.trim() }],
      });
    },
  );

  it.each([
    ["0", "pass"],
    ["00", "pass"],
    ["1", "fail"],
    ["010", "fail"],
    ["9".repeat(400), "fail"],
  ])("M1 the count %s is %s", (text, verdict) => {
    expect(second({ "ecc_errors/volatile/dram_uncorrectable": text }).verdict).toBe(verdict);
  });

  it("M1 half of the pair of SRAM fields is not enough, and a fault in the other half stays a fail", () => {
    for (const half of ["parity", "secded"]) {
      const gone = `ecc_errors/volatile/sram_uncorrectable_${half}`;
      const other = `ecc_errors/volatile/sram_uncorrectable_${half === "parity" ? "secded" : "parity"}`;
      expect(second({ [gone]: null }).findings).toMatchObject([
        {
          code: "field-unreadable",
          observed: "absent",
          evidence: [{ path: "/nvidia_smi_log/gpu/1/ecc_errors/volatile" }],
        },
      ]);
      expect(second({ [gone]: null, [other]: "2" }).verdict).toBe("fail");
    }
  });

  it("M1 remapped_rows that is the text N/A leaves two readings away, and points at it", () => {
    const old: GpuFields = {
      ...CLEAN,
      "remapped_rows/remapped_row_pending": null,
      "remapped_rows/remapped_row_failure": null,
      remapped_rows: "N/A",
    };
    expect(judge([old], { count: 1 })).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "field-unreadable",
          message: "GPU 0 shows no remapped_rows/remapped_row_pending that can be read.",
          evidence: [{ path: "/nvidia_smi_log/gpu/remapped_rows" }],
        },
        {
          code: "field-unreadable",
          message: "GPU 0 shows no remapped_rows/remapped_row_failure that can be read.",
          evidence: [{ path: "/nvidia_smi_log/gpu/remapped_rows" }],
        },
      ],
    });
  });

  it("M1 a GPU without any of the sections is inconclusive four times over, at its element", () => {
    const { verdict, findings } = judge([{}], { count: 1 });
    expect(verdict).toBe("inconclusive");
    expect(findings.map(({ evidence: [pointer] }) => pointer?.path)).toEqual(
      Array.from({ length: 5 }, () => "/nvidia_smi_log/gpu"),
    );
  });

  it("M1 of a field that is printed twice the worst counts", () => {
    const twice = (values: readonly string[]): Answer =>
      judge([{ ...CLEAN, "remapped_rows/remapped_row_pending": values }], { count: 1 });
    expect(twice(["No", "Yes"]).verdict).toBe("fail");
    expect(twice(["N/A", "Yes"]).verdict).toBe("fail");
    expect(twice(["No", "N/A"]).verdict).toBe("inconclusive");
    expect(twice(["No", "No"]).verdict).toBe("pass");
  });

  it("M1 corrected counts, corrected remaps, aggregate counts and inactive rows decide nothing", () => {
    const noise: GpuFields = {
      "ecc_errors/volatile/dram_correctable": "90000",
      "ecc_errors/volatile/sram_correctable": "7",
      "ecc_errors/aggregate/dram_uncorrectable": "4",
      "ecc_errors/aggregate/sram_uncorrectable_parity": "4",
      "ecc_errors/aggregate/sram_threshold_exceeded": "No",
      "remapped_rows/row_remapper_histogram/row_remapper_histogram_none": "1 bank(s)",
      "remapped_rows/remapped_row_corr": "6",
      "remapped_rows/remapped_row_unc": "2",
      "remapped_rows/remapped_row_unc_inactive": "2",
      "mig_devices/mig_device/ecc_error_count/volatile_count/sram_uncorrectable": "1",
    };
    expect(second(noise).verdict).toBe("pass");
  });

  it("G1 a fault is not hidden by a GPU that shows nothing", () => {
    const { verdict, findings } = judge([{}, { ...CLEAN, "remapped_rows/remapped_row_pending": "Yes" }]);
    expect(verdict).toBe("fail");
    expect(findings.filter((finding) => finding.verdict === "fail").map(({ scope }) => scope)).toEqual([gpu(1)]);
  });
});

describe("M1 what newer drivers say of memory at fault", () => {
  const FLAGS = [
    ["ecc_errors/aggregate/sram_threshold_exceeded", "sram-worn", "has had more SRAM errors than the driver allows"],
    ["ecc_errors/channel_repair_pending", "repair-pending", "waits for a memory channel to be repaired"],
    ["ecc_errors/tpc_repair_pending", "repair-pending", "waits for a TPC to be repaired"],
    ["ecc_errors/unrepairable_memory", "memory-unrepairable", "has memory that cannot be repaired"],
  ] as const;

  it.each(FLAGS)("M1 %s of Yes is a fail of hardware, the GPU named", (path, code, fault) => {
    const name = path.split("/").at(-1) ?? "";
    for (const word of ["Yes", "YES", " yes "])
      expect(second({ [path]: word })).toMatchObject({
        verdict: "fail",
        findings: [
          {
            code,
            verdict: "fail",
            cause: "hardware",
            scope: gpu(1),
            message: `GPU 1 ${fault} (${name}).`,
            expected: "No",
            observed: word.trim(),
            evidence: [{ path: `/nvidia_smi_log/gpu/1/${path}` }],
          },
        ],
      });
  });

  it.each(FLAGS)("M1 %s that is No, N/A or absent says nothing", (path) => {
    for (const word of ["No", "no", "N/A", "[N/A]", "Not Supported", "", null])
      expect(second({ [path]: word }).said).toEqual(["pass"]);
  });

  it.each(FLAGS)("M1 %s of a word that nobody knows, or that does not answer, is inconclusive", (path) => {
    for (const word of ["Pending", "1", "Unknown Error", "GPU requires reset", "Y\uFFFDs", "<x/>No"])
      expect(second({ [path]: word }).said).toEqual(["inconclusive", "field-unreadable inconclusive tool gpu 1"]);
  });

  it("M1 they are read wherever in the GPU a driver prints them", () => {
    expect(second({ "ecc_errors/volatile/sram_threshold_exceeded": "Yes" }).verdict).toBe("fail");
    expect(second({ "remapped_rows/channel_repair_pending": ["No", "Yes"] }).verdict).toBe("fail");
  });
});

describe("G3 bytes that are no UTF-8", () => {
  it.each([
    ["remapped_rows/remapped_row_pending", "Y\uFFFDs"],
    ["ecc_errors/volatile/dram_uncorrectable", "\uFFFD5"],
    ["ecc_errors/volatile/sram_uncorrectable_secded", "0\uFFFD"],
  ])("G3 spoil the value %s alone", (path, text) => {
    expect(second({ [path]: text, "processes/process_info/process_name": "\uFFFD" }).said).toEqual([
      "inconclusive",
      "field-unreadable inconclusive tool gpu 1",
    ]);
  });

  it("G3 in a value that no rule reads spoil nothing", () => {
    expect(second({ product_name: "\uFFFD", "processes/process_info/process_name": "\uFFFD\uFFFD" }).verdict).toBe(
      "pass",
    );
  });
});
