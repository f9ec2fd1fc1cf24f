import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

const NOT_NAMED = [/counters\/port_xmit_data:/, /hw_counters\/out_of_sequence:/];

checkContract(check, import.meta.url, {
  spare: { "pass-two-rails": { "ib-counters": NOT_NAMED }, "pass-at-the-maximum": { "ib-counters": NOT_NAMED } },
  shuffle: { "ib-counters": shuffles.lines() },
});
