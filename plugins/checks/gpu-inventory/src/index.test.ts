import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

// A GPU is its element with the serial that is expected; all else of it is not read.
const UNREAD = [/^\/nvidia_smi_log\/0\/(?!gpu\/)/, /^\/nvidia_smi_log\/0\/gpu\/\d+\/(?!serial\/)/];
const SERIAL = [/\/serial\/0$/];

checkContract(check, import.meta.url, {
  spare: { "pass-four-gpus": { "nvidia-smi": UNREAD }, "pass-shared-board-serials": { "nvidia-smi": UNREAD } },
  // A serial that stands twice in one element is read once.
  repeats: { "pass-four-gpus": { "nvidia-smi": SERIAL }, "pass-shared-board-serials": { "nvidia-smi": SERIAL } },
  shuffle: { "nvidia-smi": shuffles.gpus() },
});
