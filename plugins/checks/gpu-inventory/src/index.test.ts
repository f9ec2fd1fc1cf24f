import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  // A GPU is its element with the serial that is expected; all else of it is not read.
  spare: { "nvidia-smi": [/^\/nvidia_smi_log\/0\/(?!gpu\/)/, /^\/nvidia_smi_log\/0\/gpu\/\d+\/(?!serial\/)/] },
});
