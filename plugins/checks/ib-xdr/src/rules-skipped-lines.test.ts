import { describe, expect, it } from "vitest";
import { answer, judge, port, second, two } from "../test/ports.ts";

const error = (file: string): string => `grep: /sys/class/infiniband/${file}: Input/output error\n`;
const withoutFile = (file: string): string => two.replace(new RegExp(`.*mlx5_1/.*/${file}:.*\n`), "");

describe("ib-xdr by its rules", () => {
  it.each([
    error("mlx5_0/ports/1/counters/port_xmit_wait"),
    error("mlx5_1/ports/1/rate"),
    "x/sys/class/infiniband/mlx5_0/ports/1/state:1: DOWN\n",
    "/sys/class/infiniband/mlx5_0/ports/1/state\n",
    "cat: error\n",
    "\n",
    "\uFFFD\n",
  ])("X2 %j beside whole rails is skipped", (line) => {
    for (const text of [two + line, line + two])
      expect(answer(judge({ stdout: text, stdoutDamaged: true }))).toEqual(["pass"]);
    expect(answer(judge(second({ state: "1: DOWN" }) + line))).toEqual(["fail", "rail-not-up port mlx5_1/1"]);
  });

  it("X2 where no line is a file of the class the probe cannot be used, and its first words are quoted", () => {
    const judgement = judge(`\n${error("mlx5_0/ports/1/rate")}cat: error\n`);
    expect(answer(judgement)).toEqual(["inconclusive", "evidence-unusable node node-1"]);
    expect(judgement.findings[0]?.message).toContain("Input/output error");
    expect(judgement.findings[0]?.message).toContain("no line is a file of /sys/class/infiniband");
    expect(judgement.findings[0]?.evidence).toEqual([{ probe: "ib-sysfs", line: 2 }]);
  });

  it.each(["rate", "state", "phys_state", "link_layer"])(
    "X2 a rail that is there and lacks its %s is unknown",
    (file) => {
      for (const text of [withoutFile(file), withoutFile(file) + error(`mlx5_1/ports/1/${file}`)]) {
        const judgement = judge(text);
        expect(answer(judgement)).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
        expect(judgement.findings[0]).toMatchObject({
          message: `The ${file} of mlx5_1/1 cannot be read.`,
          evidence: [],
        });
        expect(judgement.findings[0]).not.toHaveProperty("observed");
      }
    },
  );

  it.each([
    ["the reader's error", error("mlx5_1/ports/1/rate"), [{ probe: "ib-sysfs", line: 6 }]],
    [
      "an error in quotes",
      "cat: '/sys/class/infiniband/mlx5_1': Permission denied\n",
      [{ probe: "ib-sysfs", line: 6 }],
    ],
    ["a file of the device alone", "/sys/class/infiniband/mlx5_1/fw_ver:40.47\n", []],
    ["a damaged name", "/sys/class/infiniband/mlx5_\uFFFD/ports/1/rate:1\n", [{ probe: "ib-sysfs", line: 6 }]],
    ["a damaged port", "/sys/class/infiniband/mlx5_1/ports/\uFFFD/rate:1\n", []],
  ])("X1 a device that shows by %s is not gone, and unknown", (_, line, evidence) => {
    const judgement = judge({ stdout: port("mlx5_0") + line, stdoutDamaged: true });
    expect(answer(judgement)).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    expect(judgement.findings[0]).toMatchObject({
      message: "No file of mlx5_1/1 was read, and its device may be there.",
      evidence,
    });
  });

  it.each([
    error("mlx5_0/ports/1/rate"),
    error("mlx5_10/ports/1/rate"),
    error("*/ports/*/rate"),
    "/sys/class/infiniband/mlx5_10/fw_ver:40.47\n",
    "cat: error\n",
  ])("X1 %j does not stand for a device that is gone", (line) => {
    expect(answer(judge(port("mlx5_0") + line))).toEqual(["fail", "rail-missing port mlx5_1/1"]);
  });

  it("G3 bytes that are no UTF-8 in a port that is no rail, and in a value that no rule reads, spoil nothing", () => {
    const spoiled = (text: string) => answer(judge({ stdout: text, stdoutDamaged: true }));
    expect(spoiled(two + port("mlx5_9", { rate: "\uFFFD", state: "\uFFFD" }))).toEqual(["pass"]);
    expect(spoiled(second({ state: "1: DOWN", rate: "\uFFFD" }))).toEqual(["fail", "rail-not-up port mlx5_1/1"]);
    expect(spoiled(second({ pkeys: ["0x\uFFFD", "0x8001"] }))).toEqual(["pass"]);
    expect(spoiled(second({ pkeys: ["0x8001\uFFFD"] }))).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    for (const text of [
      { state: "4: ACTIVE\uFFFD" },
      { phys: "\uFFFD" },
      { layer: "Infini\uFFFD" },
      { rate: "\uFFFD" },
    ])
      expect(spoiled(second(text))).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    expect(spoiled(second({ state: "\uFFFD", rate: "400 Gb/sec (4X NDR)" }))).toEqual([
      "fail",
      "rail-unreadable port mlx5_1/1",
      "speed-wrong port mlx5_1/1",
    ]);
  });
});
