import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

const DECIDES = "fabric/0(/(state|status|cliqueId|clusterUuid|health)/0)?$|fabric/0/health/0/summary/0$";
const UNREAD = [/^\/nvidia_smi_log\/0\/(?!gpu\/)/, new RegExp(`^/nvidia_smi_log/0/gpu/\\d+/(?!${DECIDES})`)];

const PASSING = ["pass-links-unused", "pass-no-clique-required", "pass-no-fabric-state", "pass-one-clique"];

checkContract(check, import.meta.url, {
  spare: {
    "pass-links-unused": { "nvidia-smi": UNREAD, nvlink: [/<inactive>$/] },
    "pass-no-clique-required": { "nvidia-smi": UNREAD },
    // Where the SKU has no fabric state, the XML proves that the GPUs are there, and nothing else.
    "pass-no-fabric-state": { "nvidia-smi": [/^\/nvidia_smi_log\/0\/(?!gpu\/\d+$)/] },
    "pass-one-clique": { "nvidia-smi": UNREAD },
  },
  // A heading that is there twice is the GPU of its number both times.
  repeats: Object.fromEntries(PASSING.map((example) => [example, { nvlink: [/^GPU /] }])),
  shuffle: {
    "nvidia-smi": (text, permute, example) =>
      example.name.startsWith("pass-") ? shuffles.gpus()(text, permute, example) : text,
    // The printed number is a GPU's id, and a link's: blocks and the lines in them may change places.
    nvlink: shuffles.blocks(/^GPU /),
  },
});
