import { runCheck, type CheckJudgement, type Expectations } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const CLUSTER = "5d21c8ae-7f30-4b1e-9c64-0a5b8e37f102";
export const ZERO = "00000000-0000-0000-0000-000000000000";

/** What one GPU prints of its fabric; null takes the field out. */
export interface Facts {
  readonly name?: string;
  readonly state?: string | null;
  readonly status?: string | null;
  readonly cliqueId?: string | null;
  readonly clusterUuid?: string | null;
  readonly summary?: string | null;
  readonly details?: string;
}

/** Ten lines for each GPU, after two: its state stands in the fourth, then status, clique, cluster and summary. */
export function xml(gpus: readonly Facts[]): string {
  const field = (name: string, text: string | null): string => (text === null ? "\n" : `<${name}>${text}</${name}>\n`);
  const elements = gpus.map(
    (
      {
        name = "NVIDIA GB300",
        state = "Completed",
        status = "Success",
        cliqueId = "7",
        clusterUuid = CLUSTER,
        summary = "Healthy",
        details = "",
      },
      index,
    ) =>
      [
        `<gpu>\n<product_name>${name}</product_name><serial>S${String(index)}</serial>\n<fabric>\n`,
        field("state", state),
        field("status", status),
        field("cliqueId", cliqueId),
        field("clusterUuid", clusterUuid),
        `<health>${field("summary", summary)}`,
        `${details}</health>\n</fabric></gpu>\n`,
      ].join(""),
  );
  return `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${elements.join("")}</nvidia_smi_log>\n`;
}

export const NVLINK = { links: 1, gbps: 50, cliqueRequired: true, health: true };
const LINKS = [0, 1, 2, 3]
  .map((index) => `GPU ${String(index)}: NVIDIA GB300 (UUID: GPU-${String(index)})\n\t Link 0: 50 GB/s\n`)
  .join("");

export function judge(
  gpus: readonly Facts[] | ProbeSketch,
  nvlink: object = NVLINK,
  expect: Expectations = { gpus: { count: 4 }, nvlink },
): CheckJudgement {
  const sketch: ProbeSketch = Array.isArray(gpus) ? { stdout: xml(gpus as Facts[]) } : (gpus as ProbeSketch);
  return runCheck(
    check,
    evidenceOf({ probes: { "nvidia-smi": sketch, nvlink: { stdout: LINKS } }, node: { name: "t07" } }),
    expect,
  );
}
export const one = (change: Facts, nvlink: object = NVLINK): CheckJudgement => judge([{}, {}, change, {}], nvlink);

export const NODE = { kind: "node", id: "t07" };
export const gpu = (index: number): object => ({ kind: "gpu", id: String(index), serial: `S${String(index)}` });
/** Pointer to a field of GPU 2. */
export const at = (line: number, field: string): object[] => [
  { probe: "nvidia-smi", line, path: `/nvidia_smi_log/gpu/2/fabric/${field}` },
];
