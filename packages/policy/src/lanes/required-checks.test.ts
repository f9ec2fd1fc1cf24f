import type { Expectations } from "@slipway/domain";
import { expect, it } from "vitest";
import { requiredChecks } from "./required-checks.ts";

it.each<[string, readonly string[], Expectations, readonly string[], readonly string[]]>([
  ["all where a node has no checks of its own", ["imex", "xid"], {}, ["imex", "xid"], []],
  ["all where its checks are null", ["imex", "xid"], { checks: null }, ["imex", "xid"], []],
  [
    "those that both name, in the lane's order",
    ["xid", "imex", "nccl"],
    { checks: ["nccl", "xid"] },
    ["xid", "nccl"],
    ["imex"],
  ],
  ["none that the node alone names", ["xid"], { checks: ["imex", "xid"] }, ["xid"], []],
  ["nothing where both name other checks", ["xid"], { checks: ["imex"] }, [], ["xid"]],
])("a lane asks a node for %s", (_, named, expectations, checks, notRequired) => {
  expect(requiredChecks(named, expectations)).toEqual({ checks, notRequired });
});
