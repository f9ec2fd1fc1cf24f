/** The section `__SECTION__`, which other checks read too: a key that is lacking is added in packages/domain. */
export { __SCHEMA__ as Expectations } from "@slipway/plugin-sdk";
