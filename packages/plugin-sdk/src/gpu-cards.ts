import type { Scope } from "@slipway/domain";
import type { Evidence, Format, Reading } from "./evidence.ts";
import { nvidiaSmiFormat, type SmiGpu } from "./formats/nvidia-smi.ts";
import { nvlinkFormat, type LinkedGpu, type NvlinkStatus } from "./formats/nvlink.ts";
import { pciSlot, samePci } from "./pci-address.ts";
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
  /** Those of the XML, by the numbers where `nvlink -s` tells all of them, else as they stand there. */
  readonly listed: readonly GpuCard[];
  /** The listed ones, then those that only `nvlink -s` prints. */
  readonly all: readonly GpuCard[];
  /**
   * Numbers below the largest that `nvlink -s` prints at which it prints no card; none where the position is the id.
   * A number that may be that of a listed card which nvlink leaves out, by its place in the XML, is no gap.
   */
  readonly gaps: readonly number[];
  /** Numbers under which `nvlink -s` prints a card that the XML does not list, where it numbers all those listed. */
  readonly unlisted: readonly number[];
  /** Listed cards of which `nvlink -s` prints no number, though it can be used and shares UUIDs with the XML. */
  readonly unnumbered: readonly GpuCard[];
  /** The card that `nvlink -s` prints under a number. */
  numbered(number: number): GpuCard;
  /** The card with this UUID, PCI address or serial; a serial that several cards print tells none. */
  find(known: {
    uuid?: string | undefined;
    pci?: string | undefined;
    serial?: string | undefined;
  }): GpuCard | undefined;
}

/**
 * Joins nvidia-smi's XML and `nvlink -s` (rule G8): where the two share a UUID, a card has the number
 * that nvlink prints and one that nvlink leaves out its PCI address; else the position in the XML.
 */
export function readGpuCards(evidence: Evidence): GpuCards {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  const nvlink = evidence.read("nvlink", nvlinkFormat);
  const gpus = smi.usable ? smi.value : [];
  const linked = nvlink.usable ? nvlink.value.gpus : new Map<number, LinkedGpu>();
  const kept = smi.usable ? evidence.read("nvidia-smi", keptCards) : smi;
  const known = kept.usable ? kept.value.get(nvlink) : undefined;
  const cards = known ?? joinGpuCards(gpus, linked);
  if (kept.usable) kept.value.set(nvlink, cards);
  return cards;
}

/**
 * The joined cards, beside the readings of a bundle and for as long: checks ask several times. (A WeakMap in a module
 * would keep whole documents until all memory is swept.)
 */
const keptCards: Format<Map<Reading<NvlinkStatus>, GpuCards>> = { parse: () => new Map() };

function joinGpuCards(gpus: readonly SmiGpu[], linked: NvlinkStatus["gpus"]): GpuCards {
  const numbers = numbersOf(gpus, linked);
  const joined = numbers.size > 0;
  const idOf = (gpu: SmiGpu): string => {
    if (!joined) return String(gpu.index);
    const number = numbers.get(gpu);
    return number === undefined ? (gpu.pci ?? gpu.uuid ?? `position ${String(gpu.index)}`) : String(number);
  };
  const cards = gpus.map((smi) => {
    const { uuid, serial, pci } = smi;
    return { id: idOf(smi), uuid, serial, pci, smi } satisfies GpuCard;
  });
  const listed =
    numbers.size === gpus.length ? cards.toSorted((one, other) => Number(one.id) - Number(other.id)) : cards;
  const byNumber = new Map(
    cards.flatMap((card): [number, GpuCard][] => {
      const number = numbers.get(card.smi);
      return number === undefined ? [] : [[number, card]];
    }),
  );
  const onlyLinked = [...linked].flatMap(([number, { uuid }]) =>
    byNumber.has(number) ? [] : [unlistedCard(number, uuid)],
  );
  const all = [...listed, ...onlyLinked];
  // Of a healthy node nobody looks for a card.
  let find: GpuCards["find"] | undefined;
  return {
    listed,
    all,
    unlisted:
      joined && numbers.size === gpus.length ? [...linked.keys()].filter((number) => !byNumber.has(number)) : [],
    gaps: joined
      ? gapsOf(
          cards.map(({ smi }) => numbers.get(smi)),
          linked,
        )
      : [],
    unnumbered: joined ? cards.filter(({ smi }) => !numbers.has(smi)) : [],
    numbered: (number) => byNumber.get(number) ?? unlistedCard(number, linked.get(number)?.uuid),
    find: (known) => (find ??= finder(all))(known),
  };
}

function finder(all: readonly GpuCard[]): GpuCards["find"] {
  const by = (markOf: (card: GpuCard) => string | undefined): ReadonlyMap<string | undefined, GpuCard[]> =>
    Map.groupBy(all, markOf);
  const byUuid = by(({ uuid }) => (uuid === undefined ? undefined : asciiLower(uuid)));
  const bySlot = by(({ pci }) => (pci === undefined ? undefined : pciSlot(pci)));
  const bySerial = by(({ serial }) => serial);
  return ({ uuid, pci = "", serial }) => {
    const slot = pciSlot(pci);
    const [carrier, ...others] = serial === undefined ? [] : (bySerial.get(serial) ?? []);
    return (
      (uuid === undefined ? undefined : byUuid.get(asciiLower(uuid))?.[0]) ??
      (slot === undefined ? undefined : bySlot.get(slot)?.find((card) => samePci(card.pci ?? "", pci))) ??
      (others.length === 0 ? carrier : undefined)
    );
  };
}

/**
 * The number that `nvlink -s` prints of each GPU whose UUID both print. Where one GPU and one heading
 * without a UUID are left over, they are each other's: a lost GPU shows its UUID in neither.
 */
function numbersOf(gpus: readonly SmiGpu[], linked: NvlinkStatus["gpus"]): ReadonlyMap<SmiGpu, number> {
  const byUuid = new Map(
    [...linked].flatMap(([number, { uuid }]): [string, number][] =>
      uuid === undefined ? [] : [[asciiLower(uuid), number]],
    ),
  );
  const taken = new Set<number>();
  const numbers = new Map<SmiGpu, number>();
  for (const gpu of gpus) {
    const number = gpu.uuid === undefined ? undefined : byUuid.get(asciiLower(gpu.uuid));
    if (number === undefined || taken.has(number)) continue;
    taken.add(number);
    numbers.set(gpu, number);
  }
  const [unknown, ...more] = gpus.filter((gpu) => !numbers.has(gpu));
  const [anonymous, ...others] = [...linked].filter(([number]) => !taken.has(number));
  const alone = more.length === 0 && others.length === 0 && anonymous?.[1].uuid === undefined;
  if (numbers.size > 0 && alone && unknown !== undefined && anonymous !== undefined) numbers.set(unknown, anonymous[0]);
  return numbers;
}

/** The most GPUs that a node is expected to have. */
const MOST_GPUS = 1024;

/** @param numbers of the cards in the order of the XML, which is that of the numbers; undefined for one that nvlink leaves out */
function gapsOf(numbers: readonly (number | undefined)[], linked: NvlinkStatus["gpus"]): number[] {
  const end = Math.min(largest(linked.keys()), MOST_GPUS);
  const explained = new Set<number>();
  let before = -1;
  let leftOut = false;
  for (const number of [...numbers, end]) {
    if (number === undefined) {
      leftOut = true;
      continue;
    }
    // Cards that nvlink leaves out between two others have numbers between theirs.
    for (let gap = before + 1; leftOut && gap < Math.min(number, end); gap += 1) explained.add(gap);
    before = number;
    leftOut = false;
  }
  return absentNumbers(end, (number) => linked.has(number) || explained.has(number));
}

function unlistedCard(number: number, uuid: string | undefined): GpuCard {
  return { id: String(number), uuid, serial: undefined, pci: undefined, smi: undefined };
}

const largest = (numbers: Iterable<number>): number => {
  let most = 0;
  for (const number of numbers) most = Math.max(most, number);
  return most;
};

/** The numbers from 0 up to and without `end` that are not there. */
export function absentNumbers(end: number, has: (number: number) => boolean): number[] {
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
