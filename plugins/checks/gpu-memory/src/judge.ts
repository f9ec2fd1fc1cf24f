import {
  atElement,
  descendants,
  nodeScope,
  nvidiaSmiFormat,
  smiGpuScope,
  unlistedGpuFindings,
  unusableFinding,
  type Evidence,
  type Expected,
  type FindingOf,
  type GpuExpectations,
  type ProbeOutput,
  type SmiGpu,
} from "@slipway/plugin-sdk";
import type { Code } from "./codes.ts";
import { errorCount, readField, yesNo, type ReadState } from "./parse.ts";

type Found = FindingOf<Code>;

/** A reading that decides (rule M1): where it stands below `<gpu>`, and what a bad one means. */
interface Field {
  readonly path: readonly string[];
  readonly read: ReadState;
  readonly code: Code;
  readonly fault: string;
  readonly expected: string;
}

const VOLATILE = ["ecc_errors", "volatile"] as const;
const SRAM_SINGLE = "sram_uncorrectable";
const SRAM_PAIR = ["sram_uncorrectable_parity", "sram_uncorrectable_secded"] as const;

const FIELDS: readonly Field[] = [
  {
    path: ["remapped_rows", "remapped_row_pending"],
    read: yesNo,
    code: "row-remap-pending",
    fault: "waits for a row to be remapped",
    expected: "No",
  },
  {
    path: ["remapped_rows", "remapped_row_failure"],
    read: yesNo,
    code: "row-remap-failed",
    fault: "could not remap a row",
    expected: "No",
  },
  {
    path: [...VOLATILE, "dram_uncorrectable"],
    read: errorCount,
    code: "dram-uncorrectable",
    fault: "has uncorrectable DRAM errors",
    expected: "0",
  },
];

/** SRAM errors stand in one field of older drivers, or in two; each that is printed is judged. */
function sramFields(gpu: SmiGpu): Field[] {
  const printed = [SRAM_SINGLE, ...SRAM_PAIR].filter((name) => descendants(gpu.element, ...VOLATILE, name).length > 0);
  const names = printed.includes(SRAM_SINGLE) ? printed : SRAM_PAIR;
  return names.map((name) => ({
    path: [...VOLATILE, name],
    read: errorCount,
    code: "sram-uncorrectable",
    fault: "has uncorrectable SRAM errors",
    expected: "0",
  }));
}

/** Rules M1, M2 and F7. */
export function judge(evidence: Evidence, { gpus: expected }: Expected<{ gpus: typeof GpuExpectations }>): Found[] {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  if (!smi.usable) return [unusableFinding(smi, nodeScope(evidence))];
  const { value: gpus, output } = smi;
  return [
    ...gpus.flatMap((gpu) => [...FIELDS, ...sramFields(gpu)].flatMap((field) => judgeField(gpu, field, output))),
    ...(expected?.count === undefined
      ? []
      : unlistedGpuFindings(evidence, gpus, { ...expected, count: expected.count }, { output, part: "memory" })),
  ];
}

function judgeField(gpu: SmiGpu, { path, read, code, fault, expected }: Field, output: ProbeOutput): Found[] {
  const { state, text, element } = readField(gpu, path, read);
  if (state === "clean") return [];
  const scope = smiGpuScope(gpu);
  const place = { scope, expected, observed: text ?? "absent", evidence: [atElement(output, element)] };
  const name = path.join("/");
  if (state === "faulty")
    return [{ code, verdict: "fail", cause: "hardware", message: `GPU ${scope.id} ${fault} (${name}).`, ...place }];
  return [
    {
      code: "field-unreadable",
      verdict: "inconclusive",
      cause: "tool",
      message: `GPU ${scope.id} shows no ${name} that can be read.`,
      ...place,
    },
  ];
}
