import { describe, expect, it } from "vitest";
import { createEvidence, type ProbeOutput, type Reading } from "../evidence.ts";
import { absentGpus, atElement, nvidiaSmiFormat, smiGpuScope, unlistedGpuFindings, type SmiGpu } from "./nvidia-smi.ts";

const record = { argv: ["nvidia-smi", "-q", "-x"], exitCode: 0, signal: null, timedOut: false, startError: null };
const evidence = createEvidence({ name: "t07" }, new Map());

function read(stdout: string): Reading<readonly SmiGpu[]> {
  return createEvidence({ name: "t07" }, new Map([["nvidia-smi", { record, stdout }]])).read(
    "nvidia-smi",
    nvidiaSmiFormat,
  );
}

/** GPUs by name, serial and UUID; undefined takes a field out. */
function gpusOf(...gpus: readonly (readonly [string?, string?, string?])[]): readonly SmiGpu[] {
  const field = (name: string, text: string | undefined): string =>
    text === undefined ? "" : `<${name}>${text}</${name}>`;
  const reading = read(
    `<nvidia_smi_log><attached_gpus>9</attached_gpus>\n${gpus.map(([name, serial, uuid]) => `<gpu>${field("product_name", name)}${field("serial", serial)}${field("uuid", uuid)}</gpu>\n`).join("")}</nvidia_smi_log>\n`,
  );
  if (!reading.usable) throw new Error(reading.reason);
  return reading.value;
}
const carrying = (...serials: string[]): readonly SmiGpu[] =>
  gpusOf(...serials.map((serial) => [serial === "LOST" ? "GPU is lost" : "GB300", serial] as const));

describe("nvidiaSmiFormat", () => {
  it("gives each GPU by its position, with what the tool knows of it", () => {
    expect(gpusOf(["NVIDIA GB300", " 17 ", "GPU-1"], ["N/A", "N/A", ""], [])).toMatchObject([
      { index: 0, name: "NVIDIA GB300", serial: "17", uuid: "GPU-1", lost: false },
      { index: 1, name: undefined, serial: undefined, uuid: undefined, lost: false },
      { index: 2, name: undefined, serial: undefined, uuid: undefined, lost: false },
    ]);
  });

  it.each(["GPU is lost", "[GPU is lost]", "Unknown Error", "[Unknown Error]", "ERR!", "gpu is LOST"])(
    "V2 %s in place of name, serial or UUID is a lost GPU",
    (word) => {
      expect(gpusOf([word, "17", "GPU-1"], ["GB300", word, "GPU-1"], ["GB300", "17", word])).toMatchObject([
        { name: undefined, serial: "17", uuid: "GPU-1", lost: true },
        { name: "GB300", serial: undefined, lost: true },
        { uuid: undefined, lost: true },
      ]);
    },
  );

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

  it("names a GPU and points at its element", () => {
    const [first, second] = gpusOf(["A", "17"], ["B"]);
    const output: ProbeOutput = {
      probe: "nvidia-smi",
      record: { argv: [], exitCode: 0 },
      stdout: "",
      stderr: "",
      damaged: false,
    };
    expect(first === undefined ? undefined : smiGpuScope(first)).toEqual({ kind: "gpu", id: "0", serial: "17" });
    expect(second === undefined ? undefined : smiGpuScope(second)).toEqual({ kind: "gpu", id: "1" });
    expect(second === undefined ? undefined : atElement(output, second.element)).toEqual({
      probe: "nvidia-smi",
      path: "/nvidia_smi_log/gpu/1",
      line: 3,
    });
  });
});

describe("absentGpus", () => {
  const absent = (gpus: readonly SmiGpu[], count: number, serials?: readonly string[]): unknown =>
    absentGpus(evidence, gpus, count, serials).map(({ scope, serial, lost }) => [
      scope.kind,
      scope.id,
      serial,
      lost?.index,
    ]);
  const NODE = ["node", "t07", undefined, undefined];

  it("finds none when as many are listed as expected, or more", () => {
    expect(absent(carrying("A", "B"), 2)).toEqual([]);
    expect(absent(carrying("A", "B", "C"), 2, ["A", "X"])).toEqual([]);
    expect(absent(carrying("A", "B", "LOST"), 2)).toEqual([]);
  });

  it.each<[string, readonly string[], number, readonly string[] | undefined, unknown]>([
    ["the serials tell", ["A", "C"], 3, ["A", "B", "C"], [["gpu", "1", "B", undefined]]],
    [
      "the serials tell several",
      ["B"],
      3,
      ["A", "B", "C"],
      [
        ["gpu", "0", "A", undefined],
        ["gpu", "2", "C", undefined],
      ],
    ],
    ["the serials tell a lost one", ["A", "LOST"], 2, ["A", "B"], [["gpu", "1", "B", 1]]],
    ["no serials are expected", ["A"], 2, undefined, [NODE]],
    ["no serials are expected of a lost one", ["LOST", "A"], 2, undefined, [["gpu", "0", undefined, 0], NODE]],
    ["a serial is not shown", ["A", "N/A"], 3, ["A", "B", "C"], [NODE]],
    ["another serial is shown", ["A", "X"], 3, ["A", "B", "C"], [NODE]],
    ["too few serials are expected", ["A", "B"], 3, ["A", "B"], [NODE]],
    ["one of two that share a serial is gone", ["A", "B", "B"], 4, ["A", "A", "B", "B"], [NODE]],
    [
      "both that share a serial are gone",
      ["B", "B"],
      4,
      ["A", "A", "B", "B"],
      [
        ["gpu", "0", "A", undefined],
        ["gpu", "1", "A", undefined],
      ],
    ],
  ])("V1 where %s", (_, listed, count, serials, expected) => {
    expect(absent(carrying(...listed), count, serials)).toEqual(expected);
  });
});

describe("unlistedGpuFindings", () => {
  const output: ProbeOutput = {
    probe: "nvidia-smi",
    record: { argv: [], exitCode: 0 },
    stdout: "",
    stderr: "",
    damaged: false,
  };

  it("F7 gives one inconclusive finding for each part that is named", () => {
    const gpu = { code: "gpu-not-listed", verdict: "inconclusive", cause: "unknown" };
    expect(
      unlistedGpuFindings(
        evidence,
        carrying("LOST", "A"),
        { count: 3, serials: ["L", "A", "B"] },
        { output, part: "memory" },
      ),
    ).toEqual([
      {
        ...gpu,
        scope: { kind: "gpu", id: "0" },
        message: "GPU 0 is lost, so its memory is not proven.",
        expected: "serial L",
        observed: "lost",
        evidence: [{ probe: "nvidia-smi", path: "/nvidia_smi_log/gpu/0", line: 2 }],
      },
      {
        ...gpu,
        scope: { kind: "gpu", id: "2" },
        message: "GPU 2 is not listed, so its memory is not proven.",
        expected: "serial B",
        observed: "1 listed",
        evidence: [{ probe: "nvidia-smi" }],
      },
    ]);
    expect(unlistedGpuFindings(evidence, carrying("A"), { count: 2 }, { output, part: "fabric" })).toEqual([
      {
        ...gpu,
        scope: { kind: "node", id: "t07" },
        message: "Some GPUs of the node are not listed, so their fabric is not proven.",
        expected: "2 GPUs",
        observed: "1 listed",
        evidence: [{ probe: "nvidia-smi" }],
      },
    ]);
  });
});
