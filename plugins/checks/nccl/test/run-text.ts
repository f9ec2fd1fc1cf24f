import { runCheck, type Finding } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import check from "../src/index.ts";

export const NODE = "gb300-r21-t16";
export const SIZE = 17_179_869_184;
export const EXPECT = { minBusbwGBps: 650, size: SIZE };

export function judge(
  stdout: string,
  nccl: Record<string, unknown> | null = EXPECT,
  run: Record<string, unknown> = {},
) {
  return runCheck(
    check,
    evidenceOf({ probes: { "nccl-allreduce": { stdout, ...run } }, node: { name: NODE } }),
    nccl === null ? {} : { nccl },
  );
}
export const essences = (judgement: { findings: readonly Finding[] }) =>
  judgement.findings.map(({ code, verdict, cause, scope }) => `${code} ${verdict} ${cause} ${scope.kind} ${scope.id}`);
export const linesOf = (finding: Finding | undefined) => finding?.evidence.map(({ line }) => line);

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
export const row = ({
  size = SIZE,
  busbw = "684.05",
  wrong = "0",
  inPlace = "684.31",
  wrongInPlace = "0",
}: RowSketch = {}) =>
  ` ${String(size)}    4294967296     float     sum      -1    37610  456.79  ${busbw}      ${wrong}    37605  456.85  ${inPlace}      ${wrongInPlace}`;
export const oldRow = ({
  size = SIZE,
  busbw = "684.05",
  wrong = "0",
  inPlace = "684.31",
  wrongInPlace = "0",
}: RowSketch = {}) =>
  ` ${String(size)}    4294967296   float     sum    37610  456.79  ${busbw}  ${wrong}    37605  456.85  ${inPlace}  ${wrongInPlace}`;
export const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
/** A log whose rows begin at line 3. */
export const log = (rows: readonly string[], closing = CLOSING, header = HEADER) =>
  text("# nThread 1 nGpus 4", header, ...rows, closing, "# Avg bus bandwidth    : 12.0 ");

export const LOW = `bandwidth-low fail unknown node ${NODE}`;
export const WRONG = `values-wrong fail hardware node ${NODE}`;
export const UNREADABLE = `row-unreadable inconclusive tool node ${NODE}`;
