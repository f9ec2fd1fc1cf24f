import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineCheck, findingsOf, nodeScope, unusableFinding } from "@slipway/plugin-sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { answer, changed, exampleOf } from "./answer.ts";
import { type Situation } from "./evidence.ts";

const codes = {
  "word-wrong": { verdict: "fail", causes: ["platform"], meaning: "Another word.", remedy: "Look." },
} as const;
const finding = findingsOf(codes);

/** Compares a probe's one word with the one that is expected. */
const check = defineCheck({
  id: "word",
  version: "1.0.0",
  title: "The probe prints the expected word",
  probes: [],
  sections: { word: z.object({ is: z.string() }) },
  needs: ["word.is"],
  codes,
  judge(evidence, { word }) {
    const reading = evidence.read("word", { parse: ({ stdout }) => stdout.trim() });
    const scope = nodeScope(evidence);
    if (!reading.usable) return [unusableFinding(reading, scope)];
    return word === undefined || reading.value === word.is
      ? []
      : [finding("word-wrong", { scope, message: reading.value })];
  },
});
const SOUND: Situation = { probes: { word: "yes\n" }, expect: { word: { is: "yes" } }, node: "t07" };

describe("answer() asks a check about a situation", () => {
  it("says the verdict, then each finding as code, verdict, cause and scope", () => {
    expect(answer(check, SOUND)).toEqual({
      check: "word",
      version: "1.0.0",
      verdict: "pass",
      findings: [],
      said: ["pass"],
    });
    expect(answer(check, SOUND, { probes: { word: "no\n" } })).toMatchObject({
      verdict: "fail",
      findings: [{ message: "no" }],
      said: ["fail", "word-wrong fail platform node t07"],
    });
  });

  it("changes probes, sections of expectations and the node one by one, and undefined takes away", () => {
    expect(answer(check, SOUND, { expect: { word: { is: "no" } } }, { probes: { word: "no\n" } }).said).toEqual([
      "pass",
    ]);
    expect(answer(check, SOUND, { expect: { word: undefined } }).said).toEqual([
      "inconclusive",
      "expectation-missing inconclusive configuration node t07",
    ]);
    expect(answer(check, SOUND, { probes: { word: undefined }, node: { name: "t08" } })).toMatchObject({
      findings: [{ message: "The probe word cannot be used: it was not collected." }],
      said: ["inconclusive", "evidence-missing inconclusive tool node t08"],
    });
    expect(changed(SOUND, { probes: { other: "x" } })).toEqual({ ...SOUND, probes: { word: "yes\n", other: "x" } });
  });

  it("reads the situation of an example: texts, records, bytes that are no UTF-8", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-example-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const dir = join(folder, "examples", "pass-yes");
    mkdirSync(dir, { recursive: true });
    const run = { argv: ["word"], exitCode: 0 };
    writeFileSync(
      join(dir, "bundle.json"),
      JSON.stringify({
        node: { name: "t09" },
        expect: SOUND.expect,
        probes: { word: run, other: { ...run, exitCode: 3 } },
      }),
    );
    writeFileSync(join(dir, "word.out"), "yes\n");
    writeFileSync(join(dir, "other.out"), Buffer.from([0xff, 0x0a]));
    writeFileSync(join(dir, "other.err"), "broken\n");
    const example = exampleOf(pathToFileURL(join(folder, "src", "rules.test.ts")).href, "pass-yes");
    expect(example).toEqual({
      node: { name: "t09" },
      expect: SOUND.expect,
      probes: {
        word: { ...run, stdout: "yes\n", stdoutDamaged: false },
        other: { ...run, exitCode: 3, stdout: "\uFFFD\n", stderr: "broken\n", stdoutDamaged: true },
      },
    });
    expect(answer(check, example).said).toEqual(["pass"]);
  });
});
