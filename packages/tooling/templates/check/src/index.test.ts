import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  spare: { __ID__: [/^(?!MemTotal:)/] },
  shuffle: { __ID__: (text, shuffle) => `${shuffle(text.trimEnd().split("\n")).join("\n")}\n` },
});
