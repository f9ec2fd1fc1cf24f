import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  spare: { "hyperv-kvp": [/^(?!PhysicalHostName\t)/] },
  shuffle: { "hyperv-kvp": (text, shuffle) => `${shuffle(text.split("\n").slice(0, -1)).join("\n")}\n` },
});
