import { startRunner, type Runner } from "@slipway/runner";
import type { Row } from "@slipway/store";
import { afterEach, describe, expect, it } from "vitest";
import { HOUR, type SimulatedWorld } from "../src/simulate.ts";
import { bootWorld, MINUTE, until, workerOf } from "./boot-world.ts";

let runner: Runner | undefined;
afterEach(() => runner?.stop({ now: true }));

const rows = <K extends "intents" | "validations" | "claims">(
  { memory }: SimulatedWorld,
  table: K,
): readonly Row<K>[] => memory?.snapshot(table) ?? [];
const act = (made: SimulatedWorld, name: string): Row<"intents"> | undefined =>
  rows(made, "intents").find((one) => one.act === name);

/** A world whose one node is on its way to another boot, which takes so many seconds. */
async function booting(bootSeconds: number): Promise<SimulatedWorld> {
  const made = await bootWorld({ bootSeconds });
  runner = await startRunner(workerOf(made).parts);
  await until(made, () => act(made, "await-boot") !== undefined);
  return made;
}

describe("a node that boots", () => {
  it("and does not come back in time is held as BootUnproven, and its machine and the wait are given up", async () => {
    const made = await booting((4 * HOUR) / 1_000);
    const { bootMs } = made.parts.limits;
    await made.clock.runUntil(made.clock.now() + bootMs - MINUTE);
    expect(rows(made, "validations")[0]?.status).toBe("running");
    await made.clock.runUntil(made.clock.now() + 2 * MINUTE);
    expect(rows(made, "validations")).toMatchObject([{ status: "held", reason_code: "BootUnproven", acting: null }]);
    expect(rows(made, "validations")[0]?.reason).toMatch(/within 30 minutes: .*timed out/);
    expect(rows(made, "claims")).toMatchObject([{ holder: null }]);
    expect(act(made, "await-boot")).toMatchObject({ outcome: "abandoned" });
  });

  it("and came back while no worker could look is not taken for one that did not", async () => {
    const made = await booting(240);
    await runner?.stop({ now: true });
    await made.clock.runUntil(made.clock.now() + 3 * HOUR);
    runner = await startRunner(workerOf(made).parts);
    await until(made, () => act(made, "await-boot")?.outcome !== null);
    expect(act(made, "await-boot")).toMatchObject({ outcome: "done" });
    expect(rows(made, "validations")[0]?.status).not.toBe("held");
  });
});
