import {
  byText,
  expandRails,
  nodeScope,
  unusableFinding,
  type Evidence,
  type Expected,
  type IbExpectations,
  type Rail,
} from "@slipway/plugin-sdk";
import { finding, type Found } from "./codes.ts";
import { devicesOfPanic, ibstatFormat, ibSysfsFormat } from "./parse.ts";
import { judgeRail } from "./rail.ts";

/** Rules X1-X6. */
export function judge(evidence: Evidence, { ib }: Expected<{ ib: typeof IbExpectations }>): Found[] {
  if (ib?.rails === undefined) return [];
  const sysfs = evidence.read("ib-sysfs", ibSysfsFormat);
  if (!sysfs.usable) return [unusableFinding(sysfs, nodeScope(evidence))];

  const rails = expandRails(ib.rails);
  const { devices } = sysfs.value;
  if (!rails.some((rail) => devices.has(rail.device))) {
    return [
      finding("devices-unknown", {
        scope: nodeScope(evidence),
        message: "None of the expected InfiniBand devices is among those of this node.",
        expected: rails.map((rail) => rail.device).join(", "),
        observed: [...devices].sort(byText).join(", "),
      }),
    ];
  }
  return [
    ...rails.flatMap((rail) => judgeRail(evidence, sysfs, rail, ib.pkey)),
    ...judgeIbstat(evidence, rails, devices),
  ];
}

/** Rule X5: only an ibstat that ran and ended badly says something, and only of rails (X2). */
function judgeIbstat(evidence: Evidence, rails: readonly Rail[], devices: ReadonlySet<string>): Found[] {
  const ibstat = evidence.read("ibstat", ibstatFormat);
  if (ibstat.usable || !ibstat.started || ibstat.record?.exitCode === 0) return [];
  const railDevices = new Set(rails.map((rail) => rail.device));
  const stoppedAt = devicesOfPanic(evidence.printed("ibstat"), new Set([...devices, ...railDevices]));
  if (stoppedAt.length > 0 && !stoppedAt.some((device) => railDevices.has(device))) return [];
  return [
    finding("ibstat-failed", {
      scope: nodeScope(evidence),
      message: `ibstat failed: ${ibstat.reason}.`,
      evidence: [...ibstat.evidence],
    }),
  ];
}
