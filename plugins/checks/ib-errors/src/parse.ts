import { lines, Unreadable, type Format, type Line } from "@slipway/plugin-sdk";

/** A counter's value at one of the two readings. */
export interface Reading {
  readonly line: Line;
  /** Thousandths of a second since the node booted. */
  readonly uptimeMs: number;
  /** As printed. */
  readonly text: string;
  /** Undefined when the text is no number, the line is damaged, or the reading has the file twice with two values. */
  readonly value: bigint | undefined;
}

/** First and second reading of one file; the one that was not made is absent. */
export interface Readings {
  readonly first?: Reading;
  readonly second?: Reading;
}

/** Readings by `<device>/<port>`, then by file: `counters/link_downed`. */
export type Counters = ReadonlyMap<string, ReadonlyMap<string, Readings>>;

/** `1 285079.08 /sys/class/infiniband/mlx5_0/ports/1/`, which the lines of one port's reading share. */
const PORT = /^([12]) (\d{1,12}(?:\.\d{1,9})?) \/sys\/class\/infiniband\/([^/:]+)\/ports\/(\d+)\//;
const COUNTER = /^((?:hw_)?counters\/[^/:]+):(.*)$/;

type Files = Map<string, { first?: Reading; second?: Reading }>;

/** How lines begin that are of one port's reading. */
interface PortReading {
  readonly begins: string;
  readonly which: keyof Readings;
  readonly uptimeMs: number;
  readonly id: string;
}

/** `ib-counters`: lines `<1|2> <uptime s> /sys/class/infiniband/<device>/ports/<n>/<file>:<value>`; others are skipped. */
export const ibCountersFormat: Format<Counters> = {
  parse(output) {
    const ports = new Map<string, Files>();
    const all = lines(output);
    let port: PortReading | undefined;
    for (const line of all) {
      if (port === undefined || !line.text.startsWith(port.begins)) port = portReading(line.text);
      const [, file = "", content = ""] = COUNTER.exec(line.text.slice(port?.begins.length)) ?? [];
      if (port === undefined || file === "") continue;
      const files = ports.get(port.id) ?? (new Map() as Files);
      const readings = files.get(file) ?? {};
      ports.set(port.id, files.set(file, readings));
      const { which, uptimeMs } = port;
      const text = content.trim();
      const value = line.damaged ? undefined : countOf(text);
      const earlier = readings[which];
      const agrees = earlier === undefined || (earlier.value === value && earlier.uptimeMs === uptimeMs);
      readings[which] = agrees ? { line, uptimeMs, text, value } : { ...earlier, value: undefined };
    }
    if (ports.size === 0)
      throw new Unreadable("no line is a reading of a counter", {
        line: all.find(({ text }) => text.trim() !== "")?.number ?? 1,
      });
    return ports;
  },
};

function portReading(line: string): PortReading | undefined {
  const match = PORT.exec(line);
  if (match === null) return undefined;
  const [begins, which, uptime, device = "", port] = match;
  return {
    begins,
    which: which === "1" ? "first" : "second",
    uptimeMs: Math.round(Number(uptime) * 1000),
    id: `${device}/${String(Number(port))}`,
  };
}

function countOf(text: string): bigint | undefined {
  // Nearly every counter of errors.
  if (text === "0") return 0n;
  return /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

/**
 * Bits of the classic counters: PortCounters of the InfiniBand specification, as the kernel reads them
 * (drivers/infiniband/core/sysfs.c).
 */
const CLASSIC_BITS: ReadonlyMap<string, number> = new Map([
  ["symbol_error", 16],
  ["link_error_recovery", 8],
  ["link_downed", 8],
  ["port_rcv_errors", 16],
  ["port_rcv_remote_physical_errors", 16],
  ["port_rcv_switch_relay_errors", 16],
  ["port_xmit_discards", 16],
  ["port_xmit_constraint_errors", 8],
  ["port_rcv_constraint_errors", 8],
  ["local_link_integrity_errors", 4],
  ["excessive_buffer_overrun_errors", 4],
  ["VL15_dropped", 16],
]);

/** Whether a counter can count no further (rule E4); others than the classic ones have 32 or 64 bits. */
export function isAtEnd(file: string, value: bigint): boolean {
  const classic = file.startsWith("counters/") ? CLASSIC_BITS.get(file.slice("counters/".length)) : undefined;
  return [classic ?? 32, 32, 64].some((bits) => value === (1n << BigInt(bits)) - 1n);
}
