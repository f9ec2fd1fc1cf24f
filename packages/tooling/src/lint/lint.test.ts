import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../workspace.ts";
import { pathFromRoot } from "./lint.ts";

describe("paths of lint", () => {
  it("are taken from the folder of the caller, and given from the root", () => {
    expect(pathFromRoot("src", join(repositoryRoot, "packages/tooling"))).toBe("packages/tooling/src");
    expect(pathFromRoot(".", repositoryRoot)).toBe(".");
    expect(pathFromRoot(join(repositoryRoot, "AGENTS.md"), tmpdir())).toBe("AGENTS.md");
  });

  it("that are not there, or outside the repository, are refused by name", () => {
    expect(() => pathFromRoot("gone", repositoryRoot)).toThrow("gone: there is no such path");
    expect(() => pathFromRoot("..", repositoryRoot)).toThrow("..: is outside the repository");
  });
});
