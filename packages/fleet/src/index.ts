export {
  digestOf,
  type Fleet,
  type FleetFiles,
  fleetOf,
  knownLane,
  type KnownLane,
  lanesOf,
  loadFleet,
  readFleet,
  sectionsOf,
  soundFleet,
} from "./files/fleet.ts";
export { type CheckedFleet, checkFleet } from "./files/check-fleet.ts";
export type { LaneChecks } from "./files/lane-checks.ts";
export { loadPrecedence } from "./files/load-precedence.ts";
export { readYaml } from "./files/read-yaml.ts";
export {
  appliedRelease,
  type AppliedSettings,
  type ApplySaid,
  applyFirstSettings,
  applyNamed,
  applySettings,
  compareSettings,
  type FleetDifference,
  knownSettings,
  type SettingChange,
} from "./settings/apply-settings.ts";
export { changeName, type ChangeDecided, type ChangeDecision, decideChange } from "./settings/decide-change.ts";
export { judgingSet, type JudgingSet } from "./settings/judging-set.ts";
export {
  activeBuilds,
  type Build,
  buildObject,
  decideSetting,
  type Setting,
  settingsOf,
  takeBackSetting,
} from "./settings/settings.ts";
export { type CanaryPass, type KnownFault, positiveTrial, type TrialRow } from "./settings/trials.ts";
export { type ChangeStatus, insertTrials, statusOf, tryStored } from "./settings/try.ts";
export { activeWorld, type StagedChange, stagedChanges, type World, type WorldParts } from "./settings/worlds.ts";
