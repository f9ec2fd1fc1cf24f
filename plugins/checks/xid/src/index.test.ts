import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

// The banner proves that the log reaches back; of what follows it, no line that is gone can be missed.
const BANNER = /kernel: Linux version /;
const OTHERS = /^(?!.*kernel: Linux version )/;
/** Their order is what they show: the last recovery action, and the lines of one notice. */
const IN_ORDER = new Set(["fail-recovery-action-came-back", "fail-off-the-bus-without-a-number"]);

checkContract(check, import.meta.url, {
  spare: {
    "pass-clean-boot": { "kernel-log": [OTHERS] },
    "pass-workload-and-nonfatal": { "kernel-log": [OTHERS] },
  },
  repeats: {
    "pass-clean-boot": { "kernel-log": [BANNER] },
    "pass-workload-and-nonfatal": { "kernel-log": [BANNER] },
  },
  shuffle: {
    "kernel-log": (text, permute, { name }) =>
      text.endsWith("\n") && !IN_ORDER.has(name) ? shuffles.lines()(text, permute) : text,
  },
});
