import type { Code } from "./codes.ts";
import { meaningOf, type Meaning } from "./meaning.ts";
import type { Notice, Trouble } from "./notices.ts";
import { slotOf, type Event, type KernelLog } from "./parse.ts";
import { isSxidContinuation } from "./severity.ts";

/** What one line of the log says of one part. */
export interface Remark {
  readonly meaning: Meaning;
  /** `Xid 79`, `SXid 24007`, `NVRM`. */
  readonly name: string;
  readonly part: "gpu" | "fabric";
  readonly address: string | undefined;
  readonly line: number;
  /** The line's own words. */
  readonly text: string;
  /** It goes on with a line that has the word, which is the one to show. */
  readonly further?: boolean;
}

/** Every line that counts, with what it means beside the others (rules Y1-Y3, Y5, Y6). */
export function remarksOf({ events, notices }: KernelLog): Remark[] {
  return [...eventRemarks(events), ...notices.flatMap(noticeRemarks)];
}

function nameOf({ kind, code }: Event): string {
  return `${kind === "xid" ? "Xid" : "SXid"}${code === undefined ? "" : ` ${String(code)}`}`;
}

function eventRemarks(all: readonly Event[]): Remark[] {
  const events = all.filter(({ quoted }) => !quoted);
  const key = ({ kind, address, code }: Pick<Event, "kind" | "address" | "code">): string =>
    `${kind} ${slotOf(address)} ${String(code)}`;
  const last = new Map(events.map((event) => [key(event), event]));
  const remark = (event: Event, meaning: Meaning): Remark => {
    const { address, line, text } = event;
    return { meaning, name: nameOf(event), part: event.kind === "xid" ? "gpu" : "fabric", address, line, text };
  };
  const remarks = events.map((event) =>
    remark(
      event,
      meaningOf(event, {
        holds: (code) => last.has(key({ ...event, code })),
        isLast: last.get(key(event)) === event,
      }),
    ),
  );
  const quotations = all.filter(({ quoted }) => quoted).map((event) => remark(event, QUOTED));
  return [...withContinuations(remarks), ...quotations];
}

const QUOTED: Meaning = { code: "event-quoted", words: "a quotation in another message: no event, and none ruled out" };

/** Rule Y5: lines of an SXid without its word belong to the nearest line of that switch and code that has it. */
function withContinuations(remarks: readonly Remark[]): Remark[] {
  const key = ({ address, name }: Remark): string => `${slotOf(address)} ${name}`;
  const isDecided = ({ meaning: { code } }: Remark): boolean => code === "sxid-fatal" || code === "sxid-nonfatal";
  const isFurther = ({ meaning: { code }, text }: Remark): boolean =>
    code === "sxid-undecided" && isSxidContinuation(text);
  const nearestBefore = (list: readonly Remark[]): Map<Remark, Remark | undefined> => {
    const latest = new Map<string, Remark>();
    const nearest = new Map<Remark, Remark | undefined>();
    for (const remark of list) {
      if (isDecided(remark)) latest.set(key(remark), remark);
      if (isFurther(remark)) nearest.set(remark, latest.get(key(remark)));
    }
    return nearest;
  };
  const [above, below] = [nearestBefore(remarks), nearestBefore(remarks.toReversed())];
  return remarks.map((remark) => {
    const [up, down] = [above.get(remark), below.get(remark)];
    const nearer =
      up !== undefined && (down === undefined || remark.line - up.line <= down.line - remark.line) ? up : down;
    return nearer === undefined ? remark : { ...remark, meaning: nearer.meaning, further: true };
  });
}

const TROUBLES: Readonly<Record<Trouble, Meaning & { code: Code }>> = {
  "off-the-bus": { code: "off-the-bus", words: "the GPU has fallen off the bus" },
  adapter: { code: "adapter-failed", words: "the driver could not bring the GPU up" },
  lost: { code: "gpu-lost", words: "a GPU was lost from the bus" },
  gsp: { code: "gsp-timeout", words: "the GSP did not answer in time" },
};

/** Rule Y6. */
function noticeRemarks(notice: Notice): Remark[] {
  const { trouble, line, text, addresses } = notice;
  const meaning = notice.quoted ? QUOTED : TROUBLES[trouble];
  const named: readonly (string | undefined)[] = addresses.length === 0 ? [undefined] : addresses;
  return named.map((address) => ({ meaning, name: "NVRM", part: "gpu", address, line, text }));
}
