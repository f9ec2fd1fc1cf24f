import { answer, lines, type Answer, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const NODE = "gb300-r21-t16";
export const SIZE = 17_179_869_184;
export const EXPECT = { minBusbwGBps: 650, size: SIZE };

/** Asks the check about a log, and about how its run ended where that is not "exit 0". */
export const judge = (stdout: string, nccl: object = EXPECT, run: ProbeSketch = {}): Answer =>
  answer(check, { probes: { "nccl-allreduce": { stdout, ...run } }, expect: { nccl }, node: NODE });
export const linesOf = (finding: Answer["findings"][number] | undefined) => finding?.evidence.map(({ line }) => line);

export const HEADER =
  "#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong";
export const OLD_HEADER =
  "#       size         count    type   redop     time   algbw   busbw  error     time   algbw   busbw  error";
export const CLOSING = "# Out of bounds values : 0 OK";

export interface RowSketch {
  size?: number | string;
  busbw?: string;
  wrong?: string;
  inPlace?: string;
  wrongInPlace?: string;
}
const SOUND = { size: SIZE, busbw: "684.05", wrong: "0", inPlace: "684.31", wrongInPlace: "0" };

function rowOf(columns: string, sketch: RowSketch): string {
  const { size, busbw, wrong, inPlace, wrongInPlace } = { ...SOUND, ...sketch };
  return ` ${String(size)}    4294967296   ${columns}    37610  456.79  ${busbw}      ${wrong}    37605  456.85  ${inPlace}      ${wrongInPlace}`;
}
export const row = (sketch: RowSketch = {}): string => rowOf("  float     sum      -1", sketch);
export const oldRow = (sketch: RowSketch = {}): string => rowOf("float     sum", sketch);
/** A log whose rows begin at line 3. */
export const log = (rows: readonly string[], closing = CLOSING, header = HEADER) =>
  lines("# nThread 1 nGpus 4", header, ...rows, closing, "# Avg bus bandwidth    : 12.0 ");

export const LOW = `bandwidth-low fail unknown node ${NODE}`;
export const WRONG = `values-wrong fail hardware node ${NODE}`;
export const UNREADABLE = `row-unreadable inconclusive tool node ${NODE}`;
export const UNCHECKED = `errors-unchecked inconclusive configuration node ${NODE}`;
export const EARLY = `run-incomplete inconclusive tool node ${NODE}`;
export const UNUSABLE = `evidence-unusable inconclusive tool node ${NODE}`;
