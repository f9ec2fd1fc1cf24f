import {
  asciiLower,
  atLine,
  atPath,
  isWord,
  type Evidence,
  type EvidencePointer,
  type ProbeOutput,
  type Rail,
  type Reading,
  type Usable,
} from "@slipway/plugin-sdk";
import { finding, type Found } from "./codes.ts";
import { isSpeedOf, mlxlinkFormat, type FirmwareLink } from "./mlxlink.ts";
import { isUnknownSpeed, parseRate, type InfinibandClass, type PortFiles } from "./parse.ts";

/** A rail whose port is there, with its files. */
interface Port {
  readonly rail: Rail;
  readonly scope: { readonly kind: "port"; readonly id: string };
  readonly files: PortFiles;
  readonly output: ProbeOutput;
}

/** Judges one rail by rules X1, X3 and X4. */
export function judgeRail(
  evidence: Evidence,
  sysfs: Usable<InfinibandClass>,
  rail: Rail,
  pkey: string | undefined,
): Found[] {
  const id = `${rail.device}/${String(rail.port)}`;
  const scope = { kind: "port", id } as const;
  const files = sysfs.value.ports.get(id);
  if (files === undefined) return [judgeAbsence(sysfs, rail, scope)];
  const port: Port = { rail, scope, files, output: sysfs.output };
  return [
    ...judgeState(port, "state"),
    ...judgeState(port, "phys_state"),
    ...judgeSpeed(port, evidence),
    ...judgeLinkLayer(port),
    ...(pkey === undefined ? [] : judgePkey(port, pkey)),
  ];
}

/** Rule X1: gone, unless a line shows the device and not the port's files, or cannot be read itself. */
function judgeAbsence({ value, output }: Usable<InfinibandClass>, rail: Rail, scope: Port["scope"]): Found {
  const { ports, devices, skipped } = value;
  const path = `/sys/class/infiniband/${rail.device}`;
  const mentions = skipped.find(
    (line) => line.damaged || line.text.split(/[\s:'"]+/).some((word) => word === path || word.startsWith(`${path}/`)),
  );
  const withoutPorts = devices.has(rail.device) && ![...ports.keys()].some((id) => id.startsWith(`${rail.device}/`));
  if (mentions !== undefined || withoutPorts) {
    return finding("rail-unreadable", {
      scope,
      message: `No file of ${scope.id} was read, and its device may be there.`,
      evidence: mentions === undefined ? [] : [atLine(output, mentions.number)],
    });
  }
  return finding("rail-missing", {
    scope,
    message: devices.has(rail.device)
      ? `The device ${rail.device} is there and its port ${String(rail.port)} is gone.`
      : `The rail ${scope.id} is gone; other expected devices of the node are there.`,
    expected: scope.id,
    observed: "absent",
  });
}

/** What the files of a port that is up say, and the other words that the kernel has for them. */
const UP = { state: "4: ACTIVE", phys_state: "5: LinkUp" } as const;
const NOT_UP = {
  state: new Set(["0: nop", "1: down", "2: init", "3: armed", "5: active_defer"]),
  phys_state: new Set([
    "1: sleep",
    "2: polling",
    "3: disabled",
    "4: portconfigurationtraining",
    "6: linkerrorrecovery",
    "7: phy test",
  ]),
} as const;

/** Whether one of a port's states is that of a port that is up; undefined where it was not read. */
function isUp(port: Port, name: keyof typeof UP): boolean | undefined {
  const word = port.files.get(name)?.content;
  return word === undefined ? undefined : isWord(word, UP[name]);
}

function judgeState(port: Port, name: keyof typeof UP): Found[] {
  if (isUp(port, name) === true) return [];
  const word = port.files.get(name)?.content;
  if (word === undefined || !NOT_UP[name].has(asciiLower(word))) return [unreadable(port, name)];
  return [
    finding("rail-not-up", {
      scope: port.scope,
      message: `The rail ${port.scope.id} is not up.`,
      expected: UP[name],
      observed: word,
      evidence: lineOf(port, name),
    }),
  ];
}

function judgeLinkLayer(port: Port): Found[] {
  const layer = port.files.get("link_layer")?.content ?? "";
  if (layer === "") return [unreadable(port, "link_layer")];
  if (isWord(layer, port.rail.linkLayer)) return [];
  return [
    finding("link-layer-wrong", {
      scope: port.scope,
      message: `The rail ${port.scope.id} runs another link layer.`,
      expected: port.rail.linkLayer,
      observed: layer,
      evidence: lineOf(port, "link_layer"),
    }),
  ];
}

/** Rate, label and width: by the kernel (X4), and by the firmware where the kernel does not know them (X3). */
function judgeSpeed(port: Port, evidence: Evidence): Found[] {
  const { rail, scope, files } = port;
  const states = [isUp(port, "state"), isUp(port, "phys_state")];
  // The rate of a port that is not up means nothing: a Disabled 400G port prints 40.
  if (states.includes(false)) return [];
  const firmware = evidence.read(`mlxlink-${rail.device}`, mlxlinkFormat);
  if (isEthernet(rail) && isThere(firmware))
    return [...(files.has("rate") ? [] : [unreadable(port, "rate")]), ...judgeByFirmware(port, firmware)];

  const text = files.get("rate")?.content ?? "";
  const rate = parseRate(text);
  if (rate === undefined) return [unreadable(port, "rate")];
  if (isUnknownSpeed(rate) && rail.rateGbps > rate.gbps)
    // Of a port that may not be up the speed is unknown already.
    return states.every((up) => up === true) ? judgeByFirmware(port, firmware) : [];
  const labelDiffers = rate.label !== "" && rate.label !== rail.label;
  if (rate.gbps !== rail.rateGbps || rate.width !== rail.width || labelDiffers)
    return [
      finding("speed-wrong", {
        scope,
        message: `The rail ${scope.id} does not run at its speed.`,
        expected: rateOf(rail),
        observed: text,
        evidence: lineOf(port, "rate"),
      }),
    ];
  return rate.label === "" ? [unreadable(port, "rate", "rate's label")] : [];
}

function judgeByFirmware(port: Port, firmware: Reading<FirmwareLink>): Found[] {
  const { rail, scope } = port;
  const kernel = lineOf(port, "rate");
  const kernelSays = isEthernet(rail)
    ? `The kernel's rate of the Ethernet port ${scope.id} is a placeholder`
    : `The kernel does not know the speed of ${scope.id}`;
  const unknown = (why: string, pointers: readonly EvidencePointer[]): Found[] => [
    finding("speed-unknown", {
      scope,
      message: `${kernelSays}, and ${why}.`,
      expected: rateOf(rail),
      observed: port.files.get("rate")?.content,
      evidence: [...kernel, ...pointers],
    }),
  ];
  if (!firmware.usable)
    return unknown(`the probe ${firmware.probe} cannot be used: ${firmware.reason}`, firmware.evidence);

  const { active, state, speed, width, shown } = firmware.value;
  const pointer = atPath(firmware.output, "/result/output/Operational Info");
  if (!active) return unknown(`mlxlink shows the link in state ${state}`, [pointer]);
  const speedDiffers = speed !== undefined && !isSpeedOf(rail, speed);
  const widthDiffers = width !== undefined && width !== rail.width;
  // Without a speed that is known mlxlink decides nothing of an Ethernet rail, its width included.
  if (speedDiffers || (widthDiffers && !(isEthernet(rail) && speed === undefined)))
    return [
      finding("speed-wrong", {
        scope,
        message: `The rail ${scope.id} does not run at its speed.`,
        expected: rateOf(rail),
        observed: `${shown} (mlxlink)`,
        evidence: [pointer, ...kernel],
      }),
    ];
  return speed === undefined || width === undefined ? unknown(`mlxlink shows ${shown}`, [pointer]) : [];
}

function judgePkey({ scope, files, output }: Port, pkey: string): Found[] {
  const keys = [...files].filter(([name]) => name.startsWith("pkeys/")).map(([, file]) => file);
  const numbers = keys.map(({ content = "" }) =>
    /^0x[0-9a-f]{1,4}$/i.test(content) ? Number.parseInt(content, 16) : undefined,
  );
  if (numbers.includes(Number.parseInt(pkey, 16))) return [];
  const evidence = keys.slice(0, 1).map((file) => atLine(output, file.line.number));
  // A key that cannot be read could be the one that is wanted.
  if (keys.length === 0 || numbers.includes(undefined))
    return [
      finding("rail-unreadable", {
        scope,
        message: `The partition keys of ${scope.id} cannot be read.`,
        expected: pkey,
        evidence,
      }),
    ];
  const members = keys.filter((_, index) => numbers[index] !== 0).map((file) => file.content);
  return [
    finding("pkey-missing", {
      scope,
      message: `The rail ${scope.id} is no full member of partition ${pkey}.`,
      expected: pkey,
      observed: members.join(", "),
      evidence,
    }),
  ];
}

/** The inconclusive finding for a file of the port that is absent, damaged, contradictory or of no known word. */
function unreadable(port: Port, file: string, what: string = file): Found {
  return finding("rail-unreadable", {
    scope: port.scope,
    message: `The ${what} of ${port.scope.id} cannot be read.`,
    observed: port.files.get(file)?.content,
    evidence: lineOf(port, file),
  });
}

function lineOf({ files, output }: Port, name: string): EvidencePointer[] {
  const file = files.get(name);
  return file === undefined ? [] : [atLine(output, file.line.number)];
}

function rateOf(rail: Rail): string {
  return `${String(rail.rateGbps)} Gb/sec (${String(rail.width)}X ${rail.label})`;
}

function isEthernet(rail: Rail): boolean {
  return isWord(rail.linkLayer, "Ethernet");
}

/** Rule X3: an mlxlink that did not run or ended non-zero is absent, and does not replace the kernel's rate. */
function isThere(firmware: Reading<FirmwareLink>): boolean {
  return firmware.usable || (firmware.started && (firmware.record?.exitCode ?? 0) === 0);
}
