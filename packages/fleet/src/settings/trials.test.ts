import { inlineReader } from "@slipway/evidence";
import { defineCheck, type Check, type CodeMeaning } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { negativeTrials } from "./trials.ts";
import type { StagedChange, World } from "./worlds.ts";

/** A check that fails with one code on anything it is shown. */
function failsWith(code: string, formerly?: readonly string[]): Check {
  const meaning: CodeMeaning = {
    verdict: "fail",
    causes: ["hardware"],
    meaning: "A port is gone.",
    remedy: "Look for it.",
    ...(formerly === undefined ? {} : { formerly }),
  };
  return defineCheck({
    id: "ports",
    version: "1.0.0",
    title: "Ports are there",
    probes: [],
    sections: {},
    needs: [],
    codes: { [code]: meaning },
    judge: ({ node }) => [
      {
        code,
        verdict: "fail",
        cause: "hardware",
        scope: { kind: "node", id: node.name },
        message: "The port is gone.",
        evidence: [],
      },
    ],
  });
}

const world = (check: Check, digest: string): World => ({
  checks: new Map([[check.id, check]]),
  digests: { [check.id]: digest },
  fleet: {} as World["fleet"],
});
async function trialsOf(active: Check, staged: Check): Promise<readonly object[]> {
  const trials = await negativeTrials(
    { build: { kind: "check", name: "ports", digest: "new" }, world: world(staged, "new") } as StagedChange,
    {
      active: world(active, "old"),
      reader: inlineReader((_, digest) => (digest === "new" ? staged : active)),
      now: 0,
    },
    {
      label: "an example",
      machine: null,
      check: "ports",
      source: { node: { name: "n1" }, outputs: new Map() },
      expectations: {},
    },
  );
  return trials.map(({ subject, good }) => ({ subject, good }));
}

describe("a negative trial of a staged check", () => {
  it("takes a code for caught that the staged check has renamed", async () => {
    expect(await trialsOf(failsWith("rail-missing"), failsWith("port-missing", ["rail-missing"]))).toEqual([
      { subject: "port-missing", good: true },
    ]);
  });

  it("takes a code for lost that the staged check no longer gives, and does not name as former", async () => {
    expect(await trialsOf(failsWith("rail-missing"), failsWith("port-missing"))).toEqual([
      { subject: "rail-missing", good: false },
      { subject: "port-missing", good: true },
    ]);
  });
});
