import { oneNode, stepContract, watchedContext } from "@slipway/testkit";
import { expect, it } from "vitest";
import step from "./index.ts";

const input = { account: "acme", node: { nodeName: "n1", cluster: "c1" } };

stepContract(step, import.meta.url, { "of a released node": { input, open: oneNode } });

it("says of a node that the vendor has not that it was refused", async () => {
  const { context } = watchedContext(oneNode());
  const gone = step.input.parse({ ...input, node: { nodeName: "gone" } });
  expect(await step.perform?.(context, gone, {})).toMatchObject({ did: "refused", code: "VendorNotFound" });
});
