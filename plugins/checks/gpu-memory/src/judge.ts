import {
  atElement,
  descendants,
  gpuName,
  gpuScope,
  nodeScope,
  nvidiaSmiFormat,
  readGpuCards,
  SMI_MEMORY,
  SMI_MEMORY_FLAGS,
  unlistedGpuFindings,
  unusableFinding,
  type Evidence,
  type Expected,
  type FindingOf,
  type GpuCard,
  type GpuExpectations,
  type ProbeOutput,
  type SmiGpu,
} from "@slipway/plugin-sdk";
import { finding, type Code } from "./codes.ts";
import { errorCount, flag, readField, readFlag, yesNo, type FieldReading } from "./parse.ts";

type Found = FindingOf<Code>;
type Fault = Exclude<Code, "field-unreadable" | "gpu-not-listed">;

/** A reading that decides (rule M1), and what a bad one means. */
interface Field {
  /** As messages name it. */
  readonly name: string;
  readonly read: (gpu: SmiGpu) => FieldReading;
  readonly code: Fault;
  readonly fault: string;
  readonly expected: string;
}

const at = (path: readonly string[], read: typeof yesNo, fault: Pick<Field, "code" | "fault">): Field => ({
  name: path.join("/"),
  read: (gpu) => readField(gpu, path, read),
  expected: read === yesNo ? "No" : "0",
  ...fault,
});

const FIELDS: readonly Field[] = [
  at(SMI_MEMORY.remapPending, yesNo, { code: "row-remap-pending", fault: "waits for a row to be remapped" }),
  at(SMI_MEMORY.remapFailure, yesNo, { code: "row-remap-failed", fault: "could not remap a row" }),
  at(SMI_MEMORY.dram, errorCount, { code: "dram-uncorrectable", fault: "has uncorrectable DRAM errors" }),
];

const FLAGGED: Readonly<Record<(typeof SMI_MEMORY_FLAGS)[number], Pick<Field, "code" | "fault">>> = {
  sram_threshold_exceeded: { code: "sram-worn", fault: "has had more SRAM errors than the driver allows" },
  channel_repair_pending: { code: "repair-pending", fault: "waits for a memory channel to be repaired" },
  tpc_repair_pending: { code: "repair-pending", fault: "waits for a TPC to be repaired" },
  unrepairable_memory: { code: "memory-unrepairable", fault: "has memory that cannot be repaired" },
};

const FLAGS: readonly Field[] = SMI_MEMORY_FLAGS.map((name) => ({
  name,
  read: (gpu) => readFlag(gpu, name, flag),
  expected: "No",
  ...FLAGGED[name],
}));

/** SRAM errors stand in one field of older drivers, or in two; each that is printed is judged. */
function sramFields(gpu: SmiGpu): Field[] {
  const { sram, sramParity, sramSecded } = SMI_MEMORY;
  const isPrinted = (path: readonly string[]): boolean => descendants(gpu.element, ...path).length > 0;
  const pair = [sramParity, sramSecded];
  const paths = isPrinted(sram) ? [sram, ...pair.filter(isPrinted)] : pair;
  return paths.map((path) =>
    at(path, errorCount, { code: "sram-uncorrectable", fault: "has uncorrectable SRAM errors" }),
  );
}

/** Rules M1, M2 and F7. */
export function judge(
  evidence: Evidence,
  { gpus: expected = {} }: Expected<{ gpus: typeof GpuExpectations }>,
): Found[] {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  if (!smi.usable) return [unusableFinding(smi, nodeScope(evidence))];
  return [
    ...readGpuCards(evidence).listed.flatMap((card) => judgeCard(card, smi.output)),
    ...unlistedGpuFindings(evidence, expected, "memory"),
  ];
}

/** A lost GPU answers with error texts: F7 says once of it that it is not proven. */
function judgeCard(card: GpuCard, output: ProbeOutput): Found[] {
  const { smi } = card;
  if (smi === undefined) return [];
  const found = [...FIELDS, ...sramFields(smi), ...FLAGS].flatMap((field) => judgeField(card, smi, field, output));
  return smi.lost === undefined ? found : found.filter(({ verdict }) => verdict === "fail");
}

function judgeField(card: GpuCard, gpu: SmiGpu, field: Field, output: ProbeOutput): Found[] {
  const { state, text, element } = field.read(gpu);
  if (state === "clean") return [];
  const place = {
    scope: gpuScope(card),
    expected: field.expected,
    observed: text ?? "absent",
    evidence: [atElement(output, element)],
  };
  const message =
    state === "faulty"
      ? `${gpuName(card)} ${field.fault} (${field.name}).`
      : `${gpuName(card)} shows no ${field.name} that can be read.`;
  return [finding(state === "faulty" ? field.code : "field-unreadable", { ...place, message })];
}
