import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";

/** One thing that was done to the world, or asked of it. */
export interface JournalLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `session` and `end`: a connection; `probe`: one command; the others are acts. */
  readonly what: "session" | "end" | "probe" | "power" | "repair" | "service" | "repeat";
  readonly node: string;
  readonly machine: number;
  /** Idempotency key of an act, id of a session. */
  readonly key: string;
  readonly detail?: string;
}

/** The only state of the world: everything else follows from it, the seed and the time. */
export interface Journal {
  append(line: JournalLine): void;
  /** Lines that were not read yet, whoever wrote them. */
  read(): readonly JournalLine[];
  close(): void;
}

export function memoryJournal(): Journal {
  let unread: JournalLine[] = [];
  return {
    append: (line) => void unread.push(line),
    read: () => {
      const lines = unread;
      unread = [];
      return lines;
    },
    close: () => undefined,
  };
}

/** A journal in a file that any number of processes append to; a line is one write, so lines never mix. */
export function fileJournal(path: string): Journal {
  const out = openSync(path, "a", 0o600);
  const input = openSync(path, "r");
  let offset = 0;
  return {
    append: (line) => void writeSync(out, `${JSON.stringify(line)}\n`),
    read: () => {
      const size = fstatSync(input).size;
      if (size <= offset) return [];
      const bytes = Buffer.alloc(size - offset);
      readSync(input, bytes, 0, bytes.length, offset);
      const whole = bytes.lastIndexOf(10) + 1;
      offset += whole;
      return bytes
        .toString("utf8", 0, whole)
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as JournalLine);
    },
    close: () => {
      closeSync(out);
      closeSync(input);
    },
  };
}
