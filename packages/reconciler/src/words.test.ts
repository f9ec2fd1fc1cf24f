import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { probes } from "@slipway/plugin-sdk";
import { expect, it } from "vitest";

/** Kinds of objects, and what one kind of them is about. */
const KINDS =
  "validation validations ban bans canary window windows repair repairs offer offers notice notices pool pools reservation reservations proposal proposals lane lanes probe probes check checks verdict";

const root = join(import.meta.dirname, "../../..");
const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
);

it("names no kind, lane, probe or vendor in its source", () => {
  const vendors = readdirSync(join(root, "plugins/vendors"));
  const words = new Set([
    ...KINDS.split(" "),
    ...vendors,
    ...Object.values(probes).flatMap((probe) => ("id" in probe ? [probe.id] : [])),
  ]);
  const named = sources.flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, file), "utf8").toLowerCase();
    return (text.match(/[a-z][a-z0-9-]*/g) ?? []).filter((word) => words.has(word)).map((word) => `${file}: ${word}`);
  });
  expect(sources.length).toBeGreaterThan(20);
  expect(named).toEqual([]);
});
