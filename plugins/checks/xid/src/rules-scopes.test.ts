import { lines, nvidiaSmi } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { GPU, judge, judgeMessages, said, sxid, xid } from "../test/log-text.ts";
import check from "./index.ts";

describe("G8 scopes", () => {
  it("G8 asks for the kernel log, and for the lists of cards where the node has them", () => {
    expect(check.probes.map(({ probe, optional }) => [probe.id, optional ?? false])).toEqual([
      ["kernel-log", false],
      ["nvidia-smi", true],
      ["nvlink", true],
    ]);
  });

  it("G8 a GPU is its PCI address as printed, in one spelling whatever the case", () => {
    const [first, second, third] = ["000A:01:00", "000a:01:00", "000b:01:00"].map(
      (address) => `NVRM: Xid (PCI:${address}): 79, off the bus`,
    );
    const judgement = judgeMessages(third ?? "", second ?? "", first ?? "", "NVRM: Xid (PCI:000a:01:00): 48, DBE");
    expect(said(judgement)).toEqual([
      "xid-hardware fail hardware gpu 000A:01:00",
      "xid-hardware fail hardware gpu 000A:01:00",
      "xid-hardware fail hardware gpu 000b:01:00",
    ]);
    expect(judgement.findings.map((finding) => finding.observed)).toEqual([
      "1 line: DBE",
      "2 lines: off the bus",
      "1 line: off the bus",
    ]);
  });

  it.each([
    ["0000:3b:00 GPU-I:05", "0000:3b:00"],
    ["0000:3b:00 GPU-I:00 GPU-CI:01", "0000:3b:00"],
    ["0000:3b:00.0", "0000:3b:00.0"],
    ["00000008:01:00", "00000008:01:00"],
  ])("G8 reads the address out of (PCI:%s)", (printed, id) => {
    expect(
      judgeMessages(`NVRM: Xid (PCI:${printed}): 94, pid=7194, Contained: CE User Channel`).findings,
    ).toMatchObject([{ code: "xid-hardware", scope: { kind: "gpu", id } }]);
  });

  it("G10 repeats what the line says, up to a length", () => {
    const [finding] = judgeMessages(xid(`79, ${"x".repeat(400)}`)).findings;
    expect(finding?.observed).toBe(`1 line: ${"x".repeat(200)}…`);
  });

  const UUID = "GPU-8f3e2d1c-77aa-4b0e-9f61-2c4d5e6f7a8b";
  const log = (...messages: readonly string[]) =>
    lines(...["Linux version 6.8.0", ...messages].map((message) => `[    1.000000] ${message}`));
  const scopesOf = (text: string, ...gpus: Parameters<typeof nvidiaSmi>[0]) =>
    judge(text, {}, gpus.length === 0 ? {} : { "nvidia-smi": nvidiaSmi(gpus) }).findings.map(({ scope }) => scope);

  it("G8 a finding about a GPU carries what nvidia-smi prints of that card, and keeps the log's address as its id", () => {
    const card = { uuid: UUID, serial: "1650000000001", "pci/pci_bus_id": "00000008:01:00.0" };
    const other = { uuid: "GPU-0", serial: "1650000000002", "pci/pci_bus_id": "00000009:01:00.0" };
    const marks = { uuid: UUID, serial: "1650000000001", pci: "00000008:01:00.0" };
    for (const text of [xid("48, DBE"), `NVRM: GPU ${GPU}: GPU has fallen off the bus.`])
      expect(scopesOf(log(text), other, card)).toEqual([{ kind: "gpu", id: GPU, ...marks }]);
    expect(scopesOf(log(xid("48, DBE")), { ...card, serial: "N/A" })).toEqual([
      { kind: "gpu", id: GPU, uuid: UUID, pci: "00000008:01:00.0" },
    ]);
    expect(scopesOf(log(sxid("24007, Fatal")), card)).toEqual([{ kind: "fabric", id: "0000:c5:00.0" }]);
  });

  it("G8 a card that no list prints carries its address, and what the log itself prints of it", () => {
    expect(scopesOf(log(xid("48, DBE")))).toEqual([{ kind: "gpu", id: GPU, pci: GPU }]);
    const printed = [`NVRM: GPU at PCI:${GPU}: ${UUID}`, `NVRM: GPU ${GPU}.0: GPU serial number is 1650000000001.`];
    const whole = { kind: "gpu", id: GPU, uuid: UUID, serial: "1650000000001", pci: GPU };
    expect(scopesOf(log(...printed, xid("48, DBE")))).toEqual([whole]);
    expect(scopesOf(log(xid("48, DBE"), ...printed.toReversed()))).toEqual([whole]);
    expect(scopesOf(log(`NVRM: GPU at PCI:${GPU}: ${UUID.toUpperCase()}`, xid("48, DBE")))).toEqual([
      { kind: "gpu", id: GPU, uuid: UUID.toUpperCase(), pci: GPU },
    ]);
    expect(scopesOf(log(`agent: "${printed[0] ?? ""}"`, xid("48, DBE")))).toEqual([{ kind: "gpu", id: GPU, pci: GPU }]);
    expect(scopesOf(log(`NVRM: GPU ${GPU}.0: GPU serial number is N/A.`, xid("48, DBE")))).toEqual([
      { kind: "gpu", id: GPU, pci: GPU },
    ]);
  });

  it("G8 a list of GPUs that cannot be used takes nothing from the log's findings", () => {
    const judgement = judge(
      log(xid("48, DBE")),
      {},
      { "nvidia-smi": { stdout: "No devices were found\n", exitCode: 6 } },
    );
    expect(said(judgement)).toEqual([`xid-hardware fail hardware gpu ${GPU}`]);
  });
});
