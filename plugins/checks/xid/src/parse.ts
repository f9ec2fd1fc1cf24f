import { asciiLower, lines, PCI_ADDRESS, pciSlot, valueOf, type Format, type Line } from "@slipway/plugin-sdk";
import type { Found } from "./found.ts";
import { lineForm } from "./line-form.ts";
import { isWholeJson, logEntries } from "./log-entries.ts";
import { createNotices, type Notice } from "./notices.ts";
import { scan } from "./scan.ts";

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
  /** Quoted by a program, so that it is no event (rule Y5). */
  readonly quoted: boolean;
}

/** One card or switch, however its address is spelled. */
export function slotOf(address: string | undefined): string {
  return address === undefined ? "" : (pciSlot(address) ?? asciiLower(address));
}

/** What the log itself prints of a card besides its address (rule G8). */
export interface LoggedCard {
  uuid?: string;
  serial?: string;
}

export interface KernelLog {
  /** In the order of the log. */
  readonly events: readonly Event[];
  readonly notices: readonly Notice[];
  /** By slot. */
  readonly cards: ReadonlyMap<string, LoggedCard>;
  /** The log reaches back to the kernel's banner (rule Y4). */
  readonly complete: boolean;
  /** The last line when it has no end and may have been one that counts. A line without its end is never read. */
  readonly cut: number | undefined;
}

/** `kernel-log`: journalctl in any of its forms, dmesg, syslog, kmsg or a collector's text. */
export const kernelLogFormat: Format<KernelLog> = {
  parse(output) {
    const read = lines(output, { lastNewline: "optional" });
    const last = read.at(-1);
    const unended = output.stdout.endsWith("\n") || (last !== undefined && isWholeJson(last)) ? undefined : read.pop();
    const cut = unended === undefined || isOrdinary(unended) ? undefined : unended.number;
    let complete = false;
    const events: Event[] = [];
    const notices: Notice[] = [];
    const cards = new Map<string, LoggedCard>();
    const reader = createNotices();
    for (const found of scan(logEntries(read))) {
      if (found.kind === "banner") complete ||= !found.quoted;
      else if (found.kind === "xid" || found.kind === "sxid") {
        const event = eventOf(found.kind, found);
        if (event !== undefined) events.push(event);
      } else if (found.doubtful) events.push(unreadable("xid", found));
      else {
        const notice = reader.add(found);
        if (notice !== undefined) notices.push(notice);
        if (!found.quoted) noteCard(found.text, cards);
      }
    }
    return { events, notices, cards, complete, cut };
  },
};

/** `(PCI:0008:01:00)`, with the instance of a partitioned GPU `(PCI:0008:01:00 GPU-I:05)`; old drivers leave `PCI:` out. */
const ADDRESS = String.raw`\(\s{0,4}(?:PCI:\s{0,4})?([0-9a-f]{1,8}(?::[0-9a-f]{1,4}){1,2}(?:\.[0-9a-f]{1,2})?)(?:\s[^()]{0,64})?\)`;
const BODY = new RegExp(String.raw`^\s{0,8}${ADDRESS}:\s{0,8}(\d{1,9})(?![^\s,])(?:\s{0,8},)?`, "i");
const ADDRESS_ALONE = new RegExp(String.raw`^\s{0,8}${ADDRESS}`, "i");

function eventOf(kind: Event["kind"], found: Found): Event | undefined {
  const { line, body, quoted, doubtful } = found;
  const match = doubtful ? null : BODY.exec(body);
  // A quotation whose body is no known one is nothing.
  if (match === null) return quoted ? undefined : unreadable(kind, found);
  const [beginning, address, code] = match;
  return { kind, line, address, code: Number(code), text: body.slice(beginning.length).trim(), quoted };
}

function unreadable(kind: Event["kind"], { line, body, text }: Found): Event {
  return { kind, line, address: ADDRESS_ALONE.exec(body)?.[1], code: undefined, text, quoted: false };
}

/** `GPU at PCI:0008:01:00: GPU-8f3e…`, `GPU 0000:61:00.0: GPU serial number is 1234.` */
const OF_CARD = new RegExp(
  String.raw`GPU (?:at )?(?:PCI:)?(${PCI_ADDRESS}):\s{1,4}(?:(GPU-[0-9a-f]{8}(?:-[0-9a-f]{4,12}){1,4})|GPU serial number is (\S{1,64}?)\.?(?:\s|$))`,
  "i",
);

function noteCard(text: string, cards: Map<string, LoggedCard>): void {
  const match = OF_CARD.exec(text);
  if (match === null) return;
  const [, address, uuid, printed] = match;
  const slot = slotOf(address);
  const serial = valueOf(printed);
  cards.set(slot, {
    ...cards.get(slot),
    ...(uuid === undefined ? {} : { uuid }),
    ...(serial === undefined ? {} : { serial }),
  });
}

/** What a line may have been, had it gone on: a text that counts, or the beginning of its words. */
const MAY_COUNT = /NVRM|Xid|Linux v|nvidia(?:\s[\da-f:.]{7,20})?:\s{0,4}(?:probe|$)/i;
const SWITCH_BEGINS = /nvidia-nvswitch\w{0,10}:?(?:S(?:Xi?)?)?$/i;
const WORD_BEGINS = ["nvrm:", "nvidia-nvswitch", "sxid", "xid", "linux version"];

/** An unended line whose form is known and whose words tell that it is none that counts, wherever it was cut. */
function isOrdinary({ text, damaged }: Line): boolean {
  const { foreign, start, known } = lineForm(text);
  const message = text.slice(start).trim();
  // What begins like a stamp may be one that was cut.
  if (damaged || foreign || !known || /^[[<\d]/.test(message)) return false;
  // Empty where the message has not begun: any word begins so.
  const lastWord = asciiLower(message.replace(/^[^]*\s/, ""));
  return (
    !MAY_COUNT.test(message) && !SWITCH_BEGINS.test(message) && !WORD_BEGINS.some((word) => word.startsWith(lastWord))
  );
}
