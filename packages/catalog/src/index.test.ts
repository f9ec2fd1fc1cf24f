import { expect, it } from "vitest";
import { checkIds, loadChecks, loadSteps, stepIds } from "./index.ts";

it("loads every registered check under its own id", async () => {
  expect([...(await loadChecks()).keys()]).toEqual(checkIds);
});

it("loads every registered step under its own id", async () => {
  expect([...(await loadSteps()).keys()]).toEqual(stepIds);
  expect(stepIds).toContain("reboot");
});

it("refuses an id that no check has, and names those there are", async () => {
  await expect(loadChecks(["ib-xdr", "toString"])).rejects.toMatchObject({
    kind: "input",
    hint: expect.stringContaining("ib-xdr") as string,
  });
});
