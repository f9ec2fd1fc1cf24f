import { expect, it } from "vitest";
import type { CodeMeaning } from "./check.ts";
import { codeNow } from "./code-now.ts";

const meaning = (formerly?: readonly string[]): CodeMeaning => ({
  verdict: "fail",
  causes: ["hardware"],
  meaning: "A part is gone.",
  remedy: "Look for it.",
  ...(formerly === undefined ? {} : { formerly }),
});
const check = { codes: { "port-missing": meaning(["rail-missing", "link-missing"]), "rate-low": meaning() } };

it("follows every former name of a code to the one it has now", () => {
  expect(codeNow(check, "rail-missing")).toBe("port-missing");
  expect(codeNow(check, "link-missing")).toBe("port-missing");
});

it("leaves names that are in use, unknown, or of a check that is gone", () => {
  for (const code of ["port-missing", "rate-low", "evidence-unusable", "never-heard-of", "toString"])
    expect(codeNow(check, code)).toBe(code);
  expect(codeNow(undefined, "rail-missing")).toBe("rail-missing");
});
