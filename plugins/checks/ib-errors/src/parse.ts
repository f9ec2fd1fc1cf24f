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
  readonly 1?: Reading;
  readonly 2?: Reading;
}

/** Readings by `<device>/<port>`, then by file: `counters/link_downed`. */
export type Counters = ReadonlyMap<string, ReadonlyMap<string, Readings>>;

const READING =
  /^([12]) (\d{1,12}(?:\.\d{1,9})?) \/sys\/class\/infiniband\/([^/:]+)\/ports\/(\d+)\/((?:hw_)?counters\/[^/:]+):(.*)$/;

/** `ib-counters`: lines `<1|2> <uptime s> /sys/class/infiniband/<device>/ports/<n>/<file>:<value>`; others are skipped. */
export const ibCountersFormat: Format<Counters> = {
  parse(output) {
    const ports = new Map<string, Map<string, { 1?: Reading; 2?: Reading }>>();
    const all = lines(output);
    for (const line of all) {
      const [, which, uptime = "", device = "", port = "", file = "", content = ""] = READING.exec(line.text) ?? [];
      if (which !== "1" && which !== "2") continue;
      const id = `${device}/${String(Number(port))}`;
      const files = ports.get(id) ?? new Map<string, { 1?: Reading; 2?: Reading }>();
      const readings = files.get(file) ?? {};
      ports.set(id, files.set(file, readings));
      const text = content.trim();
      const uptimeMs = Math.round(Number(uptime) * 1000);
      const value = !line.damaged && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
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
