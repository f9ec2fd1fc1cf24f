export * from "./collect.ts";
export * from "./events.ts";
export { folderName } from "./folder-name.ts";
export { usualSecondsOf } from "./in-turn.ts";
export { parseHost, parseInventory, readInventory } from "./inventory.ts";
export { localTransport } from "./local.ts";
export { plan, type Plan, type Selection } from "./plan.ts";
export { quote } from "./program.ts";
export { sshTransport, type SshOptions } from "./ssh/transport.ts";
export { writeBundle, type CollectedManifest, type ProbeOutputs } from "./write-bundle.ts";
export * from "./fleet/fleet.ts";
export { laneChecks, type LaneChecks } from "./fleet/lane-checks.ts";
export { readYaml } from "./fleet/read-yaml.ts";
export * from "./validation/index.ts";
export * from "./nodes/index.ts";
export { GRAVEST_FIRST } from "./bans/graver.ts";
export { lookAtVendor, type Looked, type VendorAccount } from "./intake/look.ts";
export { importBans, type BanImport } from "./import/import-bans.ts";
export { identify, type Identified } from "./intake/identify.ts";
export { bundleName, differences, exportBundle } from "./evidence/export-bundle.ts";
export { confirmRemoval } from "./evidence/stopped-removal.ts";
export { tidyEvidence, type Tidied } from "./evidence/tidy.ts";
export { buildRelease } from "./release/build-release.ts";
export { loadPrivateKey, loadPublicKeys, makeKeys } from "./release/keys.ts";
export { inconsistencies, signRelease, verifyRelease, type Verified } from "./release/sign-release.ts";
export { importHistory } from "./import/import-history.ts";
export { decideSetting, settingsOf, type Build, type Setting, type SettingKind } from "./canary/settings.ts";
export {
  applyFirstSettings,
  applyNamed,
  applySettings,
  appliedRelease,
  compareSettings,
  knownSettings,
  type AppliedSettings,
  type ApplySaid,
  type FleetDifference,
  type SettingChange,
} from "./canary/apply-settings.ts";
export { activeWorld, stagedChanges, type StagedChange, type World, type WorldParts } from "./canary/worlds.ts";
export { statusOf, tryStored, type ChangeStatus } from "./canary/try.ts";
export type { KnownFault } from "./canary/trials.ts";
export { planCanaryPasses } from "./canary/canary-nodes.ts";
export { attributeBans, type AttributedBan, type AttributionRun } from "./attribution/attribute-bans.ts";
export { reclassify, type Reclassified } from "./attribution/reclassify.ts";
export * from "./proposals/index.ts";
