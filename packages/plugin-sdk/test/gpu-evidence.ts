import { createEvidence, type Evidence } from "../src/evidence.ts";

/** Fields of one `<gpu>`: `id` is its attribute, a value is text, or text between tags; undefined takes a field out. */
export type GpuText = Readonly<Record<string, string | undefined>>;

/** A document of `nvidia-smi -q -x`; each GPU has a line of its own, the first the second. */
export function smiText(gpus: readonly GpuText[]): string {
  const rows = gpus.map(({ id, ...fields }) => {
    const inside = Object.entries(fields).map(([name, text]) =>
      text === undefined ? "" : `<${name}>${text}</${name}>`,
    );
    return `<gpu${id === undefined ? "" : ` id="${id}"`}>${inside.join("")}</gpu>\n`;
  });
  return `<nvidia_smi_log><attached_gpus>${String(gpus.length)}</attached_gpus>\n${rows.join("")}</nvidia_smi_log>\n`;
}

/** `nvidia-smi nvlink -s` with one link of each GPU; null prints no UUID. */
export function nvlinkText(gpus: Readonly<Record<number, string | null>>): string {
  return Object.entries(gpus)
    .map(([number, uuid]) => `GPU ${number}: NVIDIA X${uuid === null ? "" : ` (UUID: ${uuid})`}\n\t Link 0: 25 GB/s\n`)
    .join("");
}

/** What nvidia-smi printed in its two forms; a probe that is absent was not collected. */
export interface Printed {
  readonly smi?: readonly GpuText[] | string;
  readonly smiExit?: number;
  readonly smiError?: string;
  readonly nvlink?: string;
  readonly nvlinkExit?: number;
  readonly nvlinkError?: string;
}

/** Evidence of the node t07. */
export function gpuEvidence({ smi, smiExit = 0, smiError, nvlink, nvlinkExit = 0, nvlinkError }: Printed): Evidence {
  const capture = (stdout: string, exitCode: number, stderr: string | undefined) => ({
    record: { argv: [], exitCode },
    stdout,
    stderr,
  });
  return createEvidence(
    { name: "t07" },
    new Map([
      ...(smi === undefined
        ? []
        : [["nvidia-smi", capture(typeof smi === "string" ? smi : smiText(smi), smiExit, smiError)] as const]),
      ...(nvlink === undefined ? [] : [["nvlink", capture(nvlink, nvlinkExit, nvlinkError)] as const]),
    ]),
  );
}
