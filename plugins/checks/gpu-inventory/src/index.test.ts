import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

// A GPU is its element with the serial that is expected; all else of it is not read.
const UNREAD = [/^\/nvidia_smi_log\/0\/(?!gpu\/)/, /^\/nvidia_smi_log\/0\/gpu\/\d+\/(?!serial\/)/];
const PASSING = ["pass-four-gpus", "pass-shared-board-serials", "pass-each-board-once"];

checkContract(check, import.meta.url, {
  spare: Object.fromEntries(PASSING.map((example) => [example, { "nvidia-smi": UNREAD }])),
  shuffle: { "nvidia-smi": shuffles.gpus(), nvlink: shuffles.blocks(/^GPU /) },
});
