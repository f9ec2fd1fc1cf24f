/** A PCI address, read from the forms in which drivers and tools print it. */
interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  /** Undefined where the form leaves it out, as Xid lines do. */
  readonly fn: number | undefined;
}

/** Pattern of a PCI address in a text: `0000:52:00`, `00000000:52:00.0`, `0008:01:00.0`, without regard to case. */
export const PCI_ADDRESS = "[0-9a-fA-F]{4,8}:[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}(?:\\.[0-9a-fA-F])?";

const WHOLE = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})(?:\.([0-9a-f]))?$/i;

function read(text: string): PciAddress | undefined {
  const match = WHOLE.exec(text.trim());
  if (match === null) return undefined;
  const [, domain = "0", bus = "", device = "", fn] = match;
  const hex = (digits: string): number => Number.parseInt(digits, 16);
  return { domain: hex(domain), bus: hex(bus), device: hex(device), fn: fn === undefined ? undefined : hex(fn) };
}

/** Whether two texts name one PCI device: domains of 4 or 8 digits, in any case, the function compared where both print it. */
export function samePci(one: string, other: string): boolean {
  const [a, b] = [read(one), read(other)];
  if (a === undefined || b === undefined) return false;
  const sameSlot = a.domain === b.domain && a.bus === b.bus && a.device === b.device;
  return sameSlot && (a.fn === undefined || b.fn === undefined || a.fn === b.fn);
}

/** One spelling of a GPU's or switch's slot, whatever form it is printed in: domain, bus and device; undefined for what is no address. */
export function pciSlot(text: string): string | undefined {
  const address = read(text);
  if (address === undefined) return undefined;
  const { domain, bus, device } = address;
  return [domain, bus, device].map((part) => part.toString(16)).join(":");
}
