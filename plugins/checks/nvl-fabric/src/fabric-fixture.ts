import type { CheckJudgement } from "@slipway/plugin-sdk";
import { runCheck } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "./index.ts";

// Texts of the two tools for tests: every fact of a GPU can be changed, or taken out by null.

export const CLUSTER = "5d21c8ae-7f30-4b1e-9c64-0a5b8e37f102";
export const OTHER_CLUSTER = "9b04e6d7-12ac-48f5-8e3b-66c0d1f7a980";
export const NO_CLUSTER = "00000000-0000-0000-0000-000000000000";

export interface Facts {
  readonly name?: string;
  readonly serial?: string;
  readonly state?: string | null;
  readonly status?: string | null;
  readonly cliqueId?: string | null;
  readonly clusterUuid?: string | null;
  readonly summary?: string | null;
  /** More health fields, as XML. */
  readonly details?: string;
}

/** `nvidia-smi -q -x`: ten lines for each GPU, after two. */
export function xml(gpus: readonly Facts[]): string {
  const field = (name: string, text: string | null): string => (text === null ? "\n" : `<${name}>${text}</${name}>\n`);
  const elements = gpus.map(({ name = "NVIDIA GB300", serial, state = "Completed", status = "Success", cliqueId = "7", clusterUuid = CLUSTER, summary = "Healthy", details = "" }, index) =>
    [`<gpu>\n<product_name>${name}</product_name><serial>${serial ?? `S${String(index)}`}</serial>\n<fabric>\n`, field("state", state), field("status", status), field("cliqueId", cliqueId), field("clusterUuid", clusterUuid), `<health>${field("summary", summary)}`, `${details}</health>\n</fabric></gpu>\n`].join(""),
  );
  return `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${elements.join("")}</nvidia_smi_log>\n`;
}

/** `nvidia-smi nvlink -s` of GPUs with two links each; null leaves a GPU out. */
export function nvlink(gpus: readonly (readonly string[] | null)[]): string {
  return gpus.map((rows, index) => (rows === null ? "" : `GPU ${String(index)}: NVIDIA GB300 (UUID: GPU-${String(index)})\n${rows.map((row) => `\t ${row}\n`).join("")}`)).join("");
}

export const UP = ["Link 0: 53.125 GB/s", "Link 1: 53.125 GB/s"] as const;
export const NVLINK = { links: 2, gbps: 50, cliqueRequired: true, health: true };
export const ALL_INACTIVE = "NVML: Unable to retrieve NVLink information as all links are inActive";

export interface Case {
  readonly gpus?: readonly Facts[];
  readonly smi?: ProbeSketch;
  readonly links?: readonly (readonly string[] | null)[];
  readonly nvlinkProbe?: ProbeSketch;
  readonly expect?: Readonly<Record<string, unknown>>;
}

/** Judges a node of four GPUs, healthy where the case does not say otherwise. */
export function judge({ gpus = [{}, {}, {}, {}], smi = { stdout: xml(gpus) }, links = [UP, UP, UP, UP], nvlinkProbe = { stdout: nvlink(links) }, expect = { gpus: { count: 4 }, nvlink: NVLINK } }: Case): CheckJudgement {
  return runCheck(check, evidenceOf({ probes: { "nvidia-smi": smi, nvlink: nvlinkProbe }, node: { name: "t07" } }), expect);
}

/** Four GPUs of which one is changed. */
export function withGpu(index: number, change: Facts): Facts[] {
  return [0, 1, 2, 3].map((other) => (other === index ? change : {}));
}
