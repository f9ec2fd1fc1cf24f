import { expect, it } from "vitest";
import { fleetFileIds, fleetFileSchema } from "./file-schemas.ts";

it("publishes a schema for each kind of fleet file, and none for other names", () => {
  for (const id of fleetFileIds) expect(JSON.stringify(fleetFileSchema(id))).toContain(`slipway/${id}@1`);
  expect(fleetFileSchema("toString")).toBeUndefined();
});
