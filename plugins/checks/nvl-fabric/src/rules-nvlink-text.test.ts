import type { Answer, ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { block, EXPECT, heading, judge, named, NODE, pciOf, second, SENTENCE, UP, xml } from "../test/nvlink-text.ts";

describe("G3, G4 what can be read of nvlink", () => {
  it("G4 a non-zero exit is read with the sentence alone", () => {
    const sketch = {
      stdout: second(["Link 0: <inactive>", ...UP.slice(1)]),
      exitCode: 3,
      stderr: "Segmentation\nfault\n",
    };
    expect(judge(sketch)).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "evidence-unusable",
          scope: NODE,
          message: "The probe nvlink cannot be used: it ended with exit code 3 (Segmentation).",
        },
      ],
    });
    expect(judge({ ...sketch, stderr: "" }).findings[0]?.message).toBe(
      "The probe nvlink cannot be used: it ended with exit code 3 (GPU 0: NVIDIA GB300 (UUID: GPU-0)).",
    );
    expect(judge({ ...sketch, stdout: `${block(0)}${heading(1)}${SENTENCE}\n` }).verdict).toBe("fail");
    expect(judge({ stdout: block(0) + block(1), stderr: `${SENTENCE}\n`, exitCode: 3 }).verdict).toBe("inconclusive");
  });

  it("F5, G4 the sentence on stderr is the node's where stdout shows no link", () => {
    for (const stdout of ["", undefined, `${heading(0)}${heading(1)}`]) {
      const judgement = judge({
        stdout: stdout ?? "\n",
        stderr: `warning\n${SENTENCE.toUpperCase()}\n`,
        exitCode: 255,
      });
      expect(judgement.verdict).toBe("fail");
      expect(judgement.findings[0]).toMatchObject({
        code: "links-all-inactive",
        scope: NODE,
        evidence: [{ probe: "nvlink", stream: "err", line: 2 }],
      });
    }
    expect(judge({ stdout: "", stderr: "NVML: Driver Not Loaded\n", exitCode: 255 })).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-unusable" }],
    });
    expect(judge({ stdout: " \n" }).findings[0]?.message).toBe("The probe nvlink cannot be used: its output is empty.");
  });

  it.each<[string, ProbeSketch]>([
    ["could not start", { startError: "not-found" }],
    ["was cut in a speed", { stdout: second(["Link 0: <inactive>", "Link 1: 50 GB"]).trimEnd() }],
    ["was cut in a heading", { stdout: `${block(0, ["Link 0: <inactive>"])}GPU 1: NVIDIA` }],
    ["was cut behind a heading", { stdout: `${block(0, ["Link 0: <inactive>"])}${heading(1)}`.trimEnd() }],
    ["ran into its time limit", { stdout: second(["Link 0: <inactive>"]), timedOut: true }],
    ["names no GPU", { stdout: "No devices were found\n" }],
    ["lists links of no GPU", { stdout: "\t Link 0: <inactive>\n" }],
    [
      "is a usage text",
      { stdout: "Invalid combination of input arguments. Please run 'nvidia-smi nvlink -h' for help.\n" },
    ],
  ])("G3 a nvlink that %s fails nothing", (_, sketch) => {
    expect(judge(sketch)).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-unusable", scope: NODE }],
    });
  });

  it("G3 text without its last newline is whole when its last line is", () => {
    expect(judge((block(0) + block(1)).trimEnd()).verdict).toBe("pass");
    expect(named(judge(block(0, ["Link 0: 50 GB/s", "Link 1: <inactive>"]).trimEnd()))).toContain(
      "link-inactive link 0/1",
    );
    expect(judge({ stdout: `${heading(0)}${SENTENCE}`, exitCode: 1 }).verdict).toBe("fail");
    expect(named(judge((block(0) + block(1, UP.slice(0, 2))).trimEnd()))).toEqual(["link-not-listed link 1/2"]);
  });

  it("G1 each probe is judged when the other cannot be used", () => {
    const broken = { stdout: xml(2).replace("Success", "Failure") };
    expect(judge(second(["Link 0: <inactive>", ...UP.slice(1)]), EXPECT, { exitCode: 9, stdout: "x\n" })).toMatchObject(
      { verdict: "fail", findings: [{ code: "evidence-unusable" }, { code: "link-inactive" }] },
    );
    expect(judge({ startError: "not-found" }, EXPECT, broken)).toMatchObject({
      verdict: "fail",
      findings: [{ code: "fabric-status-failed" }, { code: "evidence-unusable" }],
    });
  });

  it("G11 a missing speed or count judges the rest", () => {
    const { gbps: _, ...nvlink } = EXPECT.nvlink;
    expect(
      judge(second(["Link 0: <inactive>", "Link 1: 1 GB/s", "Link 2: 50 GB/s"]), { ...EXPECT, nvlink }).findings,
    ).toMatchObject([{ code: "expectation-missing" }, { code: "link-inactive", expected: "an active link" }]);
    expect(named(judge(block(1), { nvlink: EXPECT.nvlink }, { startError: "not-found" }))).toEqual([
      "expectation-missing node t07",
      "evidence-unusable node t07",
    ]);
  });

  it("G3 bytes that are no UTF-8 spoil only the value they stand in", () => {
    const damaged = (text: string): Answer => judge({ stdout: text, stdoutDamaged: true });
    expect(damaged(`${block(0)}${block(1)}WARNING: \uFFFD\n`).verdict).toBe("pass");
    expect(named(damaged(second(["Link 0: \uFFFD0 GB/s", ...UP.slice(1)])))).toEqual(["link-unreadable link 1/0"]);
    expect(named(damaged(second(["Link 0: <inactive> \uFFFD", ...UP.slice(1)])))).toEqual(["link-unreadable link 1/0"]);
    expect(named(damaged(`${block(0)}${heading(1)}${SENTENCE}\uFFFD\n`))).not.toContain("links-all-inactive gpu 1");
    expect(named(damaged(block(0) + block(1, ["Link 0: <inactive>"]).replace("GPU 1", "GPU \uFFFD")))).toEqual([
      `gpu-without-links gpu ${pciOf(1)}`,
    ]);
    expect(damaged(`\uFFFD ${SENTENCE}\n`).verdict).toBe("inconclusive");
  });

  it("a heading that cannot be read ends the block before it", () => {
    expect(named(judge(block(0) + block(1, ["Link 0: <inactive>"]).replace("GPU 1:", "GPU ?:")))).toEqual([
      `gpu-without-links gpu ${pciOf(1)}`,
    ]);
    expect(named(judge(block(0) + block(1).replace("GPU 1:", "GPU 12345678:")))).toEqual([
      `gpu-without-links gpu ${pciOf(1)}`,
    ]);
  });

  it("two values for one link cannot both be right; the same value twice can", () => {
    expect(named(judge(block(0, [...UP, "Link 1: <inactive>"])))).toEqual([
      "link-unreadable link 0/1",
      `gpu-without-links gpu ${pciOf(1)}`,
    ]);
    expect(judge(block(0, [...UP, ...UP]) + block(1) + heading(0)).verdict).toBe("pass");
  });

  it("G5 lines of newer tools change nothing", () => {
    expect(
      judge(
        `NVLink status of 2 GPUs\n\n${heading(0)}\t NVLink version: 6\n${UP.map((row) => `\t ${row}\n\t\t Lanes: 4\n`).join("")}\n${block(1)}\nDone\n`,
      ).verdict,
    ).toBe("pass");
  });

  it.each([
    `GPU ${"1".repeat(1_000_000)}`,
    `${block(0)}\t Link 1: ${"5".repeat(1_000_000)}`,
    " ".repeat(1_000_000),
    `${block(0)}\t Link ${"1 ".repeat(500_000)}`,
  ])("G10 a line of 1 MB is answered", (text) => {
    expect(judge(`${text}\n`).verdict).toBe("inconclusive");
  });
});
