export { banByHand, liftBan, override, retryValidation } from "./by-hand.ts";
export { closeByHand, retryActOf, type SaidOfItem } from "./items-by-hand.ts";
export { planValidations, type PlanRequest } from "./plan-validations.ts";
export { recordPasses, type ReadyPass, type Recorded } from "./record-passes.ts";
export { startRunner, type Runner } from "./runner.ts";
export { tick } from "./tick.ts";
