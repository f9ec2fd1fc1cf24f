export * from "./validation/index.ts";
export { startRunner, type Runner } from "./runner.ts";
export {
  DEFAULT_LIMITS,
  objectOf,
  type RunnerEvent,
  type RunnerLimits,
  type RunnerParts,
  type Validation,
} from "./worker/parts.ts";
export { coversOf, wayTo } from "./worker/routing.ts";
export { countingTransitions, tellingTransitions, transitionLabels, type TransitionLabels } from "./transitions.ts";
export { lookNow } from "./look-now.ts";
export { importBans, type BanImport } from "./import/import-bans.ts";
export { takeInHosts, type TakenIn } from "./intake/take-in-hosts.ts";
export { exportBundle } from "./evidence/export-bundle.ts";
export { confirmRemoval } from "./evidence/stopped-removal.ts";
export { buildRelease } from "./release/build-release.ts";
export { judgedAgain } from "./release/judge-again.ts";
export { loadReleaseKey, loadReleasePublicKeys, makeReleaseKeys } from "./release/keys.ts";
export { inconsistencies, signRelease, verifyRelease, type Verified } from "./release/sign-release.ts";
export { importHistory } from "./import/import-history.ts";
export { addCanaryNode, removeCanaryNode, type CanaryNode } from "./canary/by-hand.ts";
export type { Said } from "@slipway/reconciler";
export { planCanaryPassesNow } from "./planning/canary-planning.ts";
export { attributeBans, type AttributedBan, type AttributionRun } from "./attribution/attribute-bans.ts";
export { reclassify, type Reclassified } from "./attribution/reclassify.ts";
