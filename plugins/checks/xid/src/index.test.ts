import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  // The banner proves that the log reaches back; of what follows it, no line that is gone can be missed.
  spare: { "kernel-log": [/^(?!.*kernel: Linux version )/] },
  shuffle: {
    "kernel-log": (text, shuffle) =>
      text.endsWith("\n") ? `${shuffle(text.split("\n").slice(0, -1)).join("\n")}\n` : text,
  },
});
