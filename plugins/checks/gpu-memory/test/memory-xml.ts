import { answer, nvidiaSmi, type Answer, type GpuFields, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const CLEAN: GpuFields = {
  "remapped_rows/remapped_row_pending": "No",
  "remapped_rows/remapped_row_failure": "No",
  "ecc_errors/volatile/dram_uncorrectable": "0",
  "ecc_errors/volatile/sram_uncorrectable_parity": "0",
  "ecc_errors/volatile/sram_uncorrectable_secded": "0",
};

/** The GPUs by their fields, each with a name and a serial; GPU 0 begins in line 3. */
export const xml = (gpus: readonly GpuFields[]): string =>
  nvidiaSmi(gpus.map((fields, index) => ({ product_name: "NVIDIA GB300", serial: `S${String(index)}`, ...fields })));

export const judge = (
  smi: readonly GpuFields[] | ProbeSketch,
  gpus: object = { count: 2 },
  nvlink?: ProbeSketch | string,
): Answer =>
  answer(check, { probes: { "nvidia-smi": "map" in smi ? xml(smi) : smi, nvlink }, expect: { gpus }, node: "t07" });
export const gpu = (index: number): object => ({ kind: "gpu", id: String(index), serial: `S${String(index)}` });
