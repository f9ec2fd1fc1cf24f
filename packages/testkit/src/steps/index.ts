export { answering, oneNode, FIRST_BOOT, SECOND_BOOT, type OneNode } from "./one-node.ts";
export { stepContract } from "./step-contract.ts";
export type { StepCase, StepWorld } from "./step-world.ts";
export { watchedContext, type OutsideCall, type WatchOptions } from "./watched-context.ts";
