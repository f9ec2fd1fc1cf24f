import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  spare: { "pass-firmware-as-expected": { "__PROBE__": [/^\/(?!FirmwareVersion$)/] } },
});
