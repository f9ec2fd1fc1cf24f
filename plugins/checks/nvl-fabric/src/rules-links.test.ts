import { describe, expect, it } from "vitest";
import {
  block,
  EXPECT,
  gpu,
  heading,
  judge,
  link,
  named,
  NODE,
  pciOf,
  second,
  SENTENCE,
  smiGpu,
  UP,
  xmlOf,
} from "../test/nvlink-text.ts";
import check from "./index.ts";

describe("F5 each link of each GPU", () => {
  it("F5 passes when every link is listed at its speed or faster", () => {
    expect(judge(block(0) + block(1))).toEqual({
      check: "nvl-fabric",
      version: check.version,
      verdict: "pass",
      findings: [],
      said: ["pass"],
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
          scope: link(1, 1),
          message: "Link 1 of GPU 1 (00000000:01:00.0) is inactive.",
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
          scope: link(1, 0),
          message: "Link 0 of GPU 1 (00000000:01:00.0) runs slower than expected.",
          expected: "50 GB/s",
          observed: "49.999 GB/s",
          evidence: [{ probe: "nvlink", line: 6 }],
        },
        { code: "link-slow", scope: link(1, 2), observed: "0 GB/s" },
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
          scope: link(1, 1),
          message: "Link 1 of GPU 1 (00000000:01:00.0) prints nothing that can be read.",
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
          scope: link(1, 1),
          message: "Link 1 of GPU 1 (00000000:01:00.0) is not listed.",
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

  it("F5, G8 a listed GPU with no heading is inconclusive, named by its address", () => {
    expect(judge(block(1))).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "gpu-without-links",
          verdict: "inconclusive",
          cause: "unknown",
          scope: gpu(0, pciOf(0)),
          message: "The links of GPU 00000000:00:00.0 are not listed.",
          expected: "3 links",
          observed: "absent",
          evidence: [{ probe: "nvlink" }],
        },
      ],
    });
  });

  it("F5 a GPU with neither heading nor element is inconclusive, named by its number", () => {
    const three = { ...EXPECT, gpus: { count: 3 } };
    expect(named(judge(block(0) + block(2), three, { stdout: xmlOf(smiGpu(0), smiGpu(2)) }))).toEqual([
      "gpu-not-listed gpu 1",
      "gpu-without-links gpu 1",
    ]);
    expect(named(judge(block(0) + block(2), three, { startError: "not-found" }))).toEqual([
      "evidence-unusable node t07",
      "gpu-without-links gpu 1",
    ]);
  });

  it("F5 headings of GPUs that the XML does not list stand for none that it lists", () => {
    const strange = (block(0) + block(5)).replaceAll("UUID: GPU", "UUID: X");
    expect(named(judge(strange))).toEqual(["gpu-without-links gpu 1"]);
    const both = { stdout: xmlOf(smiGpu(0), smiGpu(1), smiGpu(2)) };
    expect(named(judge(block(0) + block(5), { ...EXPECT, gpus: { count: 3 } }, both))).toEqual([
      `gpu-without-links gpu ${pciOf(1)}`,
      `gpu-without-links gpu ${pciOf(2)}`,
    ]);
    const nameless = block(0) + block(5).replace("GPU-5", "N/A");
    expect(named(judge(nameless, { ...EXPECT, gpus: { count: 3 } }, both))).toEqual([
      `gpu-without-links gpu ${pciOf(1)}`,
      `gpu-without-links gpu ${pciOf(2)}`,
    ]);
  });

  it("F5 a heading whose UUID cannot be read may be that of any GPU", () => {
    const unnamed = block(1).replace("GPU-1", "GPU-\uFFFD");
    expect(named(judge(block(0) + unnamed))).toEqual([]);
    expect(named(judge(block(0) + block(7)))).toEqual([`gpu-without-links gpu ${pciOf(1)}`]);
    const nameless = smiGpu(1).replace("GPU-1", "N/A");
    expect(named(judge(block(0) + block(1), EXPECT, { stdout: xmlOf(smiGpu(0), nameless) }))).toEqual([]);
    expect(named(judge(block(0), EXPECT, { stdout: xmlOf(smiGpu(0), nameless) }))).toEqual([
      `gpu-without-links gpu ${pciOf(1)}`,
    ]);
  });

  it("G8 links are named by the number of nvlink, with the marks of the GPU of that UUID", () => {
    const gap = { stdout: xmlOf(smiGpu(2), smiGpu(0)) };
    const { findings } = judge(block(0) + block(2, ["Link 0: <inactive>", ...UP.slice(1)]), EXPECT, gap);
    expect(findings).toMatchObject([{ code: "link-inactive", scope: link(2, 0) }]);
    const other = judge(second(["Link 0: <inactive>", ...UP.slice(1)]).replaceAll("(UUID: GPU-", "(UUID: X-"));
    expect(other.findings[0]?.scope).toEqual({ kind: "link", id: "1/0", uuid: "X-1" });
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
    const many = { ...EXPECT, gpus: { count: 16 }, nvlink: { ...EXPECT.nvlink, links: 1024 } };
    const { findings } = judge(block(0), many, { startError: "not-found" });
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
            scope: gpu(1),
            message: "All NVLinks of GPU 1 (00000000:01:00.0) are inactive.",
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
