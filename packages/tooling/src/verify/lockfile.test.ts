import { expect, it } from "vitest";
import { changedImporters } from "./lockfile.ts";

const lockfile = (importers: Readonly<Record<string, object>>, zod = "4.0.0"): string =>
  JSON.stringify({ lockfileVersion: "9.0", importers, packages: { [`zod@${zod}`]: {} } });
const one = { dependencies: { zod: { specifier: "catalog:", version: "4.0.0" } } };
const before = lockfile({ ".": {}, "packages/catalog": {} });

it("names the packages whose dependencies were added or changed", () => {
  expect(changedImporters(before, lockfile({ ".": {}, "packages/catalog": one, "plugins/checks/new": one }))).toEqual([
    "packages/catalog",
    "plugins/checks/new",
  ]);
  expect(changedImporters(before, lockfile({ ".": one, "packages/catalog": {} }))).toEqual(["."]);
  expect(changedImporters(before, before)).toEqual([]);
});

it("does not answer when a version changed too, or a package went away", () => {
  expect(changedImporters(before, lockfile({ ".": {}, "packages/catalog": one }, "4.0.1"))).toBeUndefined();
  expect(changedImporters(before, lockfile({ ".": {} }))).toBeUndefined();
});
