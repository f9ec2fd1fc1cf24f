import { memoryStore } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { countingTransitions } from "./transitions.ts";

it("counts changes of state by the kind of object and the state, without the number of a machine or revision", async () => {
  const memory = memoryStore();
  const store = countingTransitions(memory);
  const changes = [
    ["ban/1", null, "banned"],
    ["ban/2", null, "banned"],
    ["validation/7", "held", "held"],
    ["canary/a", "m-1", "m-20"],
    ["revisions/slurm/b/3", null, "revision 3"],
  ] as const;
  for (const part of [changes.slice(0, 1), changes.slice(1)])
    await store.transaction((tx) =>
      tx.insert(
        "audit",
        part.map(([object, from_state, to_state], at) => {
          const id = changes.indexOf(part[at] ?? changes[0]);
          return { id, at: 1, actor: "ada", object, from_state, to_state, reason: "because", detail: null };
        }),
      ),
    );
  expect(memory.snapshot("transition_counts")).toEqual([
    { object: "ban", to_state: "banned", count: 2 },
    { object: "canary", to_state: "m", count: 1 },
    { object: "revisions", to_state: "revision", count: 1 },
  ]);
});
