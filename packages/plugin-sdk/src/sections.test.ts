import { GpuExpectations } from "@slipway/domain";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Sections } from "./check.ts";
import { refuseSectionConflicts } from "./sections.ts";

const load = (...checks: (readonly [string, Sections])[]): void =>
  refuseSectionConflicts(checks.map(([id, sections]) => ({ id, sections })));

describe("sections of expectations", () => {
  it("may be shared by checks, and with the domain, where all have one schema", () => {
    const own = (): z.ZodObject => z.object({ minGiB: z.number().positive().optional() });
    expect(() => load(["a", { gpus: GpuExpectations }], ["b", { gpus: GpuExpectations, memory: own() }])).not.toThrow();
    expect(() => load(["a", { memory: own() }], ["b", { memory: own() }])).not.toThrow();
  });

  it("with the domain's name and another schema are refused, naming check and section", () => {
    const narrower = GpuExpectations.extend({ minMemoryGiB: z.number().optional() });
    expect(() => load(["host-memory", { gpus: narrower }])).toThrow(
      "the check host-memory declares the section gpus with another schema than the one that @slipway/domain has",
    );
  });

  it("of two checks with one name and two schemas are refused, naming both checks", () => {
    expect(() => load(["a", { memory: z.object({ gib: z.number() }) }], ["b", { memory: z.object({}) }])).toThrow(
      "the check b declares the section memory with another schema than that of the check a",
    );
  });
});
