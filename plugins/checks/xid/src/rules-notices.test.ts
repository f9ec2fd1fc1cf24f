import { describe, expect, it } from "vitest";
import { GPU, judge, judgeLines, judgeMessages, NODE, said, xid } from "../test/log-text.ts";

const OFF = "off-the-bus fail hardware gpu";
const ADAPTER = "adapter-failed inconclusive unknown gpu";

describe("Y6 what the driver reports without a number", () => {
  it.each([
    "NVRM: The NVIDIA GPU 0000:d1:00.0 (PCI ID: 10de:2330) installed in this system has fallen off the bus and is not responding to commands.",
    "NVRM: GPU 0000:d1:00.0: GPU has fallen off the bus.",
    "NVRM: GPU at PCI:0000:d1:00.0 has FALLEN  OFF the bus",
  ])("Y6 a GPU that has fallen off the bus fails as Xid 79: %s", (message) => {
    const judgement = judgeMessages(message);
    expect(judgement.verdict).toBe("fail");
    expect(said(judgement)).toEqual([`${OFF} 0000:d1:00.0`]);
    expect(judgement.findings).toMatchObject([
      {
        scope: { pci: "0000:d1:00.0" },
        message: "NVRM on GPU 0000:d1:00.0: the GPU has fallen off the bus.",
        evidence: [{ probe: "kernel-log", line: 2 }],
      },
    ]);
  });

  it("Y6 without an address the node is named", () => {
    expect(said(judgeMessages("NVRM: GPU has fallen off the bus."))).toEqual([
      `off-the-bus fail hardware node ${NODE}`,
    ]);
    expect(judgeMessages("NVRM: GPU has fallen off the bus.").findings[0]?.message).toBe(
      "NVRM: the GPU has fallen off the bus.",
    );
  });

  const notice = (address: string) => [
    `NVRM: The NVIDIA GPU ${address}`,
    "NVRM: (PCI ID: 10de:2330) installed in this system has",
    "NVRM: fallen off the bus and is not responding to commands.",
  ];

  it("Y6 a notice of three lines names the address of its first, and points to the line with the words", () => {
    const judgement = judgeMessages(...notice("0000:df:00.0"));
    expect(said(judgement)).toEqual([`${OFF} 0000:df:00.0`]);
    expect(judgement.findings[0]?.evidence).toEqual([{ probe: "kernel-log", line: 4 }]);
    const [first = "", ...rest] = notice("0000:df:00.0");
    expect(said(judgeMessages(first, "usb 1-2: new device", ...rest))).toEqual([`${OFF} 0000:df:00.0`]);
    expect(said(judge(`[    0.0] Linux version 6.8.0\n4,1,1,-;${notice("0000:df:00.0").join("\\x0a")}\n`))).toEqual([
      `${OFF} 0000:df:00.0`,
    ]);
    expect(said(judgeLines(`[   12.3] ${first}`, ...rest.map((line) => `            ${line}`)))).toEqual([
      `${OFF} 0000:df:00.0`,
    ]);
  });

  it("Y6 notices of two GPUs keep their addresses, one after the other or in between", () => {
    const [one, two] = [notice("0000:df:00.0"), notice("0000:e5:00.0")];
    const both = [`${OFF} 0000:df:00.0`, `${OFF} 0000:e5:00.0`];
    expect(said(judgeMessages(...one, ...two))).toEqual(both);
    expect(said(judgeMessages(...one.flatMap((line, index) => [line, two[index] ?? ""])))).toEqual(both);
  });

  it("Y6 an address that belongs to another sentence, or stands far above, is not taken", () => {
    const node = [`off-the-bus fail hardware node ${NODE}`];
    expect(
      said(
        judgeMessages(
          `NVRM: GPU at PCI:${GPU}: GPU-8f3e2d1c-77aa-4b0e-9f61-2c4d5e6f7a8b`,
          "NVRM: GPU has fallen off the bus.",
        ),
      ),
    ).toEqual(node);
    const far = Array.from({ length: 40 }, () => "usb 1-2: new device");
    expect(said(judgeMessages("NVRM: The NVIDIA GPU 0000:df:00.0", ...far, "NVRM: fallen off the bus"))).toEqual(node);
    expect(said(judgeMessages('agent: "NVRM: The NVIDIA GPU 0000:df:00.0', "NVRM: fallen off the bus"))).toEqual(node);
  });

  it("Y6 the words of a notice count in any case", () => {
    expect(
      said(
        judgeMessages(
          "NVRM: THE NVIDIA GPU 0000:DF:00.0 (PCI id: 10DE:2330) INSTALLED IN THIS SYSTEM HAS",
          "NVRM: FALLEN OFF THE BUS",
        ),
      ),
    ).toEqual([`${OFF} 0000:DF:00.0`]);
  });

  it.each([
    [15, 0],
    [0, 7],
  ])(
    "Y6 a notice goes on behind %i lines of other drivers and %i of other cards, and not behind one more",
    (lines, texts) => {
      const between = (count: number, text: string) => Array.from({ length: count }, () => text);
      const addresses = (more: number) =>
        said(
          judgeMessages(
            "NVRM: The NVIDIA GPU 0000:df:00.0",
            ...between(lines === 0 ? 0 : lines + more, "usb 1-2: new device"),
            ...between(texts === 0 ? 0 : texts + more, "NVRM: GPU 0000:c3:00.0: loading firmware"),
            "NVRM: fallen off the bus",
          ),
        );
      expect(addresses(0)).toEqual([`${OFF} 0000:df:00.0`]);
      expect(addresses(1)).toEqual([`off-the-bus fail hardware node ${NODE}`]);
    },
  );

  it.each([
    ["NVRM: GPU 0000:c3:00.0: RmInitAdapter failed! (0x26:0x56:1471)", `${ADAPTER} 0000:c3:00.0`],
    ["NVRM: GPU 0000:c3:00.0: rm_init_adapter failed, device minor number 5", `${ADAPTER} 0000:c3:00.0`],
    ["NVRM: The NVIDIA probe routine failed for 1 device(s).", `adapter-failed inconclusive unknown node ${NODE}`],
    [
      "NVRM: nvAssertFailed: GPU lost from the bus [NV_ERR_GPU_IS_LOST] (0x0000000F)",
      `gpu-lost inconclusive unknown node ${NODE}`,
    ],
    [
      "NVRM: GPU5 _kgspIsHeartbeatTimedOut: Heartbeat timed out, currentTimeMs 40718822",
      `gsp-timeout inconclusive unknown node ${NODE}`,
    ],
    ["NVRM: GPU5 _kgspLogRpcTimeout: ****** GSP Timeout ******", `gsp-timeout inconclusive unknown node ${NODE}`],
    [
      "NVRM: GPU0 GSP RPC: Timeout waiting for RPC from GSP0! Expected function 76",
      `gsp-timeout inconclusive unknown node ${NODE}`,
    ],
    [
      "NVRM: GPU 0000:c3:00.0: Timeout after 6s of waiting for RPC response from GPU3 GSP!",
      "gsp-timeout inconclusive unknown gpu 0000:c3:00.0",
    ],
  ])("Y6 what leaves a GPU's state open is inconclusive: %s", (message, expected) => {
    const judgement = judgeMessages(message);
    expect(judgement.verdict).toBe("inconclusive");
    expect(said(judgement)).toEqual([expected]);
  });

  it.each([
    [
      "NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:",
      "NVRM: BAR1 is 0M @ 0x0 (PCI:0000:c3:00.0)",
    ],
    ["nvidia: probe of 0000:c3:00.0 failed with error -1", "usb 1-2: new device"],
    ["nvidia 0000:c3:00.0: probe with driver nvidia failed with error -1", "usb 1-2: new device"],
    [
      "NVRM: The NVIDIA GPU 0000:c3:00.0 (PCI ID: 10de:2330)",
      "NVRM: installed in this system is not supported by the driver.",
    ],
  ])("Y6 the failed probe routine names the card of the lines before it: %s", (...before) => {
    expect(said(judgeMessages(...before, "NVRM: The NVIDIA probe routine failed for 1 device(s)."))).toEqual([
      `${ADAPTER} 0000:c3:00.0`,
    ]);
  });

  it("Y6 the failed probe routine takes no card of which a line before it tells something else", () => {
    expect(
      said(
        judgeMessages(
          `NVRM: GPU at PCI:${GPU}: GPU-8f3e2d1c-77aa-4b0e-9f61-2c4d5e6f7a8b`,
          "NVRM: The NVIDIA probe routine failed for 1 device(s).",
        ),
      ),
    ).toEqual([`adapter-failed inconclusive unknown node ${NODE}`]);
  });

  it.each([
    "NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build",
    "NVRM: GPU at PCI:0000:c3:00: GPU-8f3e2d1c-77aa-4b0e-9f61-2c4d5e6f7a8b",
    "NVRM: A GPU crash dump has been created.",
    "mlx5_core 0000:b1:00.0: mlx5_health: device has fallen off the bus",
    "nvidia: probe of 0000:c3:00.0 failed with error -1",
    "nvidia: probe of 0000:c3:00.0 failed: GPU lost from the bus",
    "RmInitAdapter failed!",
  ])("Y6 other lines of the driver, and the words of other drivers, are nothing: %s", (message) => {
    expect(judgeMessages(message)).toMatchObject({ verdict: "pass", findings: [] });
  });

  it("Y6 a line with a number counts by its number alone", () => {
    expect(said(judgeMessages(xid("13, pid=1, name=a, GPU has fallen off the bus")))).toEqual([
      `xid-workload pass workload gpu ${GPU}`,
    ]);
  });

  it("Y6 a GPU that an Xid names too has that spelling of its address", () => {
    expect(said(judgeMessages(`NVRM: GPU ${GPU}.0: GPU has fallen off the bus.`, xid("79, off")))).toEqual([
      `off-the-bus fail hardware gpu ${GPU}`,
      `xid-hardware fail hardware gpu ${GPU}`,
    ]);
    const [printed, otherwise] = ["c008:01:00", "0000c008:01:00.0"];
    expect(
      said(
        judgeMessages(
          `NVRM: GPU ${otherwise}: GPU has fallen off the bus.`,
          `NVRM: Xid (PCI:${printed}): 79, off`,
          `NVRM: GPU ${otherwise}: GPU has fallen off the bus.`,
        ),
      ),
    ).toEqual([`${OFF} ${printed}`, `xid-hardware fail hardware gpu ${printed}`]);
  });
});
