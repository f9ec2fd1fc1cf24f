import { lines, type Format, type Line } from "@slipway/plugin-sdk";
import { kernelMessage } from "./parse-prefix.ts";

/** An Xid (of a GPU) or an SXid (of an NVSwitch) in the kernel log. */
export interface Event {
  readonly kind: "xid" | "sxid";
  readonly line: number;
  /** PCI address as printed; undefined when the line cannot be read that far. */
  readonly address: string | undefined;
  /** Number of the error; undefined when the line cannot be read. */
  readonly code: number | undefined;
  /** What follows the number; the whole message when the line cannot be read. */
  readonly text: string;
}

export interface KernelLog {
  readonly events: readonly Event[];
  /** The log reaches back to the kernel's banner (rule Y4). */
  readonly complete: boolean;
  /** The last line when it has no end and may have been one that counts. A line without its end is never read. */
  readonly cut: number | undefined;
}

const BANNER = /^Linux version /;
const BEGINNINGS = {
  xid: /^(?:NVRM:\s*Xid(?!\w)|Xid \(PCI:)/i,
  sxid: /^(?:nvidia-nvswitch\w{0,10}:?\s*SXid(?!\w)|SXid \(PCI:)/i,
} as const;

/** `(PCI:0008:01:00)`, with the instance of a partitioned GPU `(PCI:0008:01:00 GPU-I:05)`. */
const ADDRESS = String.raw`\(PCI:([0-9a-f]{1,8}(?::[0-9a-f]{1,4}){1,2}(?:\.[0-9a-f]{1,2})?)(?:\s[^()]{0,64})?\)`;
const EVENT = new RegExp(String.raw`^[^()]{0,64}${ADDRESS}:\s{0,8}(\d{1,9})(?![^\s,])(?:\s{0,8},)?([^]*)$`, "i");
const ADDRESS_ALONE = new RegExp(ADDRESS, "i");

/** A line that speaks of an Xid where its format does not tell whether the kernel's message begins there. */
const MENTION = /NVRM:\s{0,8}Xid\s{0,8}\(|(?:nvidia-nvswitch\w{0,10}:?\s{0,8})?SXid\s{0,8}\(PCI:/i;
/** Damage that may hide the words an Xid begins with. */
const HIDDEN = /Xid|NVRM:\s{0,8}\S{0,3}\uFFFD/i;

/** `kernel-log`: journalctl, dmesg, syslog or kmsg text. */
export const kernelLogFormat: Format<KernelLog> = {
  parse(output) {
    const read = lines(output, { lastNewline: "optional" });
    const unended = output.stdout.endsWith("\n") ? undefined : read.pop();
    const cut = unended === undefined || isOrdinary(unended) ? undefined : unended.number;
    let complete = false;
    const events: Event[] = [];
    for (const line of read) {
      const { starts, certain } = kernelMessage(line.text);
      complete ||= starts.some((start) => BANNER.test(start));
      const event = eventOf(line, starts, certain);
      if (event !== undefined) events.push(event);
    }
    return { events, complete, cut };
  },
};

const BEGUN = /^nvidia-nvswitch\w{0,10}:?\s*(?:S(?:Xi?)?)?$/i;

/** The start of a message tells that it is no Xid, no SXid and not the banner, wherever the line was cut. */
function isOrdinary(line: Line): boolean {
  const { starts, certain } = kernelMessage(line.text);
  const message = starts.at(-1) ?? "";
  // What begins like a stamp may be one that was cut.
  if (line.damaged || !certain || message === "" || /^[[<\d]/.test(message)) return false;
  const counts = [...Object.values(BEGINNINGS), BEGUN, BANNER].some((pattern) => pattern.test(message));
  return (
    !counts &&
    !["NVRM: Xid", "Xid (PCI:", "nvidia-nvswitch", "SXid (PCI:", "Linux version "].some((word) =>
      word.toLowerCase().startsWith(message.toLowerCase()),
    )
  );
}

function eventOf(line: Line, starts: readonly string[], certain: boolean): Event | undefined {
  for (const kind of ["xid", "sxid"] as const) {
    const message = starts.find((start) => BEGINNINGS[kind].test(start));
    if (message === undefined) continue;
    const match = line.damaged ? null : EVENT.exec(message);
    if (match === null) return unreadable(kind, line, message);
    const [, address, code, text = ""] = match;
    return { kind, line: line.number, address, code: Number(code), text: text.trim() };
  }
  const [start = ""] = starts;
  if (line.damaged && HIDDEN.test(line.text)) return unreadable("xid", line, start);
  if (certain) return undefined;
  const mention = MENTION.exec(start);
  // `name: ` before it is the tag of another program, whose text may say what it likes.
  if (mention === null || /:\s/.test(start.slice(0, mention.index))) return undefined;
  return unreadable(/^NVRM/i.test(mention[0]) ? "xid" : "sxid", line, start);
}

function unreadable(kind: Event["kind"], line: Line, message: string): Event {
  const address = line.damaged ? undefined : ADDRESS_ALONE.exec(message)?.[1];
  return { kind, line: line.number, address, code: undefined, text: message };
}
