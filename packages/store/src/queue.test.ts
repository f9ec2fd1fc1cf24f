import { expect, it } from "vitest";
import { actQueueOf } from "./queue.ts";

it("names the queue of acts by what they need, in whatever order, with no character that pg-boss refuses", () => {
  // printf 'ssh:direct+vendor:lab' | sha256sum
  expect(actQueueOf(["vendor:lab", "ssh:direct"])).toBe("act/a3ea4986130244befe72f8cd");
  expect(actQueueOf(["ssh:direct", "vendor:lab"])).toBe(actQueueOf(["vendor:lab", "ssh:direct"]));
  expect(actQueueOf(["vendor:lab"])).not.toBe(actQueueOf(["vendor:oci"]));
  expect(actQueueOf([])).toMatch(/^act\/[0-9a-f]{24}$/);
});
