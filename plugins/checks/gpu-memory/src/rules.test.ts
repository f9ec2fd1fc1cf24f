import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

/** Fields of one GPU by their path; null takes one out. */
type Memory = Readonly<Record<string, string | null>>;

const CLEAN: Memory = {
  "remapped_rows/remapped_row_pending": "No",
  "remapped_rows/remapped_row_failure": "No",
  "ecc_errors/volatile/dram_uncorrectable": "0",
  "ecc_errors/volatile/sram_uncorrectable_parity": "0",
  "ecc_errors/volatile/sram_uncorrectable_secded": "0",
};
const ONE_SRAM: Memory = {
  ...CLEAN,
  "ecc_errors/volatile/sram_uncorrectable_parity": null,
  "ecc_errors/volatile/sram_uncorrectable_secded": null,
  "ecc_errors/volatile/sram_uncorrectable": "0",
};

/** Fields inside their sections, each ending its line. */
function sections(rows: readonly (readonly [string, string])[]): string {
  const byName = Map.groupBy(rows, ([path]) => path.split("/", 1)[0] ?? "");
  return [...byName]
    .map(([name, inner]) => {
      const below = inner
        .filter(([path]) => path !== name)
        .map(([path, text]) => [path.slice(name.length + 1), text] as const);
      return below.length > 0 ? `<${name}>${sections(below)}</${name}>` : `<${name}>${inner[0]?.[1] ?? ""}</${name}>\n`;
    })
    .join("");
}

/** One GPU whose fields begin in its third line; GPU 0 begins in line 3. */
function gpuXml(memory: Memory, index: number, name = "NVIDIA GB300"): string {
  const rows = Object.entries(memory).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
  return `<gpu>\n<product_name>${name}</product_name><serial>S${String(index)}</serial>\n${sections(rows)}</gpu>\n`;
}

const xml = (gpus: readonly Memory[], names: readonly string[] = []): string =>
  `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${gpus.map((memory, index) => gpuXml(memory, index, names[index])).join("")}</nvidia_smi_log>\n`;

function judge(gpus: readonly Memory[] | ProbeSketch, expected: object = { count: 2 }): CheckJudgement {
  const sketch: ProbeSketch = Array.isArray(gpus) ? { stdout: xml(gpus as Memory[]) } : (gpus as ProbeSketch);
  return runCheck(check, evidenceOf({ probes: { "nvidia-smi": sketch }, node: { name: "t07" } }), { gpus: expected });
}

/** The judgement of two GPUs, the second one changed. */
const second = (change: Memory, base: Memory = CLEAN): CheckJudgement => judge([CLEAN, { ...base, ...change }]);
const gpu = (index: number): object => ({ kind: "gpu", id: String(index), serial: `S${String(index)}` });
const FIELDS = [
  ["remapped_rows/remapped_row_pending", "row-remap-pending", "waits for a row to be remapped", "No", "Yes"],
  ["remapped_rows/remapped_row_failure", "row-remap-failed", "could not remap a row", "No", "Yes"],
  ["ecc_errors/volatile/dram_uncorrectable", "dram-uncorrectable", "has uncorrectable DRAM errors", "0", "5"],
  ["ecc_errors/volatile/sram_uncorrectable_parity", "sram-uncorrectable", "has uncorrectable SRAM errors", "0", "1"],
  ["ecc_errors/volatile/sram_uncorrectable_secded", "sram-uncorrectable", "has uncorrectable SRAM errors", "0", "12"],
] as const;

describe("M1 the four readings of each GPU", () => {
  it("M1 passes when all of them are good, in either form of SRAM errors", () => {
    expect(judge([CLEAN, ONE_SRAM])).toEqual({
      check: "gpu-memory",
      version: check.version,
      verdict: "pass",
      findings: [],
    });
  });

  it.each(FIELDS)("M1 %s at fault is a fail of hardware, the GPU named", (path, code, fault, expected, bad) => {
    const line = 5 + FIELDS.findIndex(([other]) => other === path) + 8;
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
    const old: Memory = {
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
    const twice = (values: readonly string[]): CheckJudgement =>
      judge(
        {
          stdout: xml([CLEAN]).replace(
            "<remapped_row_pending>No</remapped_row_pending>",
            values.map((value) => `<remapped_row_pending>${value}</remapped_row_pending>`).join(""),
          ),
        },
        { count: 1 },
      );
    expect(twice(["No", "Yes"]).verdict).toBe("fail");
    expect(twice(["N/A", "Yes"]).verdict).toBe("fail");
    expect(twice(["No", "N/A"]).verdict).toBe("inconclusive");
    expect(twice(["No", "No"]).verdict).toBe("pass");
  });

  it("M1 corrected counts, corrected remaps, aggregate counts and inactive rows decide nothing", () => {
    const noise: Memory = {
      "ecc_errors/volatile/dram_correctable": "90000",
      "ecc_errors/volatile/sram_correctable": "7",
      "ecc_errors/aggregate/dram_uncorrectable": "4",
      "ecc_errors/aggregate/sram_uncorrectable_parity": "4",
      "ecc_errors/unrepairable_memory": "Yes",
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
      { stdout: xml([CLEAN, CLEAN], ["NVIDIA GB300", "GPU is lost"]) },
      { count: 2, serials: ["S0", "S1"] },
    );
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "gpu-not-listed",
        scope: { kind: "gpu", id: "1" },
        message: "GPU 1 is lost, so its memory is not proven.",
        observed: "lost",
        evidence: [{ line: 11, path: "/nvidia_smi_log/gpu/1" }],
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
    expect(
      runCheck(check, evidenceOf({ probes: { "nvidia-smi": { stdout: xml([CLEAN]) } } }), {}).findings.map(
        ({ code }) => code,
      ),
    ).toEqual(["expectation-missing"]);
  });

  it.each<[string, ProbeSketch]>([
    [
      "a non-zero exit",
      { stdout: xml([CLEAN, { ...CLEAN, "remapped_rows/remapped_row_pending": "Yes" }]), exitCode: 15 },
    ],
    ["a cut", { stdout: xml([CLEAN, { ...CLEAN, "remapped_rows/remapped_row_pending": "Yes" }]).slice(0, -5) }],
    ["a time limit", { stdout: xml([CLEAN, CLEAN]), timedOut: true }],
    ["bytes that are no UTF-8", { stdout: xml([CLEAN, CLEAN]), stdoutDamaged: true }],
  ])("G3 nothing is read after %s", (_, sketch) => {
    expect(judge(sketch)).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-unusable", scope: { kind: "node", id: "t07" } }],
    });
  });

  it("declares what it reads", () => {
    expect(check.probes.map(({ probe, optional }) => [probe.id, optional])).toEqual([["nvidia-smi", undefined]]);
    expect(check.needs({})).toEqual(["gpus.count"]);
  });
});
