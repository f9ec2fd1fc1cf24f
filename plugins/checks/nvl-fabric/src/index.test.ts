import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

const DECIDES = "fabric/0(/(state|status|cliqueId|clusterUuid|health)/0)?$|fabric/0/health/0/summary/0$";
const UNREAD = [/^\/nvidia_smi_log\/0\/(?!gpu\/)/, new RegExp(`^/nvidia_smi_log/0/gpu/\\d+/(?!${DECIDES})`)];

checkContract(check, import.meta.url, {
  spare: { "pass-no-clique-required": { "nvidia-smi": UNREAD }, "pass-one-clique": { "nvidia-smi": UNREAD } },
  // A heading that is there twice is the GPU of its number both times.
  repeats: { "pass-no-clique-required": { nvlink: [/^GPU /] }, "pass-one-clique": { nvlink: [/^GPU /] } },
  shuffle: {
    "nvidia-smi": (text, permute, example) =>
      example.name.startsWith("pass-") ? shuffles.gpus()(text, permute, example) : text,
    // The printed number is a GPU's id, and a link's: blocks and the lines in them may change places.
    nvlink: shuffles.blocks(/^GPU /),
  },
});
