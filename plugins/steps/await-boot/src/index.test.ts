import { FIRST_BOOT, oneNode, SECOND_BOOT, stepContract, watchedContext } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import step from "./index.ts";

const input = { host: { name: "n1" }, way: "ssh:direct", bootIdBefore: FIRST_BOOT };

stepContract(step, import.meta.url, { "of a node that boots": { input, open: () => oneNode({ booting: true }) } });

describe("await-boot", () => {
  const observe = (boot: string | undefined) => {
    const world = oneNode();
    world.boot = boot;
    return step.observe(watchedContext(world).context, step.input.parse(input));
  };

  it("is over only on another whole boot id", async () => {
    expect(await observe(SECOND_BOOT)).toEqual({ state: "already", facts: { bootId: SECOND_BOOT } });
    for (const boot of ["", SECOND_BOOT.slice(1), `${SECOND_BOOT} `.repeat(2)])
      expect(await observe(boot), boot).toMatchObject({ state: "unclear", lookAgainMs: 5_000 });
  });

  it("looks again while the node is silent or on the boot before", async () => {
    expect(await observe(undefined)).toMatchObject({ state: "not-yet", lookAgainMs: 5_000 });
    expect(await observe(FIRST_BOOT)).toMatchObject({
      state: "not-yet",
      lookAgainMs: 5_000,
      facts: { bootId: FIRST_BOOT },
    });
  });
});
