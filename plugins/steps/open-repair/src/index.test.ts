import { oneNode, stepContract, watchedContext } from "@slipway/testkit";
import { expect, it } from "vitest";
import step from "./index.ts";

const input = { account: "acme", node: { nodeName: "n1" }, category: "hardware", summary: "a rail is gone" };

stepContract(step, import.meta.url, { "of a banned node": { input, open: oneNode } });

it("reports the category to the vendor, once under a key", async () => {
  const world = oneNode();
  const { context } = watchedContext(world, { key: "ban/7/open-repair" });
  for (const opId of [undefined, "op-ban/7/open-repair"])
    expect(await step.perform?.(context, step.input.parse(input), { opId })).toEqual({
      did: "accepted",
      opId: "op-ban/7/open-repair",
    });
  expect(world.changes()).toEqual(["repair of hardware"]);
});
