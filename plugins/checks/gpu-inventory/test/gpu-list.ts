import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const SERIALS = ["1764000", "1764001", "1764002", "1764003"];

export interface Listed {
  readonly name?: string;
  readonly serial?: string | undefined;
  readonly uuid?: string | undefined;
}

export const healthy = (index: number): Required<Listed> => ({
  name: "NVIDIA GB300",
  serial: SERIALS[index] ?? `176400${String(index)}`,
  uuid: `GPU-0000000${String(index)}`,
});
export const FOUR = [0, 1, 2, 3].map(healthy);
export const without = (...gone: number[]): Listed[] => FOUR.filter((_, index) => !gone.includes(index));
export const withGpu = (index: number, change: Listed): Listed[] =>
  FOUR.map((gpu, other) => (other === index ? { ...gpu, ...change } : gpu));

/** An XML of three lines before the first GPU, and five for each. */
export function xml(gpus: readonly Listed[]): string {
  const field = (name: string, text: string | undefined): string =>
    text === undefined ? "" : `<${name}>${text}</${name}>`;
  const elements = gpus.map(
    ({ name, serial, uuid }) =>
      `<gpu>\n${field("product_name", name)}\n${field("serial", serial)}\n${field("uuid", uuid)}\n</gpu>\n`,
  );
  return `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">\n<nvidia_smi_log><attached_gpus>${String(gpus.length)}</attached_gpus>\n${elements.join("")}</nvidia_smi_log>\n`;
}

export function judge(
  gpus: readonly Listed[] | ProbeSketch,
  expected: object = { count: 4, serials: SERIALS },
): CheckJudgement {
  const sketch: ProbeSketch = Array.isArray(gpus) ? { stdout: xml(gpus as Listed[]) } : (gpus as ProbeSketch);
  return runCheck(check, evidenceOf({ probes: { "nvidia-smi": sketch }, node: { name: "t07" } }), { gpus: expected });
}

export const NODE = { kind: "node", id: "t07" };
export const gpu = (index: number, serial?: string): object => ({
  kind: "gpu",
  id: String(index),
  ...(serial === undefined ? {} : { serial }),
});
export const at = (line: number, path: string): object => ({
  probe: "nvidia-smi",
  line,
  path: `/nvidia_smi_log/gpu/${path}`,
});
