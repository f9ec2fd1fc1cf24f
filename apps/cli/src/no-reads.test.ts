import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** A transaction, a report, or what only they give. */
const READ = /\btx\b|\bkysely\b|\.pool\b|\.(?:transaction|report)\(|\bRow</;

it("no command reads or writes a table itself: packages/queries reads, the package that owns an act writes", () => {
  const sources = globSync("**/*.ts", { cwd: import.meta.dirname, exclude: ["**/*.test.ts"] });
  expect(sources.length).toBeGreaterThan(50);
  const reading = sources.filter((file) => READ.test(readFileSync(join(import.meta.dirname, file), "utf8")));
  expect(reading).toEqual([]);
});
