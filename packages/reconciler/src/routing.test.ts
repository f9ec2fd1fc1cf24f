import { actQueueOf, type Queue } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { describe, expect, it } from "vitest";
import { lacks, queuesFor, sendActs } from "./routing.ts";

describe("a worker with some covers", () => {
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
