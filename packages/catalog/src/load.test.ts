import { commandProbe, DcdiagExpectations, defineCheck, type Check, type Probe } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { loadRegistered, type Registry } from "./load.ts";

const probe = (id: string, ...argv: string[]): Probe =>
  commandProbe("A probe", { id, argv, timeoutMs: 1, usualSeconds: 1 });
const check = (id: string, ...probes: Probe[]): Check =>
  defineCheck({
    id,
    version: "1.0.0",
    title: "A check",
    probes: probes.map((one) => ({ probe: one, why: "a test" })),
    sections: {},
    needs: [],
    codes: {},
    judge: () => [],
  });
const registry = (checks: Readonly<Record<string, Check>>): Registry =>
  Object.fromEntries(Object.entries(checks).map(([id, one]) => [id, () => Promise.resolve({ default: one })]));
const load = (checks: Readonly<Record<string, Check>>): Promise<ReadonlyMap<string, Check>> =>
  loadRegistered(registry(checks), Object.keys(checks));

describe("loadRegistered", () => {
  it("imports only what is asked for, once, in that order", async () => {
    const never: Registry = {
      broken: () => Promise.reject(new Error("imported")),
      ...registry({ a: check("a"), b: check("b") }),
    };
    expect([...(await loadRegistered(never, ["b", "a", "b"])).keys()]).toEqual(["b", "a"]);
  });

  it("refuses two checks with one id, and a check under another id", async () => {
    await expect(load({ a: check("a"), b: check("a") })).rejects.toThrow("two checks have the id a");
    await expect(load({ a: check("b") })).rejects.toThrow("the check registered as a calls itself b");
  });

  it("accepts a probe that two checks share, or declare alike", async () => {
    const shared = probe("virt", "systemd-detect-virt");
    await expect(load({ a: check("a", shared), b: check("b", shared) })).resolves.toHaveProperty("size", 2);
    await expect(
      load({ a: check("a", shared), b: check("b", probe("virt", "systemd-detect-virt")) }),
    ).resolves.toHaveProperty("size", 2);
  });

  it("refuses two probes with one id and different commands", async () => {
    await expect(load({ a: check("a", probe("virt", "one")), b: check("b", probe("virt", "two")) })).rejects.toThrow(
      "a and b have different probes under one command id, virt",
    );
  });

  it("refuses two probes with one id whose commands hang on expectations", async () => {
    const none = (): Probe => ({ id: "links", title: "Links", commands: () => [] });
    await expect(load({ a: check("a", none()), b: check("b", none()) })).rejects.toThrow("one probe id, links");
  });

  it("refuses a section of the domain's name with another schema", async () => {
    const other = { ...check("a"), sections: { gpus: DcdiagExpectations } };
    await expect(load({ a: other })).rejects.toMatchObject({
      kind: "contract",
      message: expect.stringContaining("the check a declares the section gpus with another schema") as string,
    });
  });
});
