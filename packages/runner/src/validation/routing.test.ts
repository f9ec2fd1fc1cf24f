import { actQueueOf, type Queue } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { describe, expect, it } from "vitest";
import type { Adapter } from "@slipway/collect";
import { coversOf, lacks, needsOf, queuesFor, sendActs } from "./routing.ts";

const declared = { power: ["reboot" as const], transport: true, events: true, repair: true, returnToService: true };
const capabilities = new Map([
  ["lab", declared],
  ["oci", { ...declared, transport: false }],
]);
const transport: Adapter["transport"] = { connect: () => Promise.reject(new Error("no")), close: () => undefined };
const session = {} as NonNullable<Adapter["vendor"]>["session"];

describe("what an act needs of a worker", () => {
  it.each([
    ["open-repair", "oci", {}, ["vendor:oci"]],
    ["return-to-service", "lab", {}, ["vendor:lab"]],
    ["pass", "lab", {}, ["vendor:lab"]],
    ["pass", "oci", {}, ["ssh:direct"]],
    ["pass", "oci", { jump: "bastion-1" }, ["ssh:bastion-1"]],
    ["pass", "ssh", {}, ["ssh:direct"]],
    ["pass", "local", {}, ["local"]],
    ["boot", "lab", {}, ["vendor:lab"]],
    ["boot", "oci", {}, ["ssh:direct", "vendor:oci"]],
    ["pass", "unknown", {}, ["vendor:unknown"]],
  ] as const)("for %s of a machine of %s, whose address is %j", (act, adapter, address, needs) => {
    expect(needsOf(capabilities, act, { adapter, address })).toEqual(needs);
  });
});

describe("what a worker covers", () => {
  it("is what it has open: vendors, routes of ssh, and its own machine", () => {
    const adapters = new Map<string, Adapter>([
      ["ssh", { transport }],
      ["local", { transport }],
      ["lab", { transport, vendor: { session } }],
    ]);
    expect(coversOf({ adapters })).toEqual(["local", "ssh:*", "vendor:lab"]);
    adapters.set("ssh", { transport, routes: ["direct", "bastion-1"] });
    expect(coversOf({ adapters })).toEqual(["local", "ssh:bastion-1", "ssh:direct", "vendor:lab"]);
  });

  it("lacks every need that no cover names, as it is written or by its beginning", () => {
    expect(lacks(["ssh:*", "vendor:lab"], ["ssh:bastion-1", "vendor:lab"])).toEqual([]);
    expect(lacks(["ssh:direct"], ["ssh:bastion-1", "vendor:lab"])).toEqual(["ssh:bastion-1", "vendor:lab"]);
    expect(lacks([], [])).toEqual([]);
  });

  it("follows the queue of each need by itself, and the written ones of which it lacks nothing", () => {
    const rows = [["ssh:bastion-1"], ["ssh:direct", "vendor:oci"], ["ssh:direct", "vendor:lab"]].map((needs) => ({
      name: actQueueOf(needs),
      needs,
    }));
    expect(queuesFor(["ssh:*", "vendor:lab"], rows)).toEqual(
      [["ssh:direct"], ["vendor:lab"], ["ssh:bastion-1"], ["ssh:direct", "vendor:lab"]].map(actQueueOf),
    );
  });
});

it("sends each act to the queue of its needs, and writes down once what that stands for", async () => {
  const store = memoryStore();
  const sent: [string, readonly string[]][] = [];
  const queue = {
    send: async (name: string, jobs: readonly { key: string }[]) => void sent.push([name, jobs.map(({ key }) => key)]),
  } as unknown as Queue;
  const [lab, oci] = [["vendor:lab"], ["vendor:oci", "ssh:direct"]];
  await store.transaction((tx) => sendActs(tx, queue, [{ key: "a", needs: lab }]));
  await store.transaction((tx) =>
    sendActs(tx, queue, [
      { key: "b", needs: lab },
      { key: "c", needs: oci },
    ]),
  );
  expect(sent).toEqual([
    [actQueueOf(lab), ["a"]],
    [actQueueOf(lab), ["b"]],
    [actQueueOf(oci), ["c"]],
  ]);
  expect(new Set(store.snapshot("act_queues").map(({ needs }) => needs))).toEqual(new Set([lab, oci]));
});
