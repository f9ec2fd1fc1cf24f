import { VendorError, type ActContext, type Connection, type VendorSession } from "@slipway/plugin-sdk";
import { virtualClock } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { inContext } from "./context.ts";
import { DEFAULT_LIMITS, type RunnerEvent, type RunnerParts } from "./parts.ts";

const { signal } = new AbortController();
const clock = virtualClock(0);
const baseOf = (needs: readonly string[]) => ({
  signal,
  deadlineMs: 30_000,
  key: "validation/1/1/2/boot/3",
  fence: 7,
  needs,
  now: () => Promise.resolve(0),
});

/** A worker with ssh, this host and a vendor that never answers, which notes the ways that were taken and closed. */
function worker() {
  const ways: string[] = [];
  const events: RunnerEvent[] = [];
  const adapterOf = (way: string) => ({
    transport: {
      connect: () => {
        ways.push(way);
        return Promise.resolve({ close: () => void ways.push(`${way} closed`) } as Partial<Connection> as Connection);
      },
      close: () => undefined,
    },
  });
  const session = { power: () => new Promise(() => undefined) } as Partial<VendorSession> as VendorSession;
  const adapters = new Map<string, unknown>([
    ["ssh", adapterOf("ssh")],
    ["local", adapterOf("local")],
    ["oci", { ...adapterOf("oci"), vendor: { session } }],
  ]);
  const emit = (event: RunnerEvent): void => void events.push(event);
  const parts = { adapters, clock, emit, limits: DEFAULT_LIMITS } as Partial<RunnerParts> as RunnerParts;
  const within = <T>(needs: readonly string[], work: (context: ActContext) => Promise<T>): Promise<T> =>
    inContext(parts, baseOf(needs), work);
  return { ways, events, within };
}

it.each([
  [["ssh:direct", "vendor:oci"], "ssh"],
  [["ssh:bastion-1"], "ssh"],
  [["local"], "local"],
  [["vendor:oci"], "oci"],
])(
  "reaches the node of an act that needs %j by %s, and closes the connection when the act ends, even by an error",
  async (needs, way) => {
    const { ways, within } = worker();
    const failing = within(needs, async (context) => {
      await context.exec({ name: "n1" });
      throw new Error("the act failed");
    });
    await expect(failing).rejects.toThrow("the act failed");
    expect(ways).toEqual([way, `${way} closed`]);
  },
);

it("ends a call to a vendor that does not answer at its deadline, as one that may have been done", async () => {
  const { within } = worker();
  const asked = within(["vendor:oci"], (context) =>
    Promise.resolve(context.vendor("oci").power?.({ nodeName: "n1" }, "reboot", context)),
  ).catch((error: unknown) => error);
  await clock.runUntil(clock.now() + 30_000);
  expect(await asked).toSatisfy((error) => VendorError.is(error, "retry"));
});

it("has no method of a vendor that its session has not, and tells what an act says", async () => {
  const { events, within } = worker();
  await within(["vendor:oci"], (context) => {
    expect(context.vendor("oci")).not.toHaveProperty("openRepair");
    context.log.warn({ unit: "x" }, "it is masked");
    return Promise.resolve();
  });
  expect(events).toEqual([
    {
      event: "act-said",
      key: "validation/1/1/2/boot/3",
      level: "warn",
      message: "it is masked",
      fields: { unit: "x" },
    },
  ]);
});
