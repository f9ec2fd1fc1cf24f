import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

const DECIDES =
  "remapped_rows/0(/remapped_row_(pending|failure)/0)?$|ecc_errors/0(/volatile/0(/[ds]ram_uncorrectable\\w*/0)?)?$";
const UNREAD = [/^\/nvidia_smi_log\/0\/(?!gpu\/)/, new RegExp(`^/nvidia_smi_log/0/gpu/\\d+/(?!${DECIDES})`)];

checkContract(check, import.meta.url, {
  spare: {
    "pass-four-gpus": { "nvidia-smi": UNREAD },
    "pass-newer-driver": { "nvidia-smi": UNREAD },
    "pass-one-sram-field": { "nvidia-smi": UNREAD },
  },
  shuffle: { "nvidia-smi": shuffles.gpus(), nvlink: shuffles.blocks(/^GPU /) },
});
