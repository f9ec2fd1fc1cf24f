import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const SENTENCE = "NVML: Unable to retrieve NVLink information as all links are inActive";
const FABRIC = "<fabric><state>Completed</state><status>Success</status></fabric>";
const xml = (gpus: number): string =>
  `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${`<gpu><uuid>GPU-0</uuid>${FABRIC}</gpu>\n`.repeat(gpus)}</nvidia_smi_log>\n`;
const HEALTHY: ProbeSketch = { stdout: xml(2) };
const EXPECT = { gpus: { count: 2 }, nvlink: { links: 3, gbps: 50, cliqueRequired: false, health: false } };

const UP = ["Link 0: 50 GB/s", "Link 1: 53.125 GB/s", "Link 2: 50.0 GB/s"];
const heading = (index: number): string => `GPU ${String(index)}: NVIDIA GB300 (UUID: GPU-${String(index)})\n`;
/** One GPU: its heading, then a row for each link. */
const block = (index: number, rows: readonly string[] = UP): string =>
  heading(index) + rows.map((row) => `\t ${row}\n`).join("");
const second = (rows: readonly string[]): string => block(0) + block(1, rows);

function judge(
  nvlink: string | ProbeSketch,
  expectations: Readonly<Record<string, unknown>> = EXPECT,
  smi: ProbeSketch = HEALTHY,
): CheckJudgement {
  return runCheck(
    check,
    evidenceOf({
      probes: { "nvidia-smi": smi, nvlink: typeof nvlink === "string" ? { stdout: nvlink } : nvlink },
      node: { name: "t07" },
    }),
    expectations,
  );
}
const named = (judgement: CheckJudgement): string[] =>
  judgement.findings.map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`);
const NODE = { kind: "node", id: "t07" };

describe("F5 each link of each GPU", () => {
  it("F5 passes when every link is listed at its speed or faster", () => {
    expect(judge(block(0) + block(1))).toEqual({
      check: "nvl-fabric",
      version: check.version,
      verdict: "pass",
      findings: [],
    });
  });

  it("F5 the order of GPUs, of links and the width of the margin do not matter", () => {
    expect(judge(block(1, [...UP].reverse()) + block(0)).verdict).toBe("pass");
    expect(judge((block(0) + block(1)).replaceAll("\t ", "        ").replaceAll("\n", "\r\n")).verdict).toBe("pass");
  });

  it.each(["<inactive>", "<Inactive>", "<INACTIVE>"])("F5 a link that reads %s is a fail, the link named", (text) => {
    expect(judge(second(["Link 0: 50 GB/s", `Link 1: ${text}`, "Link 2: 50 GB/s"]))).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "link-inactive",
          verdict: "fail",
          cause: "fabric",
          scope: { kind: "link", id: "1/1" },
          message: "Link 1 of GPU 1 is inactive.",
          expected: "50 GB/s",
          observed: text,
          evidence: [{ probe: "nvlink", line: 7 }],
        },
      ],
    });
  });

  it("F5 a link that is slower is a fail, the link named", () => {
    expect(judge(second(["Link 0: 49.999 GB/s", "Link 1: 50 GB/s", "Link 2: 0 GB/s"]))).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "link-slow",
          cause: "fabric",
          scope: { kind: "link", id: "1/0" },
          message: "Link 0 of GPU 1 runs slower than expected.",
          expected: "50 GB/s",
          observed: "49.999 GB/s",
          evidence: [{ probe: "nvlink", line: 6 }],
        },
        { code: "link-slow", scope: { kind: "link", id: "1/2" }, observed: "0 GB/s" },
      ],
    });
  });

  it.each([
    "N/A",
    "inactive",
    "50",
    "50 MB/s",
    "-50 GB/s",
    "1e9 GB/s",
    "50 GB/s?",
    "5,0 GB/s",
    "",
    "9".repeat(400) + " GB/s",
  ])("G5 a link that reads %j is inconclusive", (text) => {
    expect(judge(second(["Link 0: 50 GB/s", `Link 1: ${text}`, "Link 2: 50 GB/s"]))).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "link-unreadable",
          verdict: "inconclusive",
          cause: "tool",
          scope: { kind: "link", id: "1/1" },
          message: "What is printed of link 1 of GPU 1 cannot be read.",
          expected: "50 GB/s",
          observed: text,
          evidence: [{ probe: "nvlink", line: 7 }],
        },
      ],
    });
  });

  it("F5 a link that is not listed is inconclusive, the link named", () => {
    expect(judge(second(["Link 0: 50 GB/s", "Link 2: 50 GB/s"]))).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "link-not-listed",
          verdict: "inconclusive",
          cause: "unknown",
          scope: { kind: "link", id: "1/1" },
          message: "Link 1 of GPU 1 is not listed.",
          expected: "3 links",
          observed: "absent",
          evidence: [{ probe: "nvlink", line: 5 }],
        },
      ],
    });
    expect(named(judge(block(0) + heading(1)))).toEqual([
      "link-not-listed link 1/0",
      "link-not-listed link 1/1",
      "link-not-listed link 1/2",
    ]);
  });

  it("F5 a GPU with no heading is inconclusive, the GPU named", () => {
    expect(judge(block(1))).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "gpu-without-links",
          verdict: "inconclusive",
          cause: "unknown",
          scope: { kind: "gpu", id: "0" },
          message: "The links of GPU 0 are not listed.",
          expected: "3 links",
          observed: "absent",
          evidence: [{ probe: "nvlink" }],
        },
      ],
    });
  });

  it("F5 a link or GPU more than expected need not be there, and is judged when it is", () => {
    expect(judge(second([...UP, "Link 3: 50 GB/s"]) + block(2)).verdict).toBe("pass");
    expect(named(judge(second([...UP, "Link 3: <inactive>"])))).toEqual(["link-inactive link 1/3"]);
    expect(named(judge(block(0) + block(1) + block(2, UP.slice(1))))).toEqual(["link-not-listed link 2/0"]);
  });

  it("F5 numbers have any digits, and only the start of a line names a GPU or link", () => {
    expect(named(judge(block(0) + block(1) + block(12, ["Link 10: <inactive>", ...UP])))).toEqual([
      "link-inactive link 12/10",
    ]);
    expect(judge(`${block(0)}see Link 9: <inactive>\nof GPU 7: x\n${block(1)}`).verdict).toBe("pass");
    expect(judge(`${heading(0)}not a GPU\n${UP.map((row) => `\t ${row}\n`).join("")}${block(1)}`).verdict).toBe("pass");
  });

  it("G1 a link that is down is not hidden by one that is not listed", () => {
    expect(judge(block(0, ["Link 0: <inactive>"]))).toMatchObject({ verdict: "fail" });
  });

  it("F5 findings come by GPU and link number, whatever the order of the text", () => {
    const down = UP.map((row) => row.replace(/: .*/, ": <inactive>"));
    expect(named(judge(block(1, [...down].reverse()) + block(0, down)))).toEqual(
      ["0/0", "0/1", "0/2", "1/0", "1/1", "1/2"].map((id) => `link-inactive link ${id}`),
    );
    expect(named(judge(second([...UP, "Link 11: <inactive>", "Link 9: <inactive>"])))).toEqual([
      "link-inactive link 1/9",
      "link-inactive link 1/11",
    ]);
  });

  it("F5 every absent link and GPU is named, however many are expected", () => {
    const { findings } = judge(block(0), { ...EXPECT, gpus: { count: 16 }, nvlink: { ...EXPECT.nvlink, links: 1024 } });
    expect(findings.filter(({ code }) => code === "link-not-listed")).toHaveLength(1021);
    expect(findings.filter(({ code }) => code === "gpu-without-links").at(-1)?.scope.id).toBe("15");
  });
});

describe("F5 the sentence that all links are inactive", () => {
  it.each([SENTENCE, SENTENCE.toUpperCase(), `\t ${SENTENCE}`, "all links are inactive"])(
    "F5 under a heading it is a fail of that GPU: %j",
    (sentence) => {
      expect(judge(`${block(0)}${heading(1)}${sentence}\n`)).toMatchObject({
        verdict: "fail",
        findings: [
          {
            code: "links-all-inactive",
            verdict: "fail",
            cause: "fabric",
            scope: { kind: "gpu", id: "1" },
            message: "All NVLinks of GPU 1 are inactive.",
            expected: "active links",
            observed: "all links are inactive",
            evidence: [{ probe: "nvlink", line: 6 }],
          },
        ],
      });
    },
  );

  it.each([0, 1, 255])("F5 under no heading it is a fail of the node, exit %i", (exitCode) => {
    expect(judge({ stdout: `\n${SENTENCE}\n${SENTENCE}\n`, exitCode })).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "links-all-inactive",
          cause: "fabric",
          scope: NODE,
          message: "All NVLinks of the node are inactive.",
          evidence: [{ probe: "nvlink", line: 2 }],
        },
      ],
    });
  });

  it("F5 it ends with the block it stands in", () => {
    expect(named(judge(`${heading(0)}${SENTENCE}\n${SENTENCE}\n${block(1)}`))).toEqual(["links-all-inactive gpu 0"]);
    expect(named(judge(`${heading(0)}${SENTENCE}\n${heading(1)}${SENTENCE}\n`))).toEqual([
      "links-all-inactive gpu 0",
      "links-all-inactive gpu 1",
    ]);
    expect(named(judge(`${SENTENCE}\n${block(0, ["Link 0: <inactive>"])}`))).toEqual([
      "links-all-inactive node t07",
      "link-inactive link 0/0",
      "link-not-listed link 0/1",
      "link-not-listed link 0/2",
    ]);
  });

  it("F5 on the line of the heading it is the GPU's", () => {
    expect(named(judge(`${block(0)}GPU 1: ${SENTENCE}\n`))).toEqual(["links-all-inactive gpu 1"]);
  });
});

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
      "The probe nvlink cannot be used: it ended with exit code 3.",
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
    expect(named(judge(block(1), { nvlink: EXPECT.nvlink }))).toEqual(["expectation-missing node t07"]);
  });

  it("settled A: damaged bytes spoil only the line they stand in", () => {
    const damaged = (text: string): CheckJudgement => judge({ stdout: text, stdoutDamaged: true });
    expect(damaged(`${block(0)}${block(1)}WARNING: \uFFFD\n`).verdict).toBe("pass");
    expect(named(damaged(second(["Link 0: \uFFFD0 GB/s", ...UP.slice(1)])))).toEqual(["link-unreadable link 1/0"]);
    expect(named(damaged(second(["Link 0: <inactive> \uFFFD", ...UP.slice(1)])))).toEqual(["link-unreadable link 1/0"]);
    expect(named(damaged(`${block(0)}${heading(1)}${SENTENCE}\uFFFD\n`))).not.toContain("links-all-inactive gpu 1");
    expect(named(damaged(block(0) + block(1, ["Link 0: <inactive>"]).replace("GPU 1", "GPU \uFFFD")))).toEqual([
      "gpu-without-links gpu 1",
    ]);
    expect(damaged(`\uFFFD ${SENTENCE}\n`).verdict).toBe("inconclusive");
  });

  it("a heading that cannot be read ends the block before it", () => {
    expect(named(judge(block(0) + block(1, ["Link 0: <inactive>"]).replace("GPU 1:", "GPU ?:")))).toEqual([
      "gpu-without-links gpu 1",
    ]);
    expect(named(judge(block(0) + block(1).replace("GPU 1:", "GPU 12345678:")))).toEqual(["gpu-without-links gpu 1"]);
  });

  it("two values for one link cannot both be right; the same value twice can", () => {
    expect(named(judge(block(0, [...UP, "Link 1: <inactive>"])))).toEqual([
      "link-unreadable link 0/1",
      "gpu-without-links gpu 1",
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
