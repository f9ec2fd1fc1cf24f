import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

/** Fields of one GPU by their path; null takes one out. */
export type Memory = Readonly<Record<string, string | null>>;

export const CLEAN: Memory = {
  "remapped_rows/remapped_row_pending": "No",
  "remapped_rows/remapped_row_failure": "No",
  "ecc_errors/volatile/dram_uncorrectable": "0",
  "ecc_errors/volatile/sram_uncorrectable_parity": "0",
  "ecc_errors/volatile/sram_uncorrectable_secded": "0",
};

/** Fields inside their sections, each ending its line. */
function sections(rows: readonly (readonly [string, string])[]): string {
  const byName = Map.groupBy(rows, ([path]) => path.split("/", 1)[0] ?? "");
  return [...byName]
    .map(([name, inner]) => {
      const below = inner
        .filter(([path]) => path !== name)
        .map(([path, text]) => [path.slice(name.length + 1), text] as const);
      return below.length > 0 ? `<${name}>${sections(below)}</${name}>` : `<${name}>${inner[0]?.[1] ?? ""}</${name}>\n`;
    })
    .join("");
}

/** One GPU whose fields begin in its third line; GPU 0 begins in line 3. */
function gpuXml(memory: Memory, index: number, name = "NVIDIA GB300"): string {
  const rows = Object.entries(memory).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
  return `<gpu>\n<product_name>${name}</product_name><serial>S${String(index)}</serial>\n${sections(rows)}</gpu>\n`;
}

export const xml = (gpus: readonly Memory[], names: readonly string[] = []): string =>
  `<?xml version="1.0" ?>\n<nvidia_smi_log>\n${gpus.map((memory, index) => gpuXml(memory, index, names[index])).join("")}</nvidia_smi_log>\n`;

export function judge(gpus: readonly Memory[] | ProbeSketch, expected: object = { count: 2 }): CheckJudgement {
  const sketch: ProbeSketch = Array.isArray(gpus) ? { stdout: xml(gpus as Memory[]) } : (gpus as ProbeSketch);
  return runCheck(check, evidenceOf({ probes: { "nvidia-smi": sketch }, node: { name: "t07" } }), { gpus: expected });
}
export const gpu = (index: number): object => ({ kind: "gpu", id: String(index), serial: `S${String(index)}` });
