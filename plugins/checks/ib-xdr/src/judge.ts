import {
  atLine,
  atPath,
  expandDevices,
  nodeScope,
  unusableFinding,
  type Evidence,
  type Expected,
  type EvidencePointer,
  type FindingOf,
  type IbExpectations,
  type ProbeOutput,
  type Rail,
} from "@slipway/plugin-sdk";
import type { Code } from "./codes.ts";
import {
  ibstatFormat,
  ibSysfsFormat,
  isUnknownSpeed,
  mlxlinkFormat,
  parseRate,
  type PortFile,
  type Ports,
  type Rate,
} from "./parse.ts";

type Found = FindingOf<Code>;

/** Rules X1-X6. */
export function judge(evidence: Evidence, { ib }: Expected<{ ib: typeof IbExpectations }>): Found[] {
  if (ib?.rails === undefined) return [];
  const sysfs = evidence.read("ib-sysfs", ibSysfsFormat);
  if (!sysfs.usable) return [unusableFinding(sysfs, nodeScope(evidence))];

  const rails = ib.rails.flatMap((rail) => expandDevices(rail.device).map((device) => ({ ...rail, device })));
  const devices = new Set([...sysfs.value.keys()].map((port) => port.slice(0, port.indexOf("/"))));
  if (!rails.some((rail) => devices.has(rail.device))) {
    const expected = rails.map((rail) => rail.device).join(", ");
    return [
      {
        code: "devices-unknown",
        verdict: "inconclusive",
        cause: "configuration",
        scope: nodeScope(evidence),
        message: "None of the expected InfiniBand devices exists on this node.",
        expected,
        observed: [...devices].sort().join(", "),
        evidence: [],
      },
    ];
  }
  const findings = rails.flatMap((rail) => judgeRail(evidence, sysfs.value, sysfs.output, rail, ib.pkey));
  return [...findings, ...judgeIbstat(evidence)];
}

function judgeIbstat(evidence: Evidence): Found[] {
  const ibstat = evidence.read("ibstat", ibstatFormat);
  // Only an ibstat that ran and did not end well says something; an absent one says nothing.
  if (ibstat.usable || !ibstat.started || ibstat.record?.exitCode === 0) return [];
  return [
    {
      code: "ibstat-failed",
      verdict: "inconclusive",
      cause: "tool",
      scope: nodeScope(evidence),
      message: `ibstat failed: ${ibstat.reason}.`,
      evidence: [...ibstat.evidence],
    },
  ];
}

const STATES = new Set(["0: nop", "1: down", "2: init", "3: armed", "4: active", "5: active_defer"]);
const PHYSICAL_STATES = new Set([
  "1: sleep",
  "2: polling",
  "3: disabled",
  "4: portconfigurationtraining",
  "5: linkup",
  "6: linkerrorrecovery",
  "7: phy test",
]);

function judgeRail(
  evidence: Evidence,
  ports: Ports,
  output: ProbeOutput,
  rail: Rail,
  pkey: string | undefined,
): Found[] {
  const id = `${rail.device}/${String(rail.port)}`;
  const scope = { kind: "port", id } as const;
  const files = ports.get(id);
  if (files === undefined) {
    return [
      {
        code: "rail-missing",
        verdict: "fail",
        cause: "hardware",
        scope,
        message: `The rail ${id} is gone; other rails of the node are there.`,
        expected: id,
        observed: "absent",
        evidence: [],
      },
    ];
  }
  const findings: Found[] = [];
  const at = (file: PortFile): EvidencePointer[] => [atLine(output, file.line.number)];
  const unreadable = (name: string, file: PortFile | undefined): void => {
    findings.push({
      code: "rail-unreadable",
      verdict: "inconclusive",
      cause: "tool",
      scope,
      message: `The ${name} of ${id} cannot be read.`,
      ...(file?.content === undefined ? {} : { observed: file.content }),
      evidence: file === undefined ? [] : at(file),
    });
  };
  const mismatch = (code: Code, cause: Found["cause"], file: PortFile, message: string, expected: string): void => {
    findings.push({
      code,
      verdict: "fail",
      cause,
      scope,
      message,
      expected,
      observed: file.content ?? "",
      evidence: at(file),
    });
  };

  let up = true;
  /** Nothing says that the port is not up. */
  let mayBeUp = true;
  for (const [name, wanted, known] of [
    ["state", "4: ACTIVE", STATES],
    ["phys_state", "5: LinkUp", PHYSICAL_STATES],
  ] as const) {
    const file = files.get(name);
    const word = file?.content?.toLowerCase();
    if (word === wanted.toLowerCase()) continue;
    up = false;
    if (file !== undefined) mayBeUp = false;
    if (file === undefined || word === undefined || !known.has(word)) unreadable(name, file);
    else mismatch("rail-not-up", "fabric", file, `The rail ${id} is not up.`, wanted);
  }

  const rateFile = files.get("rate");
  const rate = rateFile?.content === undefined ? undefined : parseRate(rateFile.content);
  // The rate of a port that is not up means nothing: a Disabled 400G port prints 40.
  if (mayBeUp && (rateFile === undefined || rate === undefined)) unreadable("rate", rateFile);
  else if (mayBeUp && rateFile !== undefined && rate !== undefined) {
    const expected = `${String(rail.rateGbps)} Gb/sec (${String(rail.width)}X ${rail.label})`;
    if (isUnknownSpeed(rate) && rail.rateGbps > rate.gbps) {
      // Rule X3 is for a port that is up; of another it is unknown already.
      if (up) findings.push(...judgeByFirmware(evidence, rail, scope, at(rateFile), rate, expected));
    } else if (
      rate.gbps !== rail.rateGbps ||
      rate.width !== rail.width ||
      (rate.label !== rail.label && rate.label !== "")
    )
      mismatch("speed-wrong", "fabric", rateFile, `The rail ${id} does not run at its speed.`, expected);
    else if (rate.label === "") unreadable("rate's label", rateFile);
  }

  const layer = files.get("link_layer");
  if (layer?.content === undefined || layer.content === "") unreadable("link_layer", layer);
  else if (layer.content.toLowerCase() !== rail.linkLayer.toLowerCase())
    mismatch("link-layer-wrong", "configuration", layer, `The rail ${id} runs another link layer.`, rail.linkLayer);

  if (pkey !== undefined) findings.push(...judgePkey(files, scope, output, pkey));
  return findings;
}

/** Rule X3: the kernel does not know the speed; the adapter's firmware may. */
function judgeByFirmware(
  evidence: Evidence,
  rail: Rail,
  scope: Found["scope"],
  kernel: EvidencePointer[],
  rate: Rate,
  expected: string,
): Found[] {
  const shown = `${String(rate.gbps)} Gb/sec (${`${String(rate.width)}X ${rate.label}`.trim()})`;
  const unknown = (message: string, pointers: readonly EvidencePointer[]): Found[] => [
    {
      code: "speed-unknown",
      verdict: "inconclusive",
      cause: "tool",
      scope,
      message,
      expected,
      observed: shown,
      evidence: [...kernel, ...pointers],
    },
  ];
  const firmware = evidence.read(`mlxlink-${rail.device}`, mlxlinkFormat);
  if (!firmware.usable)
    return unknown(
      `The kernel does not know the speed of ${scope.id}, and the probe ${firmware.probe} cannot be used: ${firmware.reason}.`,
      firmware.evidence,
    );
  const { active, state, label, width } = firmware.value;
  const pointer = atPath(firmware.output, "/result/output/Operational Info");
  if (!active)
    return unknown(`The kernel does not know the speed of ${scope.id}, and mlxlink shows the link in state ${state}.`, [
      pointer,
    ]);
  const differs = (label !== undefined && label !== rail.label) || (width !== undefined && width !== rail.width);
  if (differs)
    return [
      {
        code: "speed-wrong",
        verdict: "fail",
        cause: "fabric",
        scope,
        message: `The rail ${scope.id} does not run at its speed.`,
        expected,
        observed: `${label ?? "?"} ${width === undefined ? "?" : String(width)}x (mlxlink)`,
        evidence: [pointer, ...kernel],
      },
    ];
  if (label === undefined || width === undefined)
    return unknown(`Neither the kernel nor mlxlink knows the speed of ${scope.id}.`, [pointer]);
  return [];
}

function judgePkey(
  files: ReadonlyMap<string, PortFile>,
  scope: Found["scope"],
  output: ProbeOutput,
  pkey: string,
): Found[] {
  const keys = [...files].filter(([name]) => name.startsWith("pkeys/")).map(([, file]) => file);
  const wanted = Number.parseInt(pkey, 16);
  if (
    keys.some(
      (file) => /^0x[0-9a-f]{1,4}$/i.test(file.content ?? "") && Number.parseInt(file.content ?? "", 16) === wanted,
    )
  )
    return [];
  const shown = keys.map((file) => file.content).filter((content) => content !== undefined);
  const evidence = keys.slice(0, 1).map((file) => atLine(output, file.line.number));
  // A key that cannot be read could be the one that is wanted.
  if (keys.length === 0 || keys.some((file) => !/^0x[0-9a-f]{1,4}$/i.test(file.content ?? ""))) {
    return [
      {
        code: "rail-unreadable",
        verdict: "inconclusive",
        cause: "tool",
        scope,
        message: `The partition keys of ${scope.id} cannot be read.`,
        expected: pkey,
        evidence,
      },
    ];
  }
  const members = shown.filter((key) => Number.parseInt(key, 16) !== 0);
  return [
    {
      code: "pkey-missing",
      verdict: "fail",
      cause: "configuration",
      scope,
      message: `The rail ${scope.id} is no full member of partition ${pkey}.`,
      expected: pkey,
      observed: members.join(", "),
      evidence,
    },
  ];
}
