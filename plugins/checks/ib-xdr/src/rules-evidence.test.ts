import { describe, expect, it } from "vitest";
import { answer, judge, rail, second, two } from "../test/ports.ts";

describe("ib-xdr by its rules", () => {
  it.each(["x/sys/class/infiniband/mlx5_0/fw_ver:40", "x/sys/class/infiniband/mlx5_0/ports/1/state:1: DOWN"])(
    "G3 %s is no line of sysfs",
    (line) => {
      expect(answer(judge(`${two}${line}\n`))).toEqual(["inconclusive", "evidence-unusable node node-1"]);
    },
  );

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

  it("X6 counters are not judged", () => {
    expect(
      answer(
        judge(
          `${two}/sys/class/infiniband/mlx5_0/ports/1/counters/link_downed:99\n/sys/class/infiniband/mlx5_0/fw_ver:40.47.1026\n\n`,
        ),
      ),
    ).toEqual(["pass"]);
  });

  it("G3 a value that is absent, damaged or contradictory leaves the rail unknown; a line of another shape spoils all", () => {
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
    expect(answer(judge(`${second({ state: "1: DOWN" })}cat: error\n`))).toEqual([
      "inconclusive",
      "evidence-unusable node node-1",
    ]);
    expect(judge(`${two}cat: error\n`).findings[0]?.evidence).toEqual([{ probe: "ib-sysfs", line: 11 }]);
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
