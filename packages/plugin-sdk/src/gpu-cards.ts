import type { Scope } from "@slipway/domain";
import type { Evidence } from "./evidence.ts";
import { nvidiaSmiFormat, type SmiGpu } from "./formats/nvidia-smi.ts";
import { nvlinkFormat, type NvlinkStatus } from "./formats/nvlink.ts";
import { samePci } from "./pci-address.ts";
import { asciiLower } from "./text.ts";

/** One GPU of the node, under the one id that every check gives it (rule G8). */
export interface GpuCard {
  readonly id: string;
  readonly uuid: string | undefined;
  readonly serial: string | undefined;
  readonly pci: string | undefined;
  /** Its element in nvidia-smi's XML; undefined for a card that only `nvlink -s` prints. */
  readonly smi: SmiGpu | undefined;
}

/** Every GPU that the bundle prints. */
export interface GpuCards {
  /** In the order of the XML, then those that only `nvlink -s` prints. */
  readonly all: readonly GpuCard[];
  /** Numbers below the largest that `nvlink -s` prints at which it prints no card; none where the position is the id. */
  readonly gaps: readonly number[];
  /** The card of an element of the XML. */
  of(gpu: SmiGpu): GpuCard;
  /** The card that `nvlink -s` prints under a number. */
  numbered(number: number): GpuCard;
  /** The card with this UUID, PCI address or serial; a serial that several cards print tells none. */
  find(known: {
    uuid?: string | undefined;
    pci?: string | undefined;
    serial?: string | undefined;
  }): GpuCard | undefined;
}

const sameUuid = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && asciiLower(one) === asciiLower(other);

/**
 * Joins nvidia-smi's XML and `nvlink -s` (rule G8): where the two share a UUID, a card has the number
 * that nvlink prints and one that nvlink leaves out its PCI address; else the position in the XML.
 */
export function readGpuCards(evidence: Evidence): GpuCards {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  const nvlink = evidence.read("nvlink", nvlinkFormat);
  return joinGpuCards(smi.usable ? smi.value : [], nvlink.usable ? nvlink.value.gpus : new Map());
}

function joinGpuCards(gpus: readonly SmiGpu[], linked: NvlinkStatus["gpus"]): GpuCards {
  const numberOf = (gpu: SmiGpu): number | undefined =>
    [...linked].find(([, { uuid }]) => sameUuid(uuid, gpu.uuid))?.[0];
  const numbers = new Map(gpus.map((gpu) => [gpu, numberOf(gpu)]));
  const joined = [...numbers.values()].some((number) => number !== undefined);
  const idOf = (gpu: SmiGpu): string => {
    if (!joined) return String(gpu.index);
    const number = numbers.get(gpu);
    return number === undefined ? (gpu.pci ?? gpu.uuid ?? `position ${String(gpu.index)}`) : String(number);
  };
  const cards = new Map(
    gpus.map((gpu) => {
      const { uuid, serial, pci } = gpu;
      return [gpu, { id: idOf(gpu), uuid, serial, pci, smi: gpu } satisfies GpuCard];
    }),
  );
  const onlyLinked = new Map(
    [...linked]
      .filter(([, { uuid }]) => !gpus.some((gpu) => sameUuid(gpu.uuid, uuid)))
      .map(([number, { uuid }]) => [number, unlistedCard(number, uuid)]),
  );
  const all = [...cards.values(), ...onlyLinked.values()];
  return {
    all,
    gaps: joined ? absentNumbers(Math.max(...linked.keys()), (number) => linked.has(number)) : [],
    of: (gpu) => cards.get(gpu) ?? { ...unlistedCard(gpu.index, gpu.uuid), smi: gpu },
    numbered: (number) =>
      all.find(({ smi }) => smi !== undefined && numbers.get(smi) === number) ??
      onlyLinked.get(number) ??
      unlistedCard(number, undefined),
    find: ({ uuid, pci, serial }) => {
      const bySerial = all.filter((card) => serial !== undefined && card.serial === serial);
      return (
        all.find((card) => sameUuid(card.uuid, uuid)) ??
        all.find((card) => pci !== undefined && card.pci !== undefined && samePci(card.pci, pci)) ??
        (bySerial.length === 1 ? bySerial[0] : undefined)
      );
    },
  };
}

function unlistedCard(number: number, uuid: string | undefined): GpuCard {
  return { id: String(number), uuid, serial: undefined, pci: undefined, smi: undefined };
}

/** The numbers from 0 up to and without `end` that are not there. */
function absentNumbers(end: number, has: (number: number) => boolean): number[] {
  return Array.from({ length: end }, (_, number) => number).filter((number) => !has(number));
}

/** Scope of a finding about a card: its id, and the UUID, serial and PCI address that the bundle prints of it (rule G8). */
export function gpuScope(card: GpuCard): Scope {
  return { kind: "gpu", id: card.id, ...gpuMarks(card) };
}

/** What a scope carries of a card besides its own id: people pull cards by these. */
export function gpuMarks({ serial, uuid, pci }: Omit<GpuCard, "id" | "smi">): Pick<Scope, "serial" | "uuid" | "pci"> {
  return {
    ...(serial === undefined ? {} : { serial }),
    ...(uuid === undefined ? {} : { uuid }),
    ...(pci === undefined ? {} : { pci }),
  };
}

/** A card as messages name it, with its PCI address: `GPU 2 (00000000:52:00.0)`. */
export function gpuName({ id, pci }: Pick<GpuCard, "id" | "pci">): string {
  return pci === undefined || pci === id ? `GPU ${id}` : `GPU ${id} (${pci})`;
}
