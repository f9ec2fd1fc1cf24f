/**
 * Real ssh hosts on this machine: each is a network namespace with an sshd, a disk, command-line tools
 * and a boot id of its own. For tests and benchmarks only; a host is no security boundary.
 */
export { startHosts, type FarmOptions, type HostFarm } from "./farm.ts";
export type { Host } from "./host.ts";
export { fleetUser, type Bytes, type FakeTool, type HostFile, type HostSpec } from "./spec.ts";
export { hostsUnavailable } from "./unavailable.ts";
