import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

const DECIDES = "fabric/0(/(state|status|cliqueId|clusterUuid|health)/0)?$|fabric/0/health/0/summary/0$";

checkContract(check, import.meta.url, {
  spare: {
    "nvidia-smi": [/^\/nvidia_smi_log\/0\/(?!gpu\/)/, new RegExp(`^/nvidia_smi_log/0/gpu/\\d+/(?!${DECIDES})`)],
  },
  shuffle: {
    // The printed number is a GPU's id, and a link's: blocks and the lines in them may change places.
    nvlink: (text, shuffle) =>
      shuffle(text.split(/^(?=GPU )/m))
        .map((block) => {
          const [heading = "", ...rows] = block.trimEnd().split("\n");
          return `${[heading, ...shuffle(rows)].join("\n")}\n`;
        })
        .join(""),
  },
});
