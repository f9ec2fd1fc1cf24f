import { banByHand, override, startRunner, type Runner } from "@slipway/runner";
import { VendorError, type VendorSession } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";
import { afterEach, describe, expect, it } from "vitest";
import type { SimulatedWorld } from "../src/simulate.ts";
import { bootWorld, MINUTE, until, workerOf, type OnLook } from "./boot-world.ts";

let runner: Runner | undefined;
afterEach(() => runner?.stop({ now: true }));

const intents = ({ memory }: SimulatedWorld, act: string): readonly Row<"intents">[] =>
  memory?.snapshot("intents").filter((row) => row.act === act) ?? [];
const ended = (made: SimulatedWorld, act: string): boolean =>
  intents(made, act).some(({ outcome }) => outcome !== null);
const said = { by: "ada", reason: "needed now" };
const overridden = async ({ parts, memory }: SimulatedWorld): Promise<void> => {
  const machine = memory?.snapshot("machines")[0]?.id ?? 0;
  await override(parts.store, parts.fleet, { machine, ...said });
};
/** Another object takes the machine: the claim's fence rises. */
const takenAway = async ({ parts, memory }: SimulatedWorld): Promise<void> => {
  const claim = memory?.snapshot("claims")[0];
  await parts.store.transaction((tx) =>
    tx.update("claims", [
      { key: { machine: claim?.machine ?? 0 }, set: { holder: "window/1", fence: (claim?.fence ?? 0) + 1 } },
    ]),
  );
};

/** A world in which something happens between the look at a node's boot id and the boot that is asked for next. */
async function betweenLookAndBoot(happens: (made: SimulatedWorld) => Promise<void>) {
  const made = await bootWorld();
  const asked: string[] = [];
  let looks = 0;
  const onLook: OnLook = async () => {
    if (intents(made, "reboot").length > 0 && (looks += 1) === 1) await happens(made);
  };
  const spy = (session: VendorSession): Partial<VendorSession> => ({
    power: async (node, op, options) => {
      asked.push(options.key);
      return session.power?.(node, op, options) ?? { id: "", state: "already" };
    },
  });
  runner = await startRunner(workerOf(made, spy, onLook).parts);
  await until(made, () => looks >= 1);
  await made.clock.runUntil(made.clock.now() + 10 * MINUTE);
  return { made, asked };
}

describe("an act that disturbs a node", () => {
  it("is not done when a person let the machine in between the look and the act", async () => {
    const { made, asked } = await betweenLookAndBoot(overridden);
    expect(asked).toEqual([]);
    expect(intents(made, "reboot")).toMatchObject([{ outcome: "abandoned", sent_at: null }]);
  });

  it("is not done when another object took the machine between the look and the act", async () => {
    const { made, asked } = await betweenLookAndBoot(takenAway);
    expect(asked).toEqual([]);
    expect(intents(made, "reboot")).toMatchObject([{ outcome: "abandoned", sent_at: null }]);
  });

  it.each([
    ["a person let the machine in", overridden],
    ["another object took the machine", takenAway],
  ])("is told to end within seconds when %s while it runs", async (_what, happens) => {
    const made = await bootWorld();
    let signal: AbortSignal | undefined;
    let aborted = false;
    const onLook: OnLook = async (own) => {
      if (signal !== undefined) return;
      signal = own;
      await happens(made);
      await made.clock.sleep(10_000);
      aborted = own.aborted;
    };
    runner = await startRunner(workerOf(made, undefined, onLook).parts);
    await until(made, () => signal !== undefined);
    await made.clock.runUntil(made.clock.now() + MINUTE);
    expect(aborted).toBe(true);
    expect(intents(made, "pass")[0]).toMatchObject({ outcome: "abandoned", tries: 0 });
  });

  it("is not asked for again by whoever takes it over, where the node shows that it was done", async () => {
    const made = await bootWorld();
    let asked = 0;
    const dying = await startRunner(
      workerOf(made, (session) => ({
        power: async (...call) => {
          asked += 1;
          await session.power?.(...call);
          return new Promise(() => undefined);
        },
      })).parts,
    );
    await until(made, () => asked === 1);
    await dying.stop({ now: true });
    runner = await startRunner(
      workerOf(made, () => ({ power: () => ((asked += 1), Promise.reject(new Error())) })).parts,
    );
    await until(made, () => ended(made, "reboot"));
    expect(intents(made, "reboot")[0]?.outcome).toBe("done");
    expect(asked).toBe(1);
  });

  it("that may have been asked for is waited for, and then left to a person where nothing shows it", async () => {
    const made = await bootWorld();
    const asked: number[] = [];
    const { parts } = workerOf(made, () => ({
      power: () => (asked.push(made.clock.now()), new Promise(() => undefined)),
    }));
    const dying = await startRunner(parts);
    await until(made, () => asked.length === 1);
    await dying.stop({ now: true });
    runner = await startRunner(parts);
    await until(made, () => ended(made, "reboot"));
    expect(intents(made, "reboot")[0]?.outcome).toBe("failed");
    expect(asked).toHaveLength(1);
    expect(made.clock.now() - (asked[0] ?? 0)).toBeGreaterThanOrEqual(parts.limits.bootMs);
    expect(made.memory?.snapshot("validations")[0]).toMatchObject({ status: "held", reason_code: "NeedsHuman" });
  });

  it("is not done for a release whose machine was banned since", async () => {
    const made = await bootWorld({ passes: 1, policy: { freshBootEvery: 0 } });
    let asked = 0;
    runner = await startRunner(
      workerOf(made, () => ({
        returnToService: () => ((asked += 1), Promise.reject(new VendorError("throttled", "429"))),
      })).parts,
    );
    await until(made, () => asked === 3);
    const machine = made.memory?.snapshot("machines")[0]?.id ?? 0;
    await banByHand(made.parts.store, made.parts.fleet, { machine, cause: "hardware", ...said });
    await until(made, () => ended(made, "return-to-service"));
    expect(intents(made, "return-to-service")[0]?.outcome).toBe("abandoned");
    expect(asked).toBe(3);
  });
});
