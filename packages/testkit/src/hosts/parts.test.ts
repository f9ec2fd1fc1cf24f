import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeKey } from "./keys.ts";
import { addressIn, macOf, parseSubnet } from "./network.ts";
import { assertSpecs, type FakeTool } from "./spec.ts";

describe("specs", () => {
  test.each(["", "-x", "a b", "$(id)", "a/b", "x".repeat(64), "h\n"])("host name %j is refused", (name) => {
    expect(() => assertSpecs([{ name }])).toThrow("not a host name");
  });

  test("two hosts of one name are refused", () => {
    expect(() => assertSpecs([{ name: "a" }, { name: "a" }])).toThrow("two hosts");
  });

  test.each(["", "../x", "a b", "-f", ".hidden", "a\n"])("tool name %j is refused", (name) => {
    expect(() => assertSpecs([{ name: "a", tools: { [name]: {} } }])).toThrow("not a tool name");
  });

  test.each<FakeTool>([
    { exitCode: 256 },
    { exitCode: 1.5 },
    { delayMs: -1 },
    { delayMs: Infinity },
    { body: "true", exitCode: 0 },
  ])("tool %j is refused", (tool) => {
    expect(() => assertSpecs([{ name: "a", tools: { tool } }])).toThrow("tool: ");
  });

  test.each(["etc/x", "/etc/../x", "/etc//x", "/etc/", "/a\0b"])("path %j is refused", (path) => {
    expect(() => assertSpecs([{ name: "a", files: { [path]: "" } }])).toThrow("not a plain absolute path");
  });
});

describe("addresses", () => {
  test("count on over the last byte, and the MAC follows", () => {
    const subnet = parseSubnet("10.77.4.0/22");
    expect(addressIn(subnet, 1)).toBe("10.77.4.1");
    expect(addressIn(subnet, 300)).toBe("10.77.5.44");
    expect(macOf("10.77.5.44")).toBe("02:5c:0a:4d:05:2c");
    expect(() => addressIn(subnet, 1023)).toThrow("no room");
  });

  test.each(["10.77.4.0", "10.77.4.1/22", "10.77.400.0/24", "10.0.0.0/31", "::/64", "10.77.4.0/22; x"])(
    "%j is refused",
    (text) => {
      expect(() => parseSubnet(text)).toThrow("not an IPv4 network");
    },
  );
});

test("a key's two halves belong together and no two keys are the same", () => {
  const key = makeKey("host");
  const blob = Buffer.from(key.publicLine.split(" ")[1] ?? "", "base64");
  const file = Buffer.from(key.privateFile.split("\n").slice(1, -2).join(""), "base64");
  expect(file.includes(blob)).toBe(true);
  const point = blob.subarray(-32);
  const seed = file.subarray(file.lastIndexOf(point) - 32, file.lastIndexOf(point));
  const d = seed.toString("base64url");
  const x = point.toString("base64url");
  const made = createPublicKey(createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", d, x }, format: "jwk" }));
  expect(made.export({ format: "jwk" }).x).toBe(x);
  expect(makeKey("host").publicLine).not.toBe(key.publicLine);
});
