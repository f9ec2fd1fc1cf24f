import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  spare: { "pass-firmware-as-expected": { "__PROBE__": [/^(?!firmware-version:)/] } },
  shuffle: { "__PROBE__": shuffles.lines() },
});
