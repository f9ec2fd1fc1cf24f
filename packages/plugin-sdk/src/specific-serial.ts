import { noValue } from "./no-value.ts";
import { asciiLower } from "./text.ts";

/**
 * What firmware and tools put where no serial number was filled in. Sources: dmidecode prints "Not
 * Specified" for an empty string; "To Be Filled By O.E.M." and "Default string" are AMI's, "System
 * Serial Number" and "Chassis Serial Number" ASUS's templates (systemd's hwdb marks their siblings as
 * rubbish); counting digits, "INVALID" and "(null string)" are in the blacklist of GLPI's inventory;
 * "None" and "N/A" come from vendors' APIs (vendors.md 9).
 */
const PLACEHOLDERS = [
  /^\(?(none|n\/?a|null|nil|unknown|undefined|invalid|empty|error|oem|o\.e\.m\.|default|number|na)\)?$/i,
  /^(default string|\(null string\)|\$\(default_string\)|no asset (tag|information))$/i,
  /^not ?(specified|available|applicable|present|set|provided|supported|settable)\.?$/i,
  /^to ?be ?filled/i,
  /^((system|chassis|base ?board|board|product|mother ?board)[ -]?)?serial([ -]?(number|no\.?))?$/i,
  /^(sys|sn|mb|s\/n)?[- ]?0?1?234567890?[a-f]*$/i,
  /^(sys|sn)-(12345|9876543210)$/i,
  /^12345\d?$/,
];

/** Whether a serial or UUID can tell parts apart: no word of a tool for no value (rule G8), and no placeholder of a firmware. */
export function isSpecific(serial: string | null | undefined): serial is string {
  const text = serial?.trim() ?? "";
  if (text.length < 2 || noValue(text) !== undefined) return false;
  if (new Set(text.replace(/[\s._-]/g, "").toLowerCase()).size < 2) return false;
  return !PLACEHOLDERS.some((placeholder) => placeholder.test(text));
}

/** A serial or UUID as it is compared: case and surrounding blanks decide nothing. The spelling is kept wherever it is shown. */
export const comparableSerial = (serial: string): string => asciiLower(serial.trim());
