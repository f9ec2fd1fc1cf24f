import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../workspace.ts";
import { generatedFiles, staleFiles } from "./generate.ts";
import { CODES_END, CODES_START, withCodes } from "./readme.ts";

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

  it("goes behind the marker, and replaces what stood there", () => {
    const once = withCodes(`# x\n\n${CODES_START}\n\n## End\n`, codes);
    expect(once).toContain("| `rail-missing` | fail | hardware, fabric | a \\| b | look again |");
    expect(once.endsWith(`${CODES_END}\n\n## End\n`)).toBe(true);
    expect(withCodes(once, codes)).toBe(once);
    expect(withCodes(once, {})).not.toContain("rail-missing");
    const renamed = { "rail-missing": { ...codes["rail-missing"], formerly: ["port-missing"] } };
    expect(withCodes(once, renamed)).toContain("| `rail-missing`, formerly `port-missing` | fail |");
  });
});
