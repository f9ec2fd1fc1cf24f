import { runCheck } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

/** What a host says of a domain whose names all resolve, as `code scope` of each finding. */
function found(members: readonly string[], domain: string): string[] {
  const probes = {
    "imex-local": { stdout: "READY\n" },
    "imex-domain": { stdout: domain },
    "imex-nodes": { stdout: members.map((name) => `${name}\n`).join("") },
    "imex-resolve": {
      stdout: members.map((name, index) => `${name}\t10.0.${String(index >> 8)}.${String(index & 255)}\n`).join(""),
    },
  };
  return runCheck(check, evidenceOf({ probes }), { imex: { model: "host", members } }).findings.map(
    ({ code, scope }) => `${code} ${scope.id}`,
  );
}

describe("G10 any content is answered", () => {
  it("a status as deep as a stack", () => {
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    expect(found(["a"], `{"nodes":{"0":{"status":${deep},"host":"10.0.0.0","hostName":"a"}},"status":"UP"}`)).toEqual([
      "member-not-ready a",
    ]);
  });

  it("a domain of many members", () => {
    const names = Array.from({ length: 300 }, (_, index) => `m${String(index)}`);
    const connections = (of: string): unknown =>
      Object.fromEntries(
        names.map((peer, index) => [index, { status: [of, peer].includes("m7") ? "INVALID" : "CONNECTED" }]),
      );
    const nodes = Object.fromEntries(
      names.map((name, index) => [
        index,
        { status: "READY", host: name, hostName: name, connections: connections(name) },
      ]),
    );
    expect(found(names, JSON.stringify({ nodes, status: "UP" }))).toEqual(["member-isolated m7"]);
  });
});
