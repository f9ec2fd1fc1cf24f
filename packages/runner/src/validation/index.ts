export { banByHand, liftBan, override, retryValidation } from "./by-hand.ts";
export { closeByHand, retryActOf, type SaidOfItem } from "./items-by-hand.ts";
export { planByHand, refuseLane, type LaneByHand, type PlannedByHand } from "./plan-by-hand.ts";
export { planValidations, type PlanRequest } from "./plan-validations.ts";
export { countPass } from "./count-pass.ts";
export type { ReadyPass } from "./ready-pass.ts";
export { tick } from "./tick.ts";
