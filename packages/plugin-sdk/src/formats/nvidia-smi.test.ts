import { describe, expect, it } from "vitest";
import { gpuEvidence, smiText, type GpuText } from "../../test/gpu-evidence.ts";
import type { ProbeOutput, Reading } from "../evidence.ts";
import { atElement, nvidiaSmiFormat, type SmiGpu } from "./nvidia-smi.ts";

const read = (stdout: string): Reading<readonly SmiGpu[]> =>
  gpuEvidence({ smi: stdout }).read("nvidia-smi", nvidiaSmiFormat);

function gpusOf(...gpus: readonly GpuText[]): readonly SmiGpu[] {
  const reading = read(smiText(gpus));
  if (!reading.usable) throw new Error(reading.reason);
  return reading.value;
}

/** What the XML prints of one GPU's memory and fabric, one text for all of it. */
const readings = (text: string): Record<string, string> => ({
  remapped_rows: `<remapped_row_pending>${text}</remapped_row_pending><remapped_row_failure>${text}</remapped_row_failure>`,
  ecc_errors: `<volatile><dram_uncorrectable>${text}</dram_uncorrectable></volatile><tpc_repair_pending>${text}</tpc_repair_pending>`,
  fabric: `<state>${text}</state><status>${text}</status>`,
});
const SOUND = { product_name: "NVIDIA H100", serial: "17", uuid: "GPU-1" };
const isLost = (gpu: GpuText): boolean => gpusOf(gpu).some(({ lost }) => lost !== undefined);

describe("nvidiaSmiFormat", () => {
  it("gives each GPU by its position, with what the tool knows of it", () => {
    expect(
      gpusOf(
        { id: "00000000:1B:00.0", product_name: "NVIDIA H100", serial: " 17 ", uuid: "GPU-1" },
        { product_name: "N/A", serial: "N/A", uuid: "", pci: "<pci_bus_id>00000000:43:00.0</pci_bus_id>" },
        {},
      ),
    ).toMatchObject([
      { index: 0, serial: "17", uuid: "GPU-1", pci: "00000000:1B:00.0", lost: undefined },
      { index: 1, serial: undefined, uuid: undefined, pci: "00000000:43:00.0", lost: undefined },
      { index: 2, serial: undefined, uuid: undefined, pci: undefined, lost: undefined },
    ]);
  });

  it.each(["N/A", "[N/A]", "Not Supported", "GPU requires reset", "[Removed]", "<![CDATA[<<<NONE>>>]]>", "\uFFFD7"])(
    "G8 %s is neither serial nor UUID nor address, and no word for a lost GPU",
    (word) => {
      const [gpu] = gpusOf({ serial: word, uuid: word, pci: `<pci_bus_id>${word}</pci_bus_id>` });
      expect(gpu).toMatchObject({ serial: undefined, uuid: undefined, pci: undefined, lost: undefined });
    },
  );

  it("G8 a serial that only holds brackets is one", () => {
    expect(gpusOf({ serial: "165[2]0", uuid: "GPU-[1]" })).toMatchObject([{ serial: "165[2]0", uuid: "GPU-[1]" }]);
  });

  it("a field that is printed twice with two values has none", () => {
    const twice = (one: string, other: string): SmiGpu[] => [
      ...gpusOf({ a: "1", serial: `${one}</serial><serial>${other}` }),
    ];
    expect(twice("17", "18")).toMatchObject([{ serial: undefined }]);
    expect(twice("17", "17")).toMatchObject([{ serial: "17" }]);
  });

  it.each(["GPU is lost", "[GPU is lost]", "Unknown Error", "[Unknown Error]", "ERR!", "gpu is LOST"])(
    "V2 %s in place of name, serial or UUID is a lost GPU",
    (word) => {
      for (const name of ["product_name", "serial", "uuid"] as const)
        expect(isLost({ ...SOUND, [name]: word })).toBe(true);
      expect(gpusOf({ ...SOUND, serial: word })).toMatchObject([
        { serial: undefined, uuid: "GPU-1", lost: `product_name NVIDIA H100, serial ${word}, uuid GPU-1` },
      ]);
    },
  );

  it.each(["GPU requires reset", "Unknown Error", "ERR!", "[Unknown Error]", "gpu is lost"])(
    "V2 a GPU all of whose readings say %s is lost, whatever its name says",
    (word) => {
      expect(gpusOf({ ...SOUND, ...readings(word) })).toMatchObject([
        { lost: `remapped_row_pending ${word}, remapped_row_failure ${word}, and no other reading` },
      ]);
    },
  );

  it("V2 two readings that do not answer are enough beside others that are N/A", () => {
    const silent = readings("N/A");
    const state = { fabric: "<state>Unknown Error</state>" };
    const rows = { remapped_rows: "<remapped_row_pending>ERR!</remapped_row_pending>" };
    expect(isLost({ ...SOUND, ...silent, ...state, ...rows })).toBe(true);
    expect(isLost({ ...SOUND, ...state, ...rows })).toBe(true);
    expect(isLost({ ...SOUND, ...silent, ...state })).toBe(false);
    expect(isLost({ ...SOUND, ...silent })).toBe(false);
    expect(isLost(SOUND)).toBe(false);
  });

  it.each([
    ["ecc_errors", "<volatile><dram_uncorrectable>0</dram_uncorrectable></volatile>"],
    ["ecc_errors", "<volatile><sram_uncorrectable>0</sram_uncorrectable></volatile>"],
    ["ecc_errors", "<aggregate><sram_threshold_exceeded>No</sram_threshold_exceeded></aggregate>"],
    ["fabric", "<state>Completed</state>"],
    ["fabric", "<state>\uFFFD</state>"],
    ["fabric", "<state>[\uFFFD]</state>"],
    ["fabric", "<state><x/></state>"],
  ])("V2 one reading that answers, or that is spoiled, keeps a GPU from being lost: %s %s", (section, text) => {
    expect(isLost({ ...SOUND, ...readings("GPU requires reset"), [section]: text })).toBe(false);
  });

  it("V2 fields that neither M1 nor F2 reads decide nothing", () => {
    const others = { temperature: "<gpu_temp>35 C</gpu_temp>", gpu_recovery_action: "None" };
    expect(isLost({ ...SOUND, ...readings("GPU requires reset"), ...others })).toBe(true);
    expect(isLost({ ...SOUND, clocks: "<sm>Unknown Error</sm>", power: "<draw>Unknown Error</draw>" })).toBe(false);
  });

  it("G3 refuses another root, and a log that says nothing of GPUs", () => {
    expect(read("<nvidia_smi><gpu/></nvidia_smi>")).toMatchObject({
      usable: false,
      reason: "it has no known shape: its root element is nvidia_smi",
    });
    expect(read("<nvidia_smi_log>\n<cuda_version>13.0</cuda_version></nvidia_smi_log>")).toMatchObject({
      usable: false,
      reason: "it says nothing of GPUs, not even that there are none",
      evidence: [{ probe: "nvidia-smi", line: 1 }],
    });
    expect(read("<nvidia_smi_log><attached_gpus>0</attached_gpus></nvidia_smi_log>")).toMatchObject({
      usable: true,
      value: [],
    });
  });

  it("takes GPUs of the log alone, not elements of that name further in", () => {
    expect(read("<nvidia_smi_log><gpu><gpu/></gpu><unit><gpu/></unit></nvidia_smi_log>")).toMatchObject({
      value: [{ index: 0 }],
    });
  });

  it("points at the element of a GPU", () => {
    const [, second] = gpusOf(SOUND, SOUND);
    const output: ProbeOutput = {
      probe: "nvidia-smi",
      record: { argv: [], exitCode: 0 },
      stdout: "",
      stderr: "",
      damaged: false,
    };
    expect(second === undefined ? undefined : atElement(output, second.element)).toEqual({
      probe: "nvidia-smi",
      path: "/nvidia_smi_log/gpu/1",
      line: 3,
    });
  });
});
