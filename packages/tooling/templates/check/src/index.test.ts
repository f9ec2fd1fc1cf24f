import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

checkContract(check, import.meta.url, {
  spare: { "pass-enough-memory": { __ID__: [/^(?!MemTotal:)/] } },
  shuffle: { __ID__: shuffles.lines() },
});
