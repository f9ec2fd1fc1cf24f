import { describe, expect, it } from "vitest";
import type { Adapter } from "@slipway/collect";
import { coversOf, needsOf } from "./routing.ts";

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
});
