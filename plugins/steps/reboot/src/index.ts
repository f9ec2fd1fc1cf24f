import {
  askedOfVendor,
  defineStep,
  NodeReach,
  observedAtVendor,
  readBootId,
  vendorMethod,
  VendorTarget,
  type ActContext,
  type Observed,
} from "@slipway/plugin-sdk";
import { z } from "zod";

const Input = VendorTarget.extend(NodeReach.shape).extend({
  op: z.enum(["reboot", "power-cycle"]).describe("How the vendor boots it"),
  bootIdBefore: z.string().min(1).describe("The boot to get rid of: on another one nothing is left to do"),
});

/** Between two looks for the effect of a request of which the vendor tells nothing. */
const LOOK_AGAIN_MS = 5_000;

/** A node is asked to boot again, once. That it did is proven by `await-boot`. */
export default defineStep({
  id: "reboot",
  version: "1.0.0",
  title: "The vendor boots a node again",
  input: Input,
  class: "once",
  disturbs: true,
  needs: ({ account, way }) => [...new Set([`vendor:${account}`, way])].sort(),
  observe,
  perform: (context, { account, node, op }) => {
    const power = vendorMethod(context, account, "power");
    return askedOfVendor(context, (options) => power(node, op, options));
  },
});

/** Done when the vendor has the request, or when the node is on another boot, whoever asked for that. */
async function observe(context: ActContext, input: z.output<typeof Input>): Promise<Observed> {
  const atVendor = await observedAtVendor(context, input.account);
  if (atVendor.state !== "not-yet") return atVendor;
  const read = await readBootId(context, input.host);
  if (read.state !== "read") return { state: "unclear", facts: atVendor.facts, reason: read.why };
  const facts = { ...atVendor.facts, bootId: read.bootId };
  return read.bootId === input.bootIdBefore
    ? { state: "not-yet", facts, reason: "it is still on the boot it was on before", lookAgainMs: LOOK_AGAIN_MS }
    : { state: "already", facts };
}
