import { answering, stepContract, watchedContext, type StepWorld } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import step from "./index.ts";

const input = { host: { name: "n1" }, way: "ssh:direct", unit: "chrony.service" };

/** A node whose unit is in this state. */
function world(state = "enabled"): StepWorld {
  let now = state;
  const done: string[] = [];
  const verbs: Readonly<Record<string, string>> = { enable: "enabled", disable: "disabled" };
  return {
    exec: () =>
      answering(([, verb = ""]) => {
        const next = verbs[verb];
        if (next === undefined) return { stdout: Buffer.from(`${now}\n`), exitCode: now === "enabled" ? 0 : 1 };
        if (next !== now) done.push((now = next));
        return {};
      }),
    changes: () => done,
    interfere: () => {
      now = "masked";
    },
  };
}

stepContract(step, import.meta.url, { "of an enabled unit": { input, open: () => world() } });

describe("__ID__", () => {
  const observe = (state: string) => step.observe(watchedContext(world(state)).context, step.input.parse(input));

  it("keeps the state to go back to", async () => {
    expect(await observe("enabled")).toMatchObject({
      state: "not-yet",
      prior: [{ key: "chrony.service", prior: "enabled", applied: "disabled" }],
    });
  });

  it("is unclear about a unit that is neither enabled nor disabled", async () => {
    for (const state of ["static", "masked", "not-found", ""])
      expect(await observe(state), state).toMatchObject({ state: "unclear" });
  });
});
