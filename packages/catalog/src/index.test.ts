import { expect, it } from "vitest";
import { checkIds, loadChecks } from "./index.ts";

it("loads every registered check under its own id", async () => {
  expect([...(await loadChecks()).keys()]).toEqual(checkIds);
});

it("refuses an id that no check has, and names those there are", async () => {
  await expect(loadChecks(["ib-xdr", "toString"])).rejects.toMatchObject({
    kind: "input",
    hint: expect.stringContaining("ib-xdr") as string,
  });
});
