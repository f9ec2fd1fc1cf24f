import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const SENTENCE = "NVML: Unable to retrieve NVLink information as all links are inActive";
const FABRIC = "<fabric><state>Completed</state><status>Success</status></fabric>";
export const xml = (gpus: number): string =>
  `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${`<gpu><uuid>GPU-0</uuid>${FABRIC}</gpu>\n`.repeat(gpus)}</nvidia_smi_log>\n`;
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
): CheckJudgement {
  return runCheck(
    check,
    evidenceOf({
      probes: { "nvidia-smi": smi, nvlink: typeof nvlink === "string" ? { stdout: nvlink } : nvlink },
      node: { name: "t07" },
    }),
    expectations,
  );
}
export const named = (judgement: CheckJudgement): string[] =>
  judgement.findings.map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`);
export const NODE = { kind: "node", id: "t07" };
