import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commonCodes, type CodeMeaning } from "@slipway/plugin-sdk";
import { afterEach, describe, expect, it } from "vitest";
import { pluginsOf, readWorkspace, repositoryRoot } from "../workspace.ts";
import { importCheck } from "./readme.ts";
import { codeProblems, RELEASED_CODES, releasedCodes, releasedFiles } from "./released-codes.ts";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const meaning = (formerly?: readonly string[]): CodeMeaning => ({
  verdict: "fail",
  causes: ["hardware"],
  meaning: "A port is gone.",
  remedy: "Look for it.",
  ...(formerly === undefined ? {} : { formerly }),
});
const ports = (codes: Readonly<Record<string, CodeMeaning>>) => ({ id: "ports", version: "1.0.0", codes });
const common = Object.keys(commonCodes).map((code) => `* ${code}`);

/** A repository whose list says this. */
function rootWith(text: string): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-codes-"));
  made.push(root);
  mkdirSync(dirname(join(root, RELEASED_CODES)), { recursive: true });
  writeFileSync(join(root, RELEASED_CODES), text);
  return root;
}

describe("the list of released codes", () => {
  it("is kept by the checks of this repository: each code is given still, or named as former", async () => {
    const checks = await Promise.all(
      pluginsOf(readWorkspace(repositoryRoot), "check").map(({ dir }) => importCheck(repositoryRoot, dir)),
    );
    const released = releasedCodes(repositoryRoot);
    expect(released).toContain("ib-xdr rail-missing");
    expect(released).toEqual(expect.arrayContaining(common));
    expect(codeProblems(released, checks)).toEqual([]);
  });

  it("gains the codes of a check and loses none", () => {
    const root = rootWith("# a comment\nports rail-missing\n");
    const text = releasedFiles(root, [ports({ "port-missing": meaning() })]).get(RELEASED_CODES) ?? "";
    expect(text.split("\n").slice(1)).toEqual([...common.sort(), "ports port-missing", "ports rail-missing", ""]);
    writeFileSync(join(root, RELEASED_CODES), text);
    expect(releasedFiles(root, []).get(RELEASED_CODES)).toBe(text);
  });

  it("leaves out a check of version 0: its codes may still change", () => {
    const making = { ...ports({ "port-missing": meaning() }), version: "0.9.0" };
    expect(releasedFiles(rootWith(""), [making]).get(RELEASED_CODES)).not.toContain("ports");
  });
});

describe("a released code", () => {
  it("that goes is a fault, unless another code names it as former", () => {
    const gone =
      "ports rail-missing: was released and is gone; the code that says it now names it in formerly (docs/codes.md)";
    expect(codeProblems(["ports rail-missing"], [ports({ "port-missing": meaning() })])).toEqual([gone]);
    expect(codeProblems(["ports rail-missing"], [ports({ "port-missing": meaning(["rail-missing"]) })])).toEqual([]);
    expect(codeProblems(["* evidence-lost"], [])).toEqual([gone.replace("ports rail-missing", "* evidence-lost")]);
  });

  it("goes with its check no more quietly", () => {
    expect(codeProblems(["ports rail-missing"], [])).toEqual([
      "ports rail-missing: was released, and the check ports is gone",
    ]);
  });

  it("is former of one code, is no code any more, and was released", () => {
    const released = ["ports rail-missing", "ports port-missing", "ports port-lost"];
    expect(
      codeProblems(released, [
        ports({
          "rail-missing": meaning(),
          "port-gone": meaning(["rail-missing", "port-missing", "port-lost", "prot-lost"]),
          "port-absent": meaning(["port-lost"]),
        }),
      ]),
    ).toEqual([
      "ports port-gone: formerly rail-missing, which is a code still",
      "ports port-gone: formerly prot-lost, which was never released",
      "ports port-absent: formerly port-lost, as another code says too",
    ]);
  });
});
