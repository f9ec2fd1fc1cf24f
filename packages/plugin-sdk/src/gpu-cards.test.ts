import { describe, expect, it } from "vitest";
import { createEvidence, type ProbeCapture } from "./evidence.ts";
import { gpuName, gpuScope, readGpuCards } from "./gpu-cards.ts";

const gpu = (pci: string, uuid: string, serial = "N/A"): string =>
  `<gpu id="${pci}"><product_name>X</product_name><serial>${serial}</serial><uuid>${uuid}</uuid></gpu>`;
const xml = (...gpus: string[]): string =>
  `<nvidia_smi_log><attached_gpus>${String(gpus.length)}</attached_gpus>${gpus.join("")}</nvidia_smi_log>\n`;
const heading = (number: number, uuid: string): string =>
  `GPU ${String(number)}: NVIDIA X (UUID: ${uuid})\n\t Link 0: 25 GB/s\n`;

function cards(texts: Readonly<Record<string, string>>, exitCode = 0) {
  const captures = Object.entries(texts).map(([probe, stdout]): [string, ProbeCapture] => [
    probe,
    { record: { argv: [], exitCode: probe === "nvlink" ? exitCode : 0 }, stdout },
  ]);
  return readGpuCards(createEvidence({ name: "n" }, new Map(captures)));
}
const ids = ({ all }: ReturnType<typeof cards>): string[] => all.map(({ id }) => id);

const A = gpu("00000000:1B:00.0", "GPU-a", "11");
const B = gpu("00000000:52:00.0", "GPU-b", "22");

describe("G8 one card has one id in every check", () => {
  it("is the position in the XML without nvlink, with one that cannot be used, and with one that shares no UUID", () => {
    expect(ids(cards({ "nvidia-smi": xml(A, B) }))).toEqual(["0", "1"]);
    expect(ids(cards({ "nvidia-smi": xml(A, B), nvlink: heading(5, "GPU-b") }, 9))).toEqual(["0", "1"]);
    const strange = cards({ "nvidia-smi": xml(A, B), nvlink: heading(5, "GPU-z") });
    expect(ids(strange)).toEqual(["0", "1", "5"]);
    expect(strange.gaps).toEqual([]);
  });

  it("is the number that nvlink prints of the same UUID, in any case, and a gap tells the missing one", () => {
    const joined = cards({ "nvidia-smi": xml(A, B), nvlink: heading(0, "gpu-A") + heading(2, "GPU-b") });
    expect(ids(joined)).toEqual(["0", "2"]);
    expect(joined.gaps).toEqual([1]);
    expect(gpuScope(joined.numbered(2))).toEqual({
      kind: "gpu",
      id: "2",
      serial: "22",
      uuid: "GPU-b",
      pci: "00000000:52:00.0",
    });
    expect(gpuName(joined.numbered(2))).toBe("GPU 2 (00000000:52:00.0)");
  });

  it("is the PCI address of a card that nvlink leaves out, so that two cards never share an id", () => {
    const joined = cards({ "nvidia-smi": xml(A, B), nvlink: heading(1, "GPU-a") });
    expect(ids(joined)).toEqual(["1", "00000000:52:00.0"]);
    expect(joined.all.map(gpuName)).toEqual(["GPU 1 (00000000:1B:00.0)", "GPU 00000000:52:00.0"]);
  });

  it("gives the listed cards by nvlink's numbers where it tells all of them, else as they stand in the XML", () => {
    const turned = cards({ "nvidia-smi": xml(B, A), nvlink: heading(0, "GPU-a") + heading(12, "GPU-b") });
    expect(turned.listed.map(({ id }) => id)).toEqual(["0", "12"]);
    expect(turned.unnumbered).toEqual([]);
    const partly = cards({ "nvidia-smi": xml(B, A), nvlink: heading(0, "GPU-a") });
    expect(partly.listed.map(({ id }) => id)).toEqual(["00000000:52:00.0", "0"]);
    expect(partly.unnumbered.map(({ uuid }) => uuid)).toEqual(["GPU-b"]);
    expect(cards({ "nvidia-smi": xml(A, B) }).unnumbered).toEqual([]);
  });

  it("takes no number for a gap that may be that of a card which nvlink leaves out", () => {
    const C = gpu("00000000:61:00.0", "GPU-c");
    const gaps = (listed: string[], numbers: Record<number, string>): readonly number[] =>
      cards({
        "nvidia-smi": xml(...listed),
        nvlink: Object.entries(numbers)
          .map(([number, uuid]) => heading(Number(number), uuid))
          .join(""),
      }).gaps;
    expect(gaps([A, B, C], { 0: "GPU-a", 2: "GPU-c" })).toEqual([]);
    expect(gaps([A, B, C], { 0: "GPU-a", 2: "GPU-b" })).toEqual([1]);
    expect(gaps([A, B, C], { 1: "GPU-b", 4: "GPU-c" })).toEqual([2, 3]);
    expect(gaps([B, A, C], { 1: "GPU-a", 4: "GPU-c" })).toEqual([2, 3]);
    expect(gaps([A, B], { 0: "GPU-a", 5000: "GPU-b" })).toHaveLength(1023);
  });

  it("joins no card by a UUID that cannot be read or is printed of two", () => {
    const three = xml(A, B, gpu("00000000:61:00.0", "N/A"));
    const spoiled = heading(0, "GPU-a") + heading(1, "GPU-\uFFFD") + heading(2, "Unknown Error");
    expect(cards({ "nvidia-smi": three, nvlink: spoiled }).all.map(({ id, uuid }) => [id, uuid])).toEqual([
      ["0", "GPU-a"],
      ["00000000:52:00.0", "GPU-b"],
      ["00000000:61:00.0", undefined],
      ["1", undefined],
      ["2", undefined],
    ]);
    const unnamed = heading(0, "GPU-a").replace("NVIDIA X", "NVIDIA \uFFFD") + heading(3, "GPU-b");
    expect(ids(cards({ "nvidia-smi": xml(A, B), nvlink: unnamed }))).toEqual(["0", "3"]);
    const twice = cards({ "nvidia-smi": xml(A, gpu("00000000:43:00.0", "GPU-a")), nvlink: heading(7, "GPU-a") });
    expect(ids(twice)).toEqual(["7", "00000000:43:00.0"]);
    const two = cards({ "nvidia-smi": xml(A, B), nvlink: heading(7, "GPU-a") + heading(7, "GPU-b") });
    expect(ids(two)).toEqual(["0", "1", "7"]);
  });

  it("joins the one GPU and the one heading that are left over where the heading has no UUID", () => {
    const lost = gpu("00000000:52:00.0", "GPU is lost");
    for (const uuid of ["GPU is lost", "N/A", "GPU-\uFFFD"])
      expect(ids(cards({ "nvidia-smi": xml(A, lost), nvlink: heading(0, "GPU-a") + heading(3, uuid) }))).toEqual([
        "0",
        "3",
      ]);
    expect(ids(cards({ "nvidia-smi": xml(A, lost), nvlink: heading(0, "GPU-a") + heading(3, "GPU-d") }))).toEqual([
      "0",
      "00000000:52:00.0",
      "3",
    ]);
    expect(ids(cards({ "nvidia-smi": xml(lost), nvlink: heading(3, "N/A") }))).toEqual(["0", "3"]);
  });

  it("G10 answers of as many headings as an output holds", () => {
    const many = Array.from({ length: 200_000 }, (_, number) => `GPU ${String(number)}: x\n`).join("");
    const joined = cards({ "nvidia-smi": xml(A, B), nvlink: `${many}${heading(999_999, "GPU-b")}` });
    expect(joined.gaps).toEqual([]);
    expect(joined.find({ uuid: "GPU-b" })?.id).toBe("999999");
  });

  it("finds a card by UUID, by address, or by a serial that no other card prints", () => {
    const twice = cards({ "nvidia-smi": xml(A, gpu("00000000:43:00.0", "GPU-c", "11"), B) });
    expect(twice.find({ uuid: "gpu-C" })?.id).toBe("1");
    expect(twice.find({ pci: "0000:52:00" })?.id).toBe("2");
    expect(twice.find({ serial: "22" })?.id).toBe("2");
    expect(twice.find({ serial: "11" })).toBeUndefined();
    expect(twice.find({})).toBeUndefined();
  });
});
