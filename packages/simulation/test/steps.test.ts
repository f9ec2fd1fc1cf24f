import { loadSteps, loadVendor } from "@slipway/catalog";
import { SlipwayError, type Observed, type Step, type VendorSession } from "@slipway/plugin-sdk";
import { watchedContext, type StepWorld } from "@slipway/testkit";
import { expect, it } from "vitest";

const START = Date.parse("2026-01-01T00:00:00Z");
const NODE = "oci-h100-a-r00-t00";
const BOOT_MS = 240_000;

const log = { info: () => undefined, warn: () => undefined };
const atVendor = { account: "lab", node: { nodeName: NODE } };
const onNode = { host: { name: NODE }, way: "vendor:lab" };

/** The lab with a clock that the test moves, as steps see it. */
async function labWorld(): Promise<StepWorld & { pass(ms: number): void }> {
  let now = START;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const settings = { seed: 7, start: new Date(START).toISOString(), cells: { "oci-h100-a": 1 } };
  const quiet = { speed: 0, unreachable: 0, lost: 0, inconclusive: 0, bootSeconds: BOOT_MS / 1_000 };
  const session: VendorSession = await (await loadVendor("lab")).open({ ...settings, ...quiet }, { clock, log });
  return {
    vendor: () => session,
    exec: (host) => {
      if (session.transport === undefined) throw new SlipwayError("bug", "the lab has no transport");
      return session.transport.connect(host, new AbortController().signal);
    },
    changes: () => [],
    pass: (ms) => void (now += ms),
  };
}

it("reboot and await-boot boot a node of the lab, each proven by what it observes", async () => {
  const [steps, world] = [await loadSteps(), await labWorld()];
  world.pass(30 * 86_400_000);
  const step = (id: string): Step => steps.get(id) ?? expect.fail(`the catalog has no step ${id}`);
  const look = (id: string, input: object): Promise<Observed> =>
    step(id).observe(watchedContext(world, { key: "validation/1/boot/1" }).context, step(id).input.parse(input));

  const { facts } = await look("await-boot", { ...onNode, bootIdBefore: "none" });
  const bootIdBefore = String(facts["bootId"]);
  const reboot = { ...atVendor, ...onNode, op: "reboot", bootIdBefore };
  expect(await look("reboot", reboot)).toMatchObject({ state: "not-yet" });
  const { context } = watchedContext(world, { key: "validation/1/boot/1" });
  for (const _ of ["asked", "asked again"])
    expect(await step("reboot").perform?.(context, step("reboot").input.parse(reboot), {})).toMatchObject({
      did: "accepted",
    });
  expect(await look("reboot", reboot)).toMatchObject({ state: "already", facts: { operation: "succeeded" } });

  expect(await look("await-boot", { ...onNode, bootIdBefore })).toMatchObject({ state: "not-yet" });
  world.pass(BOOT_MS);
  const back = await look("await-boot", { ...onNode, bootIdBefore });
  expect(back.state).toBe("already");
  expect(back.facts["bootId"]).not.toBe(bootIdBefore);
});

it.each(["open-repair", "return-to-service"])("the lab tells of %s by its key alone", async (id) => {
  const [steps, world] = [await loadSteps(), await labWorld()];
  const step = steps.get(id) ?? expect.fail(`the catalog has no step ${id}`);
  const input = step.input.parse({ ...atVendor, category: "hardware", summary: "a rail is gone" });
  const { context } = watchedContext(world, { key: "ban/1" });
  expect(await step.observe(context, input)).toMatchObject({ state: "not-yet" });
  expect(await step.perform?.(context, input, {})).toMatchObject({ did: "accepted" });
  expect(await step.observe(context, input)).toMatchObject({ state: "already" });
  const { context: other } = watchedContext(world, { key: "ban/2" });
  expect(await step.observe(other, input)).toMatchObject({ state: "not-yet" });
});
