/** How a bar is drawn: of lines where a person looks, else of letters that every file and terminal has. */
export type Drawing = "unicode" | "plain";

export const drawing = (): Drawing =>
  process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "" ? "unicode" : "plain";

const MARKS = {
  unicode: { low: "├", line: "─", high: "┤", point: "●" },
  plain: { low: "[", line: "-", high: "]", point: "*" },
} as const;

export interface Bar {
  readonly lo: number;
  readonly hi: number;
  readonly estimate: number | null;
}

/** The first end of a scale, from 1 %, that holds all of them. */
export function scaleOf(bars: readonly Bar[]): number {
  const most = Math.max(0, ...bars.map(({ hi }) => hi));
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find((end) => most <= end) ?? 1;
}

/** An interval on a scale from 0, with the estimate in it; without one, its bounds alone. */
export function intervalBar({ lo, hi, estimate }: Bar, scale: number, width: number, how: Drawing): string {
  const marks = MARKS[how];
  const place = (value: number): number => Math.min(width - 1, Math.max(0, Math.round((value / scale) * (width - 1))));
  const [from, to] = [place(lo), place(hi)];
  const cells = Array.from({ length: width }, (_, at): string => (at > from && at < to ? marks.line : " "));
  cells[from] = marks.low;
  cells[to] = marks.high;
  if (estimate !== null) cells[place(estimate)] = marks.point;
  return cells.join("");
}
