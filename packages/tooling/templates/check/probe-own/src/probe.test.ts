import { expect, it } from "vitest";
import { probe } from "./probe.ts";

it("asks a node for its firmware by one command that changes nothing", () => {
  expect(probe.title).toBe("Version of the firmware");
  expect(probe.commands({})).toEqual([
    { id: "__PROBE__", argv: __ARGV__, timeoutMs: 10_000, usualSeconds: __SECONDS__ },
  ]);
});
