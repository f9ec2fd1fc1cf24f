import {
  defineCheck,
  findingsOf,
  nodeScope,
  Unreadable,
  unusableFinding,
  type Evidence,
  type Format,
} from "@slipway/plugin-sdk";
import { z } from "zod";
import { buildExample } from "../src/contract/build-example.ts";
import type { Example } from "../src/contract/example.ts";
import { lines as text, nvidiaSmi } from "../src/tool-text.ts";

interface Gpu {
  readonly serial: string;
  readonly uuid: string;
  readonly pending: string;
}

const gpus: Format<readonly Gpu[]> = {
  parse: ({ stdout }) => {
    if (!stdout.endsWith("</nvidia_smi_log>\n")) throw new Unreadable("it was cut");
    const field = (element: string, name: string): string =>
      new RegExp(`<${name}>(.*)</${name}>`).exec(element)?.[1] ?? "";
    return [...stdout.matchAll(/<gpu>[^]*?<\/gpu>/g)].map(([element]) => ({
      serial: field(element, "serial"),
      uuid: field(element, "uuid"),
      pending: field(element, "pending"),
    }));
  },
};
/** The printed number of each UUID. */
const numbers: Format<ReadonlyMap<string, string>> = {
  parse: ({ stdout }) =>
    new Map(
      [...stdout.matchAll(/^GPU (\d+): .*\(UUID: (.*)\)$/gm)].map(([, number = "", uuid = ""]) => [uuid, number]),
    ),
};

const codes = {
  "gpu-pending": { verdict: "fail", causes: ["hardware"], meaning: "A row waits.", remedy: "Reset." },
  "gpu-unknown": { verdict: "inconclusive", causes: ["unknown"], meaning: "Another serial.", remedy: "Look." },
} as const;
const finding = findingsOf(codes);
const sections = { gpus: z.object({ serials: z.array(z.string()) }) };
const common = { version: "1.0.0", title: "GPUs by their own ids", probes: [], sections, needs: [], codes };

function numbersOf(evidence: Evidence): ReadonlyMap<string, string> {
  const reading = evidence.read("nvlink", numbers);
  return reading.usable ? reading.value : new Map<string, string>();
}

/** Whether a GPU waits for a row to be remapped; its id is its printed number, or its place in a faulty check. */
export const memoryCheck = ({ byPosition }: { readonly byPosition: boolean }) =>
  defineCheck({
    ...common,
    id: "memory",
    judge(evidence) {
      const reading = evidence.read("nvidia-smi", gpus);
      if (!reading.usable) return [unusableFinding(reading, nodeScope(evidence))];
      const printed = numbersOf(evidence);
      return reading.value.flatMap(({ pending, uuid }, index) => {
        const id = (byPosition ? undefined : printed.get(uuid)) ?? String(index);
        return pending === "No"
          ? []
          : [finding("gpu-pending", { scope: { kind: "gpu", id }, message: "A row waits." })];
      });
    },
  });

/** Whether the GPUs are those with the expected serials, in any order, or one by one in a faulty check. */
export const inventoryCheck = ({ byPosition }: { readonly byPosition: boolean }) =>
  defineCheck({
    ...common,
    id: "inventory",
    judge(evidence, expected) {
      const reading = evidence.read("nvidia-smi", gpus);
      if (!reading.usable) return [unusableFinding(reading, nodeScope(evidence))];
      const serials = expected.gpus?.serials ?? [];
      return reading.value.flatMap(({ serial, uuid }, index) => {
        if (byPosition ? serials[index] === serial : serials.includes(serial)) return [];
        return [finding("gpu-unknown", { scope: { kind: "gpu", id: uuid }, message: `${serial} is not expected.` })];
      });
    },
  });

const card = (index: number, pending: string) => ({
  serial: `S${String(index)}`,
  uuid: `GPU-${String(index)}`,
  pending,
});
const NVLINK = text(...[0, 1, 2].map((index) => `GPU ${String(index)}: GB300 (UUID: GPU-${String(index)})`));

/** Three GPUs that are sound, and three of which the second waits; for a check of this id. */
export function gpuExamples(check: string): Example[] {
  const situation = (...pending: readonly string[]) => ({
    probes: { "nvidia-smi": nvidiaSmi(pending.map((word, index) => card(index, word))), nvlink: NVLINK },
    expect: { gpus: { serials: ["S0", "S1", "S2"] } },
  });
  return [
    buildExample(check, "pass-three", situation("No", "No", "No")),
    buildExample(check, "fail-second", situation("No", "Yes", "No")),
  ];
}
