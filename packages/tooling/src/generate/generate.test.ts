import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineStep } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../workspace.ts";
import { generatedFiles, staleFiles } from "./generate.ts";
import { withBlock } from "./block.ts";
import { CODES, codeTable } from "./readme.ts";
import { factsOf } from "./step-readme.ts";

describe("generate", () => {
  it("would change nothing in this repository", async () => {
    expect(staleFiles(repositoryRoot, await generatedFiles(repositoryRoot))).toEqual([]);
  });

  it("gives the same bytes again", async () => {
    expect([...(await generatedFiles(repositoryRoot))]).toEqual([...(await generatedFiles(repositoryRoot))]);
  });

  it("covers the published schemas", async () => {
    const files = await generatedFiles(repositoryRoot, { checks: [] });
    expect([...files.keys()].filter((file) => file.includes("schemas"))).toHaveLength(6);
    const shipped = JSON.parse(
      readFileSync(join(repositoryRoot, "packages/domain/schemas/expectations.json"), "utf8"),
    ) as { properties: object };
    expect(Object.keys(shipped.properties)).toContain("checks");
  });
});

describe("the table of finding codes", () => {
  const codes = {
    "rail-missing": { verdict: "fail", causes: ["hardware", "fabric"], meaning: "a | b", remedy: "look\nagain" },
  } as const;

  const page = (text: string, meanings: Parameters<typeof codeTable>[0]): string =>
    withBlock(text, CODES, codeTable(meanings));

  it("goes behind the marker, and replaces what stood there", () => {
    const once = page(`# x\n\n${CODES.start}\n\n## End\n`, codes);
    expect(once).toContain("| `rail-missing` | fail | hardware, fabric | a \\| b | look again |");
    expect(once.endsWith(`${CODES.end}\n\n## End\n`)).toBe(true);
    expect(page(once, codes)).toBe(once);
    expect(page(once, {})).not.toContain("rail-missing");
    const renamed = { "rail-missing": { ...codes["rail-missing"], formerly: ["port-missing"] } };
    expect(page(once, renamed)).toContain("| `rail-missing`, formerly `port-missing` | fail |");
  });
});

it("the facts of a step are its class, what it disturbs, whether it can be taken back, and its input", () => {
  const step = defineStep({
    id: "x",
    version: "1.0.0",
    title: "A step for a test",
    class: "keyed",
    disturbs: true,
    maxFactAgeMs: 90_000,
    input: z.object({ op: z.enum(["on", "off"]).describe("Which way"), why: z.string().optional() }),
    needs: () => [],
    observe: () => Promise.resolve({ state: "unclear", facts: {}, reason: "a test" }),
  });
  for (const row of [
    "| class | `keyed`: performing it again under the same key changes nothing further |",
    "| disturbs work on the node | yes |",
    "| can be taken back | no |",
    "| oldest facts it acts on | 90 s |",
    "| `op` | `on` or `off` | yes | Which way |",
    "| `why` | string | no |  |",
  ])
    expect(factsOf(step)).toContain(`${row}\n`);
});
