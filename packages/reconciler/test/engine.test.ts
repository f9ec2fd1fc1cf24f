import { openMemory, openPostgres } from "./bench.ts";
import { describeActs } from "./contract/acts-contract.ts";
import { describeTicks } from "./contract/ticks-contract.ts";
import { describeUndo } from "./contract/undo-contract.ts";

for (const describeAs of [describeActs, describeTicks, describeUndo]) {
  describeAs("memory", openMemory);
  describeAs("PostgreSQL", openPostgres);
}
