import { Unreadable } from "../errors.ts";
import type { ProbeOutput } from "../evidence.ts";

/** One line of a probe's output, counted from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
  /** The line holds bytes that are no UTF-8: its value may not be read. */
  readonly damaged: boolean;
}

/**
 * Splits line text. The tools end each line with a newline, so text without the last one was cut
 * and is refused as a whole (rule G3), unless the caller says that a person may have written it.
 */
export function lines(output: ProbeOutput, options: { lastNewline?: "required" | "optional" } = {}): Line[] {
  const { stdout, damaged } = output;
  const parts = stdout.split("\n");
  if (parts.at(-1) === "") parts.pop();
  else if (options.lastNewline !== "optional") {
    throw new Unreadable("its output does not end with a newline: it was cut", {
      line: parts.length,
      fault: "damaged",
    });
  }
  return parts.map((part, index) => {
    const text = part.endsWith("\r") ? part.slice(0, -1) : part;
    return { number: index + 1, text, damaged: damaged && text.includes("\uFFFD") };
  });
}

/** Refuses a line whose bytes are damaged, for a reader about to take its value. */
export function intact(line: Line): Line {
  if (line.damaged)
    throw new Unreadable("the line holds bytes that are no UTF-8", { line: line.number, fault: "damaged" });
  return line;
}
