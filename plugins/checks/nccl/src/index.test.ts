import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

// The column names, the row that counts and the line that closes the table are what a pass rests on.
const OTHERS = /^(?! *17179869184 |# Out of bounds values|# +size )/;
const HEADER = [/^# +size /];
const OTHERS_BEHIND_TAGS = /^(?!.*(?:: *17179869184 |# Out of bounds values|# +size ))/;
const HEADER_BEHIND_TAGS = [/^\[1,0\]<stdout>:# +size /];

checkContract(check, import.meta.url, {
  spare: {
    "pass-large-message": { "nccl-allreduce": [OTHERS] },
    "pass-nonzero-exit": { "nccl-allreduce": [OTHERS] },
    "pass-behind-launcher-prefixes": { "nccl-allreduce": [OTHERS_BEHIND_TAGS] },
  },
  // A line of other words is no header of a table.
  repeats: {
    "pass-large-message": { "nccl-allreduce": HEADER },
    "pass-nonzero-exit": { "nccl-allreduce": HEADER },
    "pass-behind-launcher-prefixes": { "nccl-allreduce": HEADER_BEHIND_TAGS },
  },
  shuffle: { "nccl-allreduce": shuffles.lines(/^ *\d+ +\d+ /) },
});
