import {
  atElement,
  child,
  gpuName,
  gpuScope,
  nodeScope,
  type Evidence,
  type EvidencePointer,
  type FindingOf,
  type GpuCard,
  type ProbeOutput,
} from "@slipway/plugin-sdk";
import { finding, type Code } from "./codes.ts";

type Found = FindingOf<Code>;

/** The GPUs that are there, and the serials that are expected of them. */
interface Question {
  readonly evidence: Evidence;
  readonly there: readonly GpuCard[];
  readonly count: number;
  /** In the order of the indices; each as often as GPUs carry it, or once where the GPUs of a board share one. */
  readonly serials: readonly string[];
  readonly output: ProbeOutput;
}

/** The serials of rule V1, compared as multisets: another order alone decides nothing. */
export function judgeSerials(question: Question): Found[] {
  const { evidence, there, count, serials, output } = question;
  const carried = timesOf(there.flatMap(({ serial }) => (serial === undefined ? [] : [serial])));
  const listed = timesOf(serials);
  const eachOnce = [...carried.values()].some((times) => times > 1) && listed.size === serials.length;
  const expected = serials.join(", ");
  const ofCards = there.flatMap((card): Found[] => {
    const { serial } = card;
    const allowed = listed.get(serial ?? "") ?? 0;
    const times = carried.get(serial ?? "") ?? 0;
    if (serial !== undefined && (times <= allowed || (eachOnce && allowed > 0))) return [];
    const place = { scope: gpuScope(card), expected, evidence: atSerial(card, output) };
    if (serial === undefined)
      return [
        finding("serial-unreadable", {
          ...place,
          message: `The driver shows no serial number of ${gpuName(card)}.`,
          observed: child(card.smi?.element, "serial")?.text ?? "absent",
        }),
      ];
    const message =
      allowed === 0
        ? `${gpuName(card)} carries the serial number ${serial}, which is not expected.`
        : `${gpuName(card)} carries the serial number ${serial}, which ${String(times)} GPUs carry instead of ${String(allowed)}.`;
    return [finding("serial-unexpected", { ...place, message, observed: serial })];
  });
  const unclaimed = [...listed].filter(([serial, times]) => {
    const carriers = carried.get(serial) ?? 0;
    return eachOnce ? carriers === 0 : carriers < times;
  });
  return [
    ...ofCards,
    ...(serials.length === count || eachOnce ? [] : [incomplete(evidence, count, serials)]),
    // A serial that is not carried beside a GPU that is gone, swapped or unreadable is that GPU's.
    ...(ofCards.length > 0 || there.length < count
      ? []
      : unclaimed.map(([serial]) =>
          finding("serial-absent", {
            scope: nodeScope(evidence),
            message: `No GPU carries the expected serial number ${serial}.`,
            expected: serial,
            observed: [...carried.keys()].join(", "),
            evidence: [{ probe: output.probe }],
          }),
        )),
  ];
}

function timesOf(serials: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(serials, (serial) => serial)].map(([serial, { length }]) => [serial, length]));
}

function atSerial({ smi }: GpuCard, output: ProbeOutput): EvidencePointer[] {
  return smi === undefined ? [] : [atElement(output, child(smi.element, "serial") ?? smi.element)];
}

function incomplete(evidence: Evidence, count: number, serials: readonly string[]): Found {
  return finding("serials-incomplete", {
    scope: nodeScope(evidence),
    message: `The expectations name ${String(serials.length)} serial numbers for ${count === 1 ? "1 GPU" : `${String(count)} GPUs`}.`,
    expected: `${String(count)} serial numbers`,
    observed: String(serials.length),
  });
}
