import { describe, expect, it } from "vitest";
import check from "./index.ts";
import {
  block,
  EXPECT,
  gpu,
  heading,
  judge,
  link,
  NODE,
  second,
  SENTENCE,
  smiGpu,
  UP,
  xmlOf,
} from "../test/nvlink-text.ts";

const OFF = "Link 1: <inactive>";

describe("F5 links that are off by design", () => {
  const unused = (links: number, ...numbers: number[]): Record<string, unknown> => ({
    ...EXPECT,
    nvlink: { ...EXPECT.nvlink, links, unused: numbers },
  });

  it.each(["<inactive>", "1 GB/s", "N/A", undefined])("F5 an unused link that prints %j is not judged", (text) => {
    const rows = ["Link 0: 50 GB/s", ...(text === undefined ? [] : [`Link 1: ${text}`]), "Link 2: 50 GB/s"];
    expect(judge(block(0, rows) + block(1, rows), unused(2, 1)).said).toEqual(["pass"]);
  });

  it("F5 links counts the others, which need not be the first ones", () => {
    const rows = ["Link 1: 50 GB/s", "Link 3: 50 GB/s"];
    expect(judge(block(0, rows) + block(1, rows), unused(2, 0, 2)).said).toEqual(["pass"]);
    expect(judge(block(0, rows) + block(1, rows.slice(0, 1)), unused(2, 0, 2)).said).toEqual([
      "inconclusive",
      "link-not-listed inconclusive unknown link 1/3",
    ]);
    expect(judge(block(0, rows) + block(1, rows), unused(2, 2, 0, 2, 2)).said).toEqual(["pass"]);
  });

  it("F5 an inactive link that is not among the unused is a fail, whatever links says", () => {
    const rows = ["Link 0: 50 GB/s", OFF, "Link 2: 50 GB/s", "Link 7: <inactive>"];
    for (const links of [1, 2, 3])
      expect(judge(block(0) + block(1, rows), unused(links, 1)).said).toContain("link-inactive fail fabric link 1/7");
    expect(judge(second(["Link 0: 50 GB/s", OFF, "Link 2: 50 GB/s"])).said).toEqual([
      "fail",
      "link-inactive fail fabric link 1/1",
    ]);
  });

  it("F5 the sentence that all links are inactive is a fail although some are unused", () => {
    expect(judge(block(0) + heading(1) + SENTENCE + "\n", unused(2, 1)).said).toEqual([
      "fail",
      "links-all-inactive fail fabric gpu 1",
    ]);
  });
});

describe("F5 links that MIG turns off", () => {
  const mig = (word: string): string =>
    `<mig_mode><current_mig>${word}</current_mig><pending_mig>Enabled</pending_mig></mig_mode>`;
  const both = (one: string, other: string) => ({ stdout: xmlOf(smiGpu(0, mig(one)), smiGpu(1, mig(other))) });
  const down = ["Link 0: <inactive>", ...UP.slice(1)];

  it.each(["Enabled", "ENABLED", " enabled "])(
    "F5 an inactive link of a GPU whose MIG is %s has the cause configuration",
    (word) => {
      expect(judge(second(down), EXPECT, both("Disabled", word))).toMatchObject({
        verdict: "fail",
        findings: [
          {
            code: "mig-links-inactive",
            verdict: "fail",
            cause: "configuration",
            scope: link(1, 0),
            message: "Link 0 of GPU 1 (00000000:01:00.0) is inactive while MIG is enabled.",
            observed: "<inactive>",
          },
        ],
      });
    },
  );

  it("F5 so has the sentence that all links of the GPU are inactive", () => {
    expect(judge(`${block(0)}${heading(1)}${SENTENCE}\n`, EXPECT, both("Enabled", "Enabled"))).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "mig-links-inactive",
          cause: "configuration",
          scope: gpu(1),
          message: "All NVLinks of GPU 1 (00000000:01:00.0) are inactive while MIG is enabled.",
        },
      ],
    });
  });

  it.each(["Disabled", "N/A", "Unknown Error", "Enabl\uFFFDd", "Enabled</current_mig><current_mig>Disabled", ""])(
    "F5 MIG that reads %j is not blamed",
    (word) => {
      const { findings } = judge(second(down), EXPECT, both("Enabled", word));
      expect(findings.map(({ code, cause }) => [code, cause])).toEqual([["link-inactive", "fabric"]]);
      expect(JSON.stringify(findings)).not.toContain("MIG");
    },
  );

  it("F5 MIG on GPUs whose links run is no fault, and a slow link is none of MIG's", () => {
    expect(judge(block(0) + block(1), EXPECT, both("Enabled", "Enabled")).said).toEqual(["pass"]);
    const slow = ["Link 0: 25 GB/s", ...UP.slice(1)];
    expect(judge(second(slow), EXPECT, both("Enabled", "Enabled")).said).toEqual([
      "fail",
      "link-slow fail fabric link 1/0",
    ]);
  });

  it("F5 the sentence about the node is of MIG where all its GPUs have it, else those that have it are named too", () => {
    expect(judge(`${SENTENCE}\n`, EXPECT, both("Enabled", "Enabled"))).toMatchObject({
      findings: [{ code: "mig-links-inactive", cause: "configuration", scope: NODE }],
    });
    expect(judge(`${SENTENCE}\n`, EXPECT, both("Disabled", "Enabled"))).toMatchObject({
      findings: [
        { code: "links-all-inactive", cause: "fabric", scope: NODE },
        { code: "mig-links-inactive", cause: "configuration", scope: gpu(1) },
      ],
    });
    expect(judge(`${SENTENCE}\n`, EXPECT, { startError: "not-found" }).findings.map(({ code }) => code)).toEqual([
      "evidence-unusable",
      "links-all-inactive",
    ]);
  });

  it("F5 a GPU that nothing joins with the XML is of MIG where all GPUs there have it", () => {
    const unjoined = second(down).replaceAll("UUID: GPU", "UUID: X");
    expect(judge(unjoined, EXPECT, both("Enabled", "Enabled")).findings[0]?.code).toBe("mig-links-inactive");
    expect(judge(unjoined, EXPECT, both("Disabled", "Enabled")).findings[0]?.code).toBe("link-inactive");
  });

  it("F5 the remedy of links that MIG turns off is never a reset", () => {
    expect(check.codes["mig-links-inactive"]).toMatchObject({ remedy: expect.not.stringMatching(/reset/i) as string });
  });
});
