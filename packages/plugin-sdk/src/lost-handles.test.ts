import { describe, expect, it } from "vitest";
import { gpuEvidence } from "../test/gpu-evidence.ts";
import { lostHandles } from "./lost-handles.ts";

const SENTENCE = "Unable to determine the device handle for GPU";
const found = (printed: Parameters<typeof gpuEvidence>[0]): string[] =>
  lostHandles(gpuEvidence(printed)).map(({ pci }) => pci);

describe("V4 the sentence that a GPU's handle cannot be determined", () => {
  it.each([
    [`${SENTENCE} 0000:52:00.0: Unknown Error`, "0000:52:00.0"],
    [`${SENTENCE}0000:52:00.0: GPU is lost.  Reboot the system to recover this GPU`, "0000:52:00.0"],
    [`${SENTENCE}3: 0000:52:00.0: Unknown Error`, "0000:52:00.0"],
    [`${SENTENCE} 00000008:01:00.0: Unknown Error`, "00000008:01:00.0"],
    [`${SENTENCE} at address 0000:AF:00.0`, "0000:AF:00.0"],
    [`${SENTENCE.toUpperCase()} 0000:af:00.0`, "0000:af:00.0"],
    [`WARNING: ${SENTENCE.toLowerCase()} 0000:52:00`, "0000:52:00"],
  ])("V4 %s", (line, pci) => {
    expect(found({ smi: `${line}\n` })).toEqual([pci]);
    expect(found({ smi: [], smiError: `\nother words\n${line}` })).toEqual([pci]);
  });

  it.each([
    `${SENTENCE} 2: Unknown Error`,
    `${SENTENCE}\n0000:52:00.0`,
    "Unable to determine the device handle for device 0000:52:00.0",
    "GPU 0000:52:00.0 is fine",
  ])("V4 names no GPU where no address follows in its line: %j", (text) => {
    expect(found({ smi: `${text}\n` })).toEqual([]);
  });

  it("V4 counts on each stream of nvidia-smi, whatever the exit, and each GPU once", () => {
    const printed = {
      smi: `${SENTENCE} 0000:52:00.0: x ${SENTENCE} 0000:61:00.0\n`,
      smiExit: 255,
      smiError: `a\n${SENTENCE} 00000000:52:00.0\n`,
      nvlink: "",
      nvlinkExit: 9,
      nvlinkError: `${SENTENCE} 0000:9d:00.0\n`,
    };
    expect(found(printed)).toEqual(["0000:52:00.0", "0000:61:00.0", "0000:9d:00.0"]);
    expect(lostHandles(gpuEvidence(printed)).map(({ at }) => at)).toEqual([
      { probe: "nvidia-smi", line: 1 },
      { probe: "nvidia-smi", line: 1 },
      { probe: "nvlink", stream: "err", line: 1 },
    ]);
    expect(lostHandles(gpuEvidence({}))).toEqual([]);
  });

  it("V4 between the elements of a document it counts; in a program's name it is a tenant's text", () => {
    expect(found({ smi: `<nvidia_smi_log>\n<gpu/>\n${SENTENCE} 0000:52:00.0\n</nvidia_smi_log>\n` })).toEqual([
      "0000:52:00.0",
    ]);
    const process = `<process_name>${SENTENCE} 0000:52:00.0</process_name>`;
    expect(found({ smi: [{ processes: process }] })).toEqual([]);
  });

  it("V4 a program's name with newlines, or cut, accuses no GPU, and hides no sentence behind it", () => {
    const name = `<process_name>job\n${SENTENCE} 0000:52:00.0\n&lt;1>`;
    expect(found({ smi: [{ processes: `${name}</process_name>` }] })).toEqual([]);
    expect(found({ smi: `<nvidia_smi_log>\n${name}\n`, smiExit: 14 })).toEqual([]);
    const behind = gpuEvidence({ smi: `${name}</process_name>\n${SENTENCE} 0000:61:00.0\n`, smiExit: 255 });
    expect(lostHandles(behind)).toMatchObject([{ pci: "0000:61:00.0", at: { line: 4 } }]);
  });

  it("G10 a long line of sentences is answered", () => {
    expect(found({ smi: `${`${SENTENCE} `.repeat(20_000)}0000:52:00.0\n` })).toEqual(["0000:52:00.0"]);
    expect(found({ smi: `${SENTENCE} ${"a".repeat(1_000_000)}\n` })).toEqual([]);
    expect(found({ smi: `${SENTENCE} ${"<process_name>\n<".repeat(100_000)}` })).toEqual([]);
  });
});
