import { jsonDocument, lines, shaped, Unreadable, type Format, type Line } from "@slipway/plugin-sdk";
import { z } from "zod";

/** A file of one port; undefined content when the line is damaged or the file is listed twice with two values. */
export interface PortFile {
  readonly line: Line;
  readonly content: string | undefined;
}

/** Files of each port by `<device>/<port>`, each by its path below the port. */
export type Ports = ReadonlyMap<string, ReadonlyMap<string, PortFile>>;

const PORT_FILE = /^\/sys\/class\/infiniband\/([^/:]+)\/ports\/(\d+)\/([^:]+):(.*)$/;
const OTHER_FILE = /^\/sys\/class\/infiniband\/[^:]+:/;

/** `ib-sysfs`: lines `/sys/class/infiniband/<device>/ports/<n>/<file>:<content>`. */
export const ibSysfsFormat: Format<Ports> = {
  parse(output) {
    const ports = new Map<string, Map<string, PortFile>>();
    for (const line of lines(output)) {
      const match = PORT_FILE.exec(line.text);
      if (match === null) {
        if (line.text.trim() === "" || OTHER_FILE.test(line.text)) continue;
        throw new Unreadable("a line is no file of /sys/class/infiniband", { line: line.number });
      }
      const [, device = "", port = "", file = "", text = ""] = match;
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
    return ports;
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

const SPEEDS = new Set(["SDR", "DDR", "QDR", "FDR10", "FDR", "EDR", "HDR", "NDR", "XDR", "GDR"]);

/** The firmware's word on a link; each part is undefined when the tool does not know it. */
export interface FirmwareLink {
  readonly active: boolean;
  readonly state: string;
  readonly label: string | undefined;
  readonly width: number | undefined;
}

const Mlxlink = z.object({
  status: z.object({ code: z.number() }).optional(),
  result: z.object({
    output: z.object({
      "Operational Info": z.object({ State: z.string(), Speed: z.string().optional(), Width: z.string().optional() }),
    }),
  }),
});

/** `mlxlink -d <device> --json`: the operational info alone. */
export const mlxlinkFormat: Format<FirmwareLink> = {
  parse(output) {
    const { status, result } = shaped(Mlxlink, jsonDocument(output));
    if (status !== undefined && status.code !== 0)
      throw new Unreadable(`mlxlink answers status ${String(status.code)}`, { path: "/status/code" });
    const { State: state, Speed: speed = "", Width: width = "" } = result.output["Operational Info"];
    const label = speed.replace(/^IB-/, "");
    const lanes = /^(\d+)x$/i.exec(width);
    return {
      active: state.toLowerCase() === "active",
      state,
      label: SPEEDS.has(label) ? label : undefined,
      width: lanes === null ? undefined : Number(lanes[1]),
    };
  },
};

/** `ibstat` is only asked whether it ended well: its text shows neither label nor width (rule X2). */
export const ibstatFormat: Format<true> = { mayBeEmpty: true, parse: () => true };
