import type { CheckJudgement } from "@slipway/plugin-sdk";
import { answer, type Answer, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const SENTENCE = "NVML: Unable to retrieve NVLink information as all links are inActive";
const FABRIC = "<fabric><state>Completed</state><status>Success</status></fabric>";
/** One GPU of the XML: its UUID and address follow from its number. */
export const smiGpu = (index: number, more = ""): string =>
  `<gpu id="${pciOf(index)}"><serial>S${String(index)}</serial><uuid>GPU-${String(index)}</uuid>${more}${FABRIC}</gpu>\n`;
export const pciOf = (index: number): string => `00000000:${String(index).padStart(2, "0")}:00.0`;
export const xmlOf = (...gpus: string[]): string =>
  `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${gpus.join("")}</nvidia_smi_log>\n`;
export const xml = (gpus: number): string => xmlOf(...Array.from({ length: gpus }, (_, index) => smiGpu(index)));
const HEALTHY: ProbeSketch = { stdout: xml(2) };
export const EXPECT = { gpus: { count: 2 }, nvlink: { links: 3, gbps: 50, cliqueRequired: false, health: false } };

export const UP = ["Link 0: 50 GB/s", "Link 1: 53.125 GB/s", "Link 2: 50.0 GB/s"];
export const heading = (index: number): string => `GPU ${String(index)}: NVIDIA GB300 (UUID: GPU-${String(index)})\n`;
/** One GPU: its heading, then a row for each link. */
export const block = (index: number, rows: readonly string[] = UP): string =>
  heading(index) + rows.map((row) => `\t ${row}\n`).join("");
export const second = (rows: readonly string[]): string => block(0) + block(1, rows);

export function judge(
  nvlink: string | ProbeSketch,
  expectations: Readonly<Record<string, unknown>> = EXPECT,
  smi: ProbeSketch = HEALTHY,
): Answer {
  return answer(check, { probes: { "nvidia-smi": smi, nvlink }, expect: expectations, node: "t07" });
}
export const named = (judgement: CheckJudgement): string[] =>
  judgement.findings.map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`);
export const NODE = { kind: "node", id: "t07" };
const marks = (index: number): object => ({
  serial: `S${String(index)}`,
  uuid: `GPU-${String(index)}`,
  pci: pciOf(index),
});
/** A GPU, and a link of it, with the marks that the XML prints. */
export const gpu = (index: number, id = String(index)): object => ({ kind: "gpu", id, ...marks(index) });
export const link = (index: number, number: number): object => ({
  kind: "link",
  id: `${String(index)}/${String(number)}`,
  ...marks(index),
});
