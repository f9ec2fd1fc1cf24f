import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gpuEvidence, nvlinkText, type GpuText, type Printed } from "../test/gpu-evidence.ts";
import { absentGpus, unlistedGpuFindings, type ExpectedGpus } from "./absent-gpus.ts";

const SENTENCE = "Unable to determine the device handle for GPU";

/** The GPU of an index: UUID and address follow from it; `LOST` is a serial that shows that it is lost. */
const card = (index: number, serial: string): GpuText => ({
  id: `00000000:0${String(index)}:00.0`,
  serial: serial === "LOST" ? "GPU is lost" : serial,
  uuid: `GPU-${String(index)}`,
});
const carrying = (...serials: string[]): GpuText[] => serials.map((serial, index) => card(index, serial));

/** Each absent GPU as `kind id`, with its expected serial and address where they are told. */
const told = (printed: Printed, expected: ExpectedGpus): string[] =>
  absentGpus(gpuEvidence(printed), expected).map(({ scope, serial, lost, handle }) =>
    [
      `${scope.kind} ${scope.id}`,
      ...(serial === undefined ? [] : [`serial ${serial}`]),
      ...(lost === undefined ? [] : ["lost"]),
      ...(handle === undefined ? [] : [`at ${scope.pci ?? "?"}`]),
    ].join(", "),
  );
const listing = (serials: string[], count: number, expected?: string[]): string[] =>
  told({ smi: carrying(...serials) }, { count, ...(expected === undefined ? {} : { serials: expected }) });

describe("V1 which GPU is absent", () => {
  it("V1 none is when as many are listed as expected, or more", () => {
    expect(listing(["A", "B"], 2)).toEqual([]);
    expect(listing(["A", "B", "C"], 2, ["A", "X"])).toEqual([]);
    expect(told({ smi: carrying("A") }, {})).toEqual([]);
  });

  it.each<[string, string[], number, string[] | undefined, string[]]>([
    ["the serials tell one", ["A", "C"], 3, ["A", "B", "C"], ["gpu 1, serial B"]],
    ["the serials tell several", ["B"], 3, ["A", "B", "C"], ["gpu 0, serial A", "gpu 2, serial C"]],
    ["the serials tell the last one", ["A", "B"], 3, ["A", "B", "C"], ["gpu 2, serial C"]],
    ["none is listed", [], 2, ["A", "B"], ["gpu 0, serial A", "gpu 1, serial B"]],
    ["no serials are expected", ["A"], 2, undefined, ["node t07"]],
    ["a serial is not shown", ["A", "N/A"], 3, ["A", "B", "C"], ["node t07"]],
    ["a serial is spoiled", ["A", "\uFFFD"], 3, ["A", "B", "C"], ["node t07"]],
    ["another serial is shown", ["A", "X"], 3, ["A", "B", "C"], ["node t07"]],
    ["the serials stand in another order", ["C", "A"], 3, ["A", "B", "C"], ["node t07"]],
    ["too few serials are expected", ["A", "B"], 3, ["A", "B"], ["node t07"]],
    ["one of two that share a serial is gone", ["A", "B", "B"], 4, ["A", "A", "B", "B"], ["node t07"]],
    ["each serial is given once", ["A", "B", "B"], 4, ["A", "B"], ["node t07"]],
    ["both that share a serial are gone", ["B", "B"], 4, ["A", "A", "B", "B"], ["gpu 0, serial A", "gpu 1, serial A"]],
    [
      "one that can be told is gone beside one that cannot",
      ["A", "B"],
      4,
      ["A", "A", "B", "C"],
      ["gpu 3, serial C", "node t07"],
    ],
    ["a serial that stands twice is between others", ["A", "B"], 3, ["A", "B", "A"], ["gpu 2, serial A"]],
  ])("V1 where %s", (_, listed, count, serials, expected) => {
    expect(listing(listed, count, serials)).toEqual(expected);
  });

  it.each<[string, string[], number, string[] | undefined, string[]]>([
    ["it is named by its position", ["LOST", "A"], 2, undefined, ["gpu 0, lost"]],
    ["the serials tell its own", ["A", "LOST"], 2, ["A", "B"], ["gpu 1, serial B, lost"]],
    ["another is gone as well", ["LOST", "A"], 3, undefined, ["gpu 0, lost", "node t07"]],
    ["the serials tell the other", ["LOST", "B"], 3, ["A", "B", "C"], ["gpu 0, serial A, lost", "gpu 2, serial C"]],
    ["the serials tell neither", ["A", "LOST"], 3, ["A", "B", "C"], ["gpu 1, lost", "node t07"]],
    ["enough others are there", ["A", "B", "LOST"], 2, undefined, ["gpu 2, lost"]],
  ])("V2 of a lost GPU, where %s", (_, listed, count, serials, expected) => {
    expect(listing(listed, count, serials)).toEqual(expected);
  });

  it("V1 a gap in nvlink's numbers tells the missing index, with serials or without", () => {
    const smi = [card(0, "A"), card(2, "C"), card(3, "D")];
    const nvlink = nvlinkText({ 0: "GPU-0", 2: "GPU-2", 3: "GPU-3" });
    expect(told({ smi, nvlink }, { count: 4 })).toEqual(["gpu 1"]);
    expect(told({ smi, nvlink }, { count: 4, serials: ["A", "B", "C", "D"] })).toEqual(["gpu 1, serial B"]);
    expect(told({ smi, nvlink }, { count: 4, serials: ["D", "C", "B", "A"] })).toEqual(["gpu 1"]);
    expect(told({ smi, nvlink }, { count: 5 })).toEqual(["gpu 1", "node t07"]);
    expect(told({ smi, nvlink }, { count: 5, serials: ["A", "B", "C", "D", "E"] })).toEqual([
      "gpu 1, serial B",
      "gpu 4, serial E",
    ]);
    expect(told({ smi, nvlink }, { count: 3 })).toEqual([]);
    expect(told({ smi, nvlink, nvlinkExit: 9 }, { count: 4 })).toEqual(["node t07"]);
    expect(told({ smi, nvlink: nvlinkText({ 0: "GPU-x", 2: "GPU-y" }) }, { count: 4 })).toEqual(["node t07"]);
  });

  it("V1 a card that nvlink alone prints is the missing one, and carries its UUID", () => {
    const smi = [card(0, "A"), card(2, "C")];
    const nvlink = nvlinkText({ 0: "GPU-0", 1: "GPU-1", 2: "GPU-2" });
    expect(told({ smi, nvlink }, { count: 3 })).toEqual(["gpu 1"]);
    expect(absentGpus(gpuEvidence({ smi, nvlink }), { count: 3 })[0]?.scope).toEqual({
      kind: "gpu",
      id: "1",
      uuid: "GPU-1",
    });
    expect(told({ smi, nvlink: nvlinkText({ 0: "GPU-0", 1: "GPU-1" }) }, { count: 3 })).toEqual(["node t07"]);
    expect(told({ smi, nvlink }, { count: 2 })).toEqual([]);
  });

  it("V1 a number of a serial's index is that of no card that is there", () => {
    const nvlink = nvlinkText({ 0: "GPU-0", 1: "GPU-2" });
    const [absent] = absentGpus(gpuEvidence({ smi: [card(0, "A"), card(2, "C")], nvlink }), {
      count: 3,
      serials: ["A", "B", "C"],
    });
    expect(absent?.scope).toEqual({ kind: "gpu", id: "1" });
  });

  it("V1 more gaps than missing GPUs tell nothing", () => {
    const nvlink = nvlinkText({ 0: "GPU-0", 3: "GPU-3" });
    expect(told({ smi: [card(0, "A"), card(2, "C"), card(3, "D")], nvlink }, { count: 4 })).toEqual(["node t07"]);
  });

  it("V1 the order of the XML does not matter where nvlink gives the numbers", () => {
    const smi = [card(0, "A"), card(1, "C"), card(2, "D")];
    const nvlink = nvlinkText({ 0: "GPU-0", 1: "GPU-1", 2: "GPU-2" });
    fc.assert(
      fc.property(fc.shuffledSubarray(smi, { minLength: 3 }), (gpus) => {
        expect(told({ smi: gpus, nvlink }, { count: 4, serials: ["A", "B", "C", "D"] })).toEqual(["gpu 1, serial B"]);
      }),
      { numRuns: 12 },
    );
  });

  it("V1 names no GPU that is there, and never more than are missing, whatever is taken out of a list", () => {
    const serials = fc.array(fc.constantFrom("A", "B", "C", "D", "E"), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(serials, fc.infiniteStream(fc.boolean()), (list, keep) => {
        const kept = list.map((serial, index) => ({ serial, index })).filter(() => keep.next().value === true);
        const named = absentGpus(gpuEvidence({ smi: carrying(...kept.map(({ serial }) => serial)) }), {
          count: list.length,
          serials: list,
        });
        const indices = named.filter(({ scope }) => scope.kind === "gpu").map(({ scope }) => Number(scope.id));
        expect(indices.filter((index) => kept.some((one) => one.index === index))).toEqual([]);
        expect(named.length > 0).toBe(kept.length < list.length);
        expect(new Set(indices).size).toBe(indices.length);
      }),
    );
  });
});

describe("V4 a GPU that the tool itself names", () => {
  const gone = (pci: string): string => `${SENTENCE} ${pci}: Unknown Error\n`;

  it("V4 is named by its address, also where the document cannot be used", () => {
    expect(told({ smi: gone("0000:52:00.0"), smiExit: 255 }, { count: 4 })).toEqual([
      "gpu 0000:52:00.0, at 0000:52:00.0",
    ]);
    expect(told({ smi: carrying("A"), smiError: gone("0000:52:00.0") }, { count: 2 })).toEqual([
      "gpu 0000:52:00.0, at 0000:52:00.0",
    ]);
    expect(told({ smi: carrying("A"), smiError: gone("0000:52:00.0") }, {})).toEqual([
      "gpu 0000:52:00.0, at 0000:52:00.0",
    ]);
  });

  it("V4 is the missing index where that can be told, and the node stands for others", () => {
    const smi = carrying("A", "C");
    expect(told({ smi, smiError: gone("0000:52:00.0") }, { count: 3, serials: ["A", "B", "C"] })).toEqual([
      "gpu 1, serial B, at 0000:52:00.0",
    ]);
    expect(told({ smi, smiError: gone("0000:52:00.0") }, { count: 4 })).toEqual([
      "gpu 0000:52:00.0, at 0000:52:00.0",
      "node t07",
    ]);
    const nvlink = nvlinkText({ 0: "GPU-0", 2: "GPU-1" });
    expect(told({ smi, nvlink, smiError: gone("0000:52:00.0") }, { count: 4 })).toEqual([
      "gpu 1",
      "gpu 0000:52:00.0, at 0000:52:00.0",
      "node t07",
    ]);
    expect(told({ smi, smiError: gone("0000:52:00.0") + gone("0000:61:00.0") }, { count: 4 })).toEqual([
      "gpu 0000:52:00.0, at 0000:52:00.0",
      "gpu 0000:61:00.0, at 0000:61:00.0",
    ]);
  });

  it("V4 is the listed GPU of that address, lost or not", () => {
    expect(told({ smi: carrying("A", "LOST"), smiError: gone("0000:01:00.0") }, { count: 2 })).toEqual([
      "gpu 1, lost, at 00000000:01:00.0",
    ]);
    expect(told({ smi: carrying("A", "B"), smiError: gone("0000:01:00.0") }, { count: 2 })).toEqual([
      "gpu 1, at 00000000:01:00.0",
    ]);
  });
});

describe("F7 what is not proven of absent GPUs", () => {
  const gpu = { code: "gpu-not-listed", verdict: "inconclusive", cause: "unknown" };

  it("F7 gives one inconclusive finding for each GPU that is absent", () => {
    const evidence = gpuEvidence({ smi: carrying("LOST", "A") });
    expect(unlistedGpuFindings(evidence, { count: 3, serials: ["L", "A", "B"] }, "memory")).toEqual([
      {
        ...gpu,
        scope: { kind: "gpu", id: "0", uuid: "GPU-0", pci: "00000000:00:00.0" },
        message: "GPU 0 (00000000:00:00.0) is lost, so its memory is not proven.",
        expected: "serial L",
        observed: "product_name absent, serial GPU is lost, uuid GPU-0",
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
  });

  it("F7 names the node where nothing tells which GPU is absent", () => {
    expect(unlistedGpuFindings(gpuEvidence({ smi: carrying("A") }), { count: 2 }, "fabric")).toEqual([
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

  it("F7 is not asked of a GPU that is listed, or of one beyond those that are expected", () => {
    const smi = carrying("A", "B");
    for (const pci of ["0000:01:00.0", "0000:77:00.0"])
      expect(unlistedGpuFindings(gpuEvidence({ smi, smiError: `${SENTENCE} ${pci}` }), { count: 2 }, "memory")).toEqual(
        [],
      );
    expect(unlistedGpuFindings(gpuEvidence({ smi: carrying("LOST") }), {}, "memory")).toMatchObject([
      { scope: { id: "0" } },
    ]);
  });
});
