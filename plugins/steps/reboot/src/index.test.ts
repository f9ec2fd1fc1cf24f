import { FIRST_BOOT, oneNode, SECOND_BOOT, stepContract, watchedContext, type OneNode } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import step from "./index.ts";

const input = {
  account: "acme",
  node: { nodeName: "n1", cluster: "c1" },
  host: { name: "n1" },
  way: "ssh:direct",
  op: "reboot",
  bootIdBefore: FIRST_BOOT,
};

stepContract(step, import.meta.url, {
  "of a reboot": { input, open: oneNode },
  "of a power cycle": { input: { ...input, op: "power-cycle" }, open: oneNode },
});

describe("reboot", () => {
  const observe = (world: OneNode, bootIdBefore = FIRST_BOOT) =>
    step.observe(watchedContext(world).context, step.input.parse({ ...input, bootIdBefore }));

  it("has nothing to do on a node that is on another boot already", async () => {
    const world = oneNode();
    world.boot = SECOND_BOOT;
    expect(await observe(world)).toMatchObject({ state: "already", facts: { bootId: SECOND_BOOT } });
    expect(await observe(world, SECOND_BOOT)).toMatchObject({ state: "not-yet", lookAgainMs: 5_000 });
  });

  it("is unclear on a node that gives no boot id, unless the vendor has the request", async () => {
    const world = oneNode();
    world.boot = undefined;
    expect(await observe(world)).toMatchObject({ state: "unclear", reason: "n1: connection timed out" });
    world.boot = FIRST_BOOT.slice(1);
    expect(await observe(world)).toMatchObject({ state: "unclear" });
    await step.perform?.(watchedContext(world).context, step.input.parse(input), {});
    world.boot = undefined;
    expect(await observe(world)).toMatchObject({ state: "already" });
  });

  it("needs the vendor and a way to the node, which may be the vendor's", () => {
    const needs = (way: string) => step.needs(step.input.parse({ ...input, way }));
    expect(needs("ssh:direct")).toEqual(["ssh:direct", "vendor:acme"]);
    expect(needs("vendor:acme")).toEqual(["vendor:acme"]);
  });
});
