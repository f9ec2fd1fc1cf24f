/**
 * Why a validation stands as it stands: the code that programs read, in the form of the reasons of
 * Kubernetes' conditions, with what it means. The sentence beside it in a row is for people.
 */
export const REASONS = {
  Queued: "it waits for its first look",
  Claimed: "the machine is its own now",
  HeldByOther: "another object holds the machine",
  NoRoom: "the limit of its cluster, rack or vendor is reached",
  NoWorkerFor: "no worker that is alive has what its node or its act needs: it goes on when one starts",
  ActUnderWay: "an act is being carried out",
  ActTriedAgain: "an act failed, and is tried again after a pause",
  ActFailing: "an act failed too often, or so that trying again is in vain: a person has to look",
  NeedsHuman: "an act may have been done, nothing shows it, and it is never done twice: a person has to look",
  VendorRefused: "the vendor will not do what it was asked for",
  VendorNotFound: "the vendor does not know the node",
  WorkEndsWorkers: "two workers that ran nothing else died of its act: a person has to look",
  PassNotDue: "the lane wants minutes between two passes",
  PassUnderWay: "a pass is run",
  PassDone: "a pass was counted",
  BootUnderWay: "a boot is asked for and waited for",
  Booted: "a new boot id proves the boot",
  BootUnproven: "the node did not come back in time, gave no boot id, or cannot be booted",
  PassesDone: "every pass that its lane requires was passed",
  CanaryArm: "it failed, and was drawn for the canary arm before its first pass",
  PassFailed: "a required pass failed",
  StayedInconclusive: "a pass stayed inconclusive in every try",
  TooManyOut: "bans took too many machines of the cluster out of service within a day: bans are stopped",
  TooManyBoots: "as many boots are asked for in the fleet, or under way in the cluster, as may be",
  TooManyReleases:
    "a setting was promoted within a day, and as many machines of the cluster were released since as may be",
  BreakerTripped: "too many machines fail on one code: bans are stopped",
  InUse: "a program uses the node's GPUs",
  OtherMachine: "another machine answers under the node's name",
  HostKeyChanged:
    "the node has another host key than at its machine's last pass, and nothing says that it was re-imaged",
  MachineUnproven: "nothing that the node shows says which machine it is",
  ImageStaged: "canary nodes prove the node's image first",
  Moved: "the machine is elsewhere now",
  MachineUnknown: "its machine is not known any more",
  MachineMerged: "its machine is one with another that is validated already",
  TakenOut: "the machine was banned or sent for repair by somebody else",
  Overridden: "a person let the machine in without its passes",
  TriedAgain: "it was held until now, and is looked at again",
  AskedAgain: "a person put it in line again",
} as const;

export type ReasonCode = keyof typeof REASONS;

/** Whether a text is a code of a validation; what an act was refused by has codes of its own. */
export const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);
