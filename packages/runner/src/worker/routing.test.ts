import { describe, expect, it } from "vitest";
import type { Adapter } from "@slipway/collect";
import { coversOf, wayTo } from "./routing.ts";

const declared = { power: ["reboot" as const], transport: true, events: true, repair: true, returnToService: true };
const capabilities = new Map([
  ["lab", declared],
  ["oci", { ...declared, transport: false }],
]);
const transport: Adapter["transport"] = { connect: () => Promise.reject(new Error("no")), close: () => undefined };
const session = {} as NonNullable<Adapter["vendor"]>["session"];

describe("the way to a node", () => {
  it.each([
    ["lab", {}, "vendor:lab"],
    ["oci", {}, "ssh:direct"],
    ["oci", { jump: "bastion-1" }, "ssh:bastion-1"],
    ["ssh", {}, "ssh:direct"],
    ["local", {}, "local"],
    ["unknown", {}, "vendor:unknown"],
  ])("of %s, whose address is %j, is %s", (adapter, address, way) => {
    expect(wayTo(capabilities, { adapter, address })).toBe(way);
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
});
