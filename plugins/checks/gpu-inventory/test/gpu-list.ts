import { answer, type Answer, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const SERIALS = ["1764000", "1764001", "1764002", "1764003"];

export interface Listed {
  readonly name?: string;
  readonly serial?: string | undefined;
  readonly uuid?: string | undefined;
  /** Further fields between tags, on the line of the UUID. */
  readonly more?: string;
}

export const healthy = (index: number): Required<Omit<Listed, "more">> => ({
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
    ({ name, serial, uuid, more = "" }) =>
      `<gpu>\n${field("product_name", name)}\n${field("serial", serial)}\n${field("uuid", uuid)}${more}\n</gpu>\n`,
  );
  return [
    '<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">\n',
    `<nvidia_smi_log><attached_gpus>${String(gpus.length)}</attached_gpus>\n`,
    ...elements,
    "</nvidia_smi_log>\n",
  ].join("");
}

export function judge(
  gpus: readonly Listed[] | ProbeSketch,
  expected: object = { count: 4, serials: SERIALS },
  nvlink?: ProbeSketch,
): Answer {
  const sketch: ProbeSketch = Array.isArray(gpus) ? { stdout: xml(gpus as Listed[]) } : (gpus as ProbeSketch);
  return answer(check, { probes: { "nvidia-smi": sketch, nvlink }, expect: { gpus: expected }, node: "t07" });
}

/** `nvidia-smi nvlink -s` that prints the GPUs of these indices under their own numbers. */
export const nvlink = (...indices: number[]): ProbeSketch => ({
  stdout: indices
    .map((index) => `GPU ${String(index)}: X (UUID: ${healthy(index).uuid})\n\t Link 0: 50 GB/s\n`)
    .join(""),
});

export const NODE = { kind: "node", id: "t07" };
/** A GPU that is not listed. */
export const gpu = (index: number): object => ({ kind: "gpu", id: String(index) });
/** A GPU that is listed, with what it prints of itself. */
export const listed = (index: number, change: Listed = {}): object => {
  const { serial, uuid } = { ...healthy(index), ...change };
  return {
    kind: "gpu",
    id: String(index),
    ...(serial === undefined ? {} : { serial }),
    ...(uuid === undefined ? {} : { uuid }),
  };
};
export const at = (line: number, path: string): object => ({
  probe: "nvidia-smi",
  line,
  path: `/nvidia_smi_log/gpu/${path}`,
});
