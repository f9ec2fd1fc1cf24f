import { describe, expect, it } from "vitest";
import { answer, judge, port, rail, second, two } from "../test/ports.ts";

describe("ib-xdr by its rules", () => {
  it("X5 an ibstat that ended badly is inconclusive, unless a rail fails", () => {
    expect(answer(judge(two, undefined, { ibstat: { stdout: "CA 'mlx5_0'\n", exitCode: 255 } }))).toEqual([
      "inconclusive",
      "ibstat-failed node node-1",
    ]);
    expect(answer(judge(two, undefined, { ibstat: { signal: "SIGABRT", exitCode: null } }))).toEqual([
      "inconclusive",
      "ibstat-failed node node-1",
    ]);
    expect(judge(second({ state: "1: DOWN" }), undefined, { ibstat: { stdout: "", exitCode: 255 } }).verdict).toBe(
      "fail",
    );
    expect(answer(judge(two, undefined, { ibstat: { startError: "not-found" } }))).toEqual(["pass"]);
    expect(answer(judge(two, undefined, { ibstat: { stdout: "" } }))).toEqual(["pass"]);
  });

  const panic = (text: string) => ({ ibstat: { stdout: "CA 'mlx5_0'\n", stderr: `${text}\n`, exitCode: 255 } });

  it.each([
    "ibpanic: [5127] main: stat of IB device 'mlx5_4' failed: No such file or directory",
    "ibpanic: [5127] main: stat of IB device mlx5_fe0 failed: No such file or directory",
    'ibpanic: [5127] main: stat of IB device "mlx5_4" failed: No such file or directory',
    "ibwarn: [5127] main: mlx5_1 is slow\nibpanic: [5127] main: stat of IB device 'mlx5_4' failed: Success",
  ])("X5 an ibstat that stopped at a device that is no rail decides nothing: %s", (text) => {
    expect(answer(judge(two + port("mlx5_fe0"), undefined, panic(text)))).toEqual(["pass"]);
  });

  it.each([
    "ibpanic: [5127] main: stat of IB device 'mlx5_1' failed: No such file or directory",
    "ibpanic: [5127] main: stat of IB device mlx5_1 failed: No such file or directory",
    'ibpanic: [5127] main: stat of IB device "mlx5_1" failed: No such file or directory',
    "ibpanic: [412] main: can't get list of IB device names: (No such file or directory)",
    "ibpanic: [412] main: can't open '/dev/infiniband/umad0': mlx5_",
    "ibpanic: [412] main: stat of IB device 'mlx5_\uFFFD' failed: Success",
    "ibpanic: [412] main: stat of IB device 'mlx5_4' failed\nibpanic: [413] main: stat of IB device 'mlx5_0' failed",
    "Segmentation fault at device 'mlx5_4'",
    "",
  ])("X5 an ibstat that stopped at a rail, or names no device, is inconclusive: %s", (text) => {
    const judgement = judge(two + port("mlx5_fe0"), undefined, panic(text));
    expect(answer(judgement)).toEqual(["inconclusive", "ibstat-failed node node-1"]);
    expect(judgement.findings[0]?.message).toContain("it ended with exit code 255");
    expect(judgement.findings[0]?.message).toContain(text.split("\n")[0]);
    expect(judge(second({ state: "1: DOWN" }) + port("mlx5_fe0"), undefined, panic(text)).verdict).toBe("fail");
  });

  it("X6 counters are not judged", () => {
    expect(
      answer(
        judge(
          `${two}/sys/class/infiniband/mlx5_0/ports/1/counters/link_downed:99\n/sys/class/infiniband/mlx5_0/fw_ver:40.47.1026\n\n`,
        ),
      ),
    ).toEqual(["pass"]);
  });

  it("G3 a value that is absent, damaged or contradictory leaves the rail unknown", () => {
    expect(answer(judge(two.replace(/.*mlx5_1.*state:4.*\n/, "")))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(answer(judge({ stdout: second({ rate: "800 Gb/sec (4X \uFFFDDR)" }), stdoutDamaged: true }))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(
      answer(judge({ stdout: `${two}/sys/class/infiniband/mlx5_0/ports/1/counters/x:\uFFFD\n`, stdoutDamaged: true })),
    ).toEqual(["pass"]);
    expect(answer(judge(`${two}/sys/class/infiniband/mlx5_1/ports/1/state:1: DOWN\n`))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(answer(judge(`/sys/class/infiniband/mlx5_1/ports/1/state:1: DOWN\n${two}`))).toEqual([
      "inconclusive",
      "rail-unreadable port mlx5_1/1",
    ]);
    expect(answer(judge(second({ state: "1: DOWN" }).slice(0, -3)))).toEqual([
      "inconclusive",
      "evidence-unusable node node-1",
    ]);
  });

  it("G5 a state word nobody knows is inconclusive for its port; known words are read without regard to case", () => {
    expect(answer(judge(second({ state: "9: WARP" })))).toEqual(["inconclusive", "rail-unreadable port mlx5_1/1"]);
    expect(answer(judge(second({ phys: "5: LinkUp " })))).toEqual(["pass"]);
    expect(answer(judge(second({ state: "4: active", phys: "5: LINKUP", layer: "INFINIBAND" })))).toEqual(["pass"]);
    const { findings } = judge(second({ rate: "fast" }));
    expect(findings[0]).toMatchObject({
      code: "rail-unreadable",
      observed: "fast",
      cause: "tool",
      evidence: [{ probe: "ib-sysfs", line: 6 }],
    });
  });

  it("G11 without rails nothing can be judged", () => {
    expect(answer(judge(two, {}))).toEqual(["inconclusive", "expectation-missing node node-1"]);
    expect(answer(judge(two, { rails: [{ device: 5 }] }))).toEqual(["inconclusive", "expectation-invalid node node-1"]);
    expect(answer(judge(two, { rails: [rail], pkey: null }))).toEqual(["pass"]);
  });
});
