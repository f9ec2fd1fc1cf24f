import { askedOfVendor, defineStep, observedAtVendor, vendorMethod, VendorTarget } from "@slipway/plugin-sdk";

/** The vendor is told that a node is fit for service. */
export default defineStep({
  id: "return-to-service",
  version: "1.0.0",
  title: "The vendor was told that a node is back in service",
  input: VendorTarget,
  class: "keyed",
  disturbs: false,
  needs: ({ account }) => [`vendor:${account}`],
  observe: (context, { account }) => observedAtVendor(context, account),
  perform: (context, { account, node }) => {
    const returnToService = vendorMethod(context, account, "returnToService");
    return askedOfVendor(context, (options) => returnToService(node, options));
  },
});
