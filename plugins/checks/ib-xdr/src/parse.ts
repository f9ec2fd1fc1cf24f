import { isSpoiled, lines, Unreadable, type Format, type Line, type Printed } from "@slipway/plugin-sdk";

/** A file of one port; undefined content when the line is damaged or the file is listed twice with two values. */
export interface PortFile {
  readonly line: Line;
  readonly content: string | undefined;
}

/** Files of one port, each by its path below the port: `rate`, `pkeys/0`. */
export type PortFiles = ReadonlyMap<string, PortFile>;

/** What `ib-sysfs` shows of `/sys/class/infiniband`. */
export interface InfinibandClass {
  /** By `<device>/<port>`. */
  readonly ports: ReadonlyMap<string, PortFiles>;
  /** Devices of which a file was read. */
  readonly devices: ReadonlySet<string>;
  /** Lines that are no file of the class, such as the errors of the program that read it. */
  readonly skipped: readonly Line[];
}

const CLASS_FILE = /^\/sys\/class\/infiniband\/([^/:]+)\/(?:ports\/(\d+)\/)?([^:]+):(.*)$/;

/** `ib-sysfs`: lines `/sys/class/infiniband/<device>/ports/<n>/<file>:<content>`. */
export const ibSysfsFormat: Format<InfinibandClass> = {
  parse(output) {
    const ports = new Map<string, Map<string, PortFile>>();
    const devices = new Set<string>();
    const skipped: Line[] = [];
    for (const line of lines(output)) {
      const [, device = "", port, file = "", text = ""] = CLASS_FILE.exec(line.text) ?? [];
      if (device === "" || isSpoiled(device)) {
        if (line.text.trim() !== "") skipped.push(line);
        continue;
      }
      devices.add(device);
      if (port === undefined) continue;
      const id = `${device}/${String(Number(port))}`;
      const files = ports.get(id) ?? new Map<string, PortFile>();
      ports.set(id, files);
      const content = line.damaged ? undefined : text.trim();
      const earlier = files.get(file);
      files.set(file, {
        line: earlier?.line ?? line,
        content: earlier === undefined || earlier.content === content ? content : undefined,
      });
    }
    if (devices.size === 0)
      throw new Unreadable("no line is a file of /sys/class/infiniband", { line: skipped[0]?.number ?? 1 });
    return { ports, devices, skipped };
  },
};

/** A port's rate as the kernel prints it, e.g. `800 Gb/sec (4X XDR)`. */
export interface Rate {
  readonly gbps: number;
  readonly width: number;
  /** Empty in `10 Gb/sec (4X)`: kernels 3.x print no label for SDR and for a speed they do not know. */
  readonly label: string;
}

export function parseRate(text: string): Rate | undefined {
  const match = /^(\d+(?:\.\d+)?) Gb\/sec \((\d+)X(?: ([A-Z0-9]+))?\)$/.exec(text);
  return match === null ? undefined : { gbps: Number(match[1]), width: Number(match[2]), label: match[3] ?? "" };
}

const GBPS_PER_LANE_SDR = 2.5;

/** What the kernel prints for a speed it does not know: SDR at 2.5 Gb/s a lane (rule X3). */
export function isUnknownSpeed(rate: Rate): boolean {
  return ["SDR", ""].includes(rate.label) && rate.gbps === GBPS_PER_LANE_SDR * rate.width;
}

/** `ibstat` is only asked whether it ended well: its text shows neither label nor width (rule X2). */
export const ibstatFormat: Format<true> = { mayBeEmpty: true, parse: () => true };

/**
 * Devices that ibstat names where it gave up: `ibpanic: [5127] main: stat of IB device 'mlx5_4' failed: …`.
 *
 * @param known devices to recognise without quotes as well
 */
export function devicesOfPanic({ stdout, stderr }: Printed, known: ReadonlySet<string>): string[] {
  const panics = `${stderr}\n${stdout}`.split("\n").filter((line) => line.includes("ibpanic:"));
  return panics.flatMap((line) => [
    ...[...line.matchAll(/\bdevice (['"])([^'"\s\uFFFD]+)\1/g)].map(([, , device = ""]) => device),
    ...line.split(/[^\w.-]+/).filter((word) => known.has(word)),
  ]);
}
