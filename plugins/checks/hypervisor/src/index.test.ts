import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  spare: { "pass-hyperv": { "hyperv-kvp": [/^(?!PhysicalHostName\t)/] } },
  // A pool that tells a name tells one (H3), whatever it tells besides.
  repeats: { "pass-hyperv": { "hyperv-kvp": [/^PhysicalHostName\t/] } },
  shuffle: { "hyperv-kvp": shuffles.lines() },
});
