import { askedOfVendor, defineStep, observedAtVendor, vendorMethod, VendorTarget } from "@slipway/plugin-sdk";
import { z } from "zod";

const Input = VendorTarget.extend({
  category: z.string().min(1).describe("What is broken, such as `hardware`: the cause of the ban"),
  summary: z.string().describe("Why, in words for the vendor"),
});

/** A repair is asked for at the vendor. How it goes on, the vendor's events tell. */
export default defineStep({
  id: "open-repair",
  version: "1.0.0",
  title: "The vendor has a request to repair a node",
  input: Input,
  class: "keyed",
  disturbs: false,
  needs: ({ account }) => [`vendor:${account}`],
  observe: (context, { account }) => observedAtVendor(context, account),
  perform: (context, { account, node, category, summary }) => {
    const openRepair = vendorMethod(context, account, "openRepair");
    return askedOfVendor(context, (options) => openRepair(node, { category, summary }, options));
  },
});
