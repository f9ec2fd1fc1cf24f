import { defineCheck } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { Expectations } from "./expectations.ts";
import { judge } from "./judge.ts";
import { probe } from "./probe.ts";

/** __TITLE__. */
export default defineCheck({
  id: "__ID__",
  version: "0.1.0",
  title: "__TITLE__",
  probes: [{ probe, why: "the version of the firmware" }],
  sections: { __SECTION__: Expectations },
  needs: ["__SECTION__.__KEY__"],
  codes,
  judge,
});
