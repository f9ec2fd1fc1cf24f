export { bindingOf, canonicalJson, differingParts } from "./binding.ts";
export { lacking, relaxations } from "./completeness.ts";
export { Owners, OWNERS_SCHEMA, requiredOwners, type Concern } from "./owners.ts";
export {
  Binding,
  Proposal,
  PROPOSAL_SCHEMA,
  ProposalId,
  ProposalKind,
  ProposalState,
  Signed,
  type Act,
  type Approval,
  type ChangedFile,
  type HistoryEntry,
  type RequiredOwner,
  type StagedSetting,
} from "./proposal.ts";
export { changedExpectations, relaxedLane } from "./relaxed.ts";
export {
  instantOf,
  isExpired,
  mayBecome,
  moved,
  settled,
  standingOf,
  stateChanges,
  type Standing,
  type Vouched,
} from "./state.ts";
