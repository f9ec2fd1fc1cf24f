export { runAct, type Carrier } from "./acts/run-act.ts";
export { isParked, tryAgainIn, unpark, unparkIn } from "./acts/park.ts";
export { Outcomes, writeOutcomes, type Outcome } from "./acts/outcomes.ts";
export { ChangeSet, takeTurn, type Asked, type AuditEntry, type Transition, type Turn } from "./changes/change-set.ts";
export { inTheNameOf, type Said } from "./changes/in-the-name-of.ts";
export { LostRace } from "./changes/lost-race.ts";
export { openUndo } from "./changes/undo-changes.ts";
export { ClaimWatch } from "./claim-watch.ts";
export type { ActBase, EngineEvent, EngineLimits, EngineParts, LoopParts, TurnParts, WorkerId } from "./engine.ts";
export { Superseded } from "./fence.ts";
export {
  newHeader,
  objectOf,
  type ConditionState,
  type Ended,
  type Further,
  type Kind,
  type KindRef,
  type Looked,
  type ObjectHeader,
  type Reads,
  type Ticked,
} from "./kind.ts";
export { pauseAfter } from "./pause.ts";
export { lacks } from "./routing.ts";
export { makeStanding, standingHeader } from "./standing.ts";
export { tick, type TickParts } from "./tick.ts";
export { announce, isStarting } from "./workers/workers.ts";
export { actsOf, startWorker, type ActRunner, type Worker } from "./worker.ts";
