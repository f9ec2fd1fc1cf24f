import type { EvidencePointer, Finding, Scope } from "@slipway/domain";
import type { Evidence, ProbeOutput } from "./evidence.ts";
import { nodeScope } from "./findings.ts";
import { atElement, nvidiaSmiFormat } from "./formats/nvidia-smi.ts";
import { gpuName, gpuScope, readGpuCards, type GpuCard, type GpuCards } from "./gpu-cards.ts";
import { lostHandles, type LostHandle } from "./lost-handles.ts";

/** How many GPUs a node has, and their serials in the order of the indices. */
export interface ExpectedGpus {
  readonly count?: number | undefined;
  readonly serials?: readonly string[] | undefined;
}

/** A GPU that the node should have and that is gone, or lost where it is listed (rules V1, V2, V4, F7). */
export interface AbsentGpu {
  /** The GPU, or the node where nothing tells which of its GPUs it is. */
  readonly scope: Scope;
  /** As messages name it; undefined where the node stands for it. */
  readonly name: string | undefined;
  /** Its serial by the expectations, where their order tells it. */
  readonly serial: string | undefined;
  /** What shows that it is listed and lost. */
  readonly lost: string | undefined;
  /** The line of a tool that says that it is gone. */
  readonly handle: LostHandle | undefined;
  /** The XML lists as many GPUs as are expected all the same: a tool's word alone says that this one is gone. */
  readonly besides: boolean;
  readonly evidence: EvidencePointer[];
}

/**
 * The GPUs that are gone or lost. A missing one is named by nvlink's numbers (a gap, or a card that it alone
 * prints), by the expected serials where those present stand in their order, or by the PCI address of the tool's own sentence;
 * the node stands for those that nothing tells. Where the XML cannot be used, only that sentence counts.
 */
export function absentGpus(evidence: Evidence, expected: ExpectedGpus): AbsentGpu[] {
  const smi = evidence.read("nvidia-smi", nvidiaSmiFormat);
  const handles = lostHandles(evidence);
  if (!smi.usable) return handles.map((handle) => unlistedByHandle(handle, true));
  const { output } = smi;
  const cards = readGpuCards(evidence);
  const isLost = cards.listed.some(({ smi: gpu }) => gpu?.lost !== undefined);
  if (handles.length === 0 && !isLost && cards.listed.length >= (expected.count ?? 0)) return [];
  const handleOf = new Map(handles.map((handle) => [cards.find({ pci: handle.pci }), handle]));
  const told = toldBySerials(cards.listed, expected);
  const listed = cards.listed.flatMap((card): AbsentGpu[] => {
    const handle = handleOf.get(card);
    if (card.smi?.lost !== undefined) return [listedAsLost(card, handle, told.serialOf(card), output)];
    if (handle === undefined) return [];
    return [{ ...unlistedByHandle(handle, true), scope: gpuScope(card), name: gpuName(card) }];
  });
  const ofUnlisted = handles.filter(({ pci }) => cards.find({ pci }) === undefined);
  return [...listed, ...unlisted({ evidence, expected, cards, handles: ofUnlisted, leftOut: told.leftOut })];
}

/** What is known of the GPUs that the XML does not list. */
interface Unlisted {
  readonly evidence: Evidence;
  readonly expected: ExpectedGpus;
  readonly cards: GpuCards;
  /** Sentences about GPUs that are not listed. */
  readonly handles: readonly LostHandle[];
  /** Indices of the expected serials that no GPU carries. */
  readonly leftOut: readonly number[];
}

function unlisted({ evidence, expected, cards, handles, leftOut }: Unlisted): AbsentGpu[] {
  const missing = Math.max(0, (expected.count ?? 0) - cards.listed.length);
  const numbers = [...cards.gaps, ...cards.unlisted];
  const byNumber = missing > 0 && numbers.length <= missing ? numbers : [];
  const both = [...new Set([...byNumber, ...leftOut])];
  const indices = (both.length <= missing ? both : byNumber).toSorted((one, other) => one - other);
  const serialOf = (index: number): string | undefined =>
    leftOut.includes(index) ? expected.serials?.[index] : undefined;
  const [first] = handles;
  const one = missing === 1 && indices.length === 1 && handles.length === 1 ? first : undefined;
  const named = indices.map((index): AbsentGpu => {
    const numbered = byNumber.includes(index);
    // A number of nvlink is that of this GPU; the place of a serial may be the number of another that moved up.
    const card = { ...(numbered ? cards.numbered(index) : UNKNOWN), id: String(index), pci: one?.pci };
    return {
      ...ABSENT,
      scope: gpuScope(card),
      name: gpuName(card),
      serial: serialOf(index),
      handle: one,
      evidence: [one?.at ?? { probe: "nvidia-smi" }, ...(numbered ? [{ probe: "nvlink" }] : [])],
    };
  });
  const addressed = one === undefined ? handles.map((handle) => unlistedByHandle(handle, missing === 0)) : [];
  const untold = missing - Math.max(named.length, addressed.length);
  return [...named, ...addressed, ...(untold > 0 ? [unlistedOfNode(evidence)] : [])];
}

/** A card of which nothing is printed. */
const UNKNOWN = { uuid: undefined, serial: undefined, smi: undefined } as const;
const ABSENT = { name: undefined, serial: undefined, lost: undefined, handle: undefined, besides: false } as const;

function listedAsLost(
  card: GpuCard,
  handle: LostHandle | undefined,
  serial: string | undefined,
  output: ProbeOutput,
): AbsentGpu {
  const element = card.smi === undefined ? [] : [atElement(output, card.smi.element)];
  return {
    ...ABSENT,
    scope: gpuScope(card),
    name: gpuName(card),
    serial,
    lost: card.smi?.lost,
    handle,
    evidence: [...element, ...(handle === undefined ? [] : [handle.at])],
  };
}

/** A GPU of which nothing but its address is known, which then is its id (rule G8). */
function unlistedByHandle(handle: LostHandle, besides: boolean): AbsentGpu {
  const { pci, at } = handle;
  const card = { ...UNKNOWN, id: pci, pci };
  return { ...ABSENT, scope: gpuScope(card), name: gpuName(card), handle, besides, evidence: [at] };
}

function unlistedOfNode(evidence: Evidence): AbsentGpu {
  return { ...ABSENT, scope: nodeScope(evidence), evidence: [{ probe: "nvidia-smi" }] };
}

/** What the order of the expected serials tells. */
interface ToldBySerials {
  /** Indices whose GPU is not listed for sure. */
  readonly leftOut: readonly number[];
  serialOf(card: GpuCard): string | undefined;
}

/**
 * Lays the listed GPUs over the expected serials in their order (rule V1). A lost GPU that prints no serial
 * may have any; where another prints none, a serial stands out of order or a board's serial has several
 * places, no index is told.
 */
function toldBySerials(listed: readonly GpuCard[], { count, serials = [] }: ExpectedGpus): ToldBySerials {
  const nothing: ToldBySerials = { leftOut: [], serialOf: () => undefined };
  const unreadable = listed.some(({ serial, smi }) => serial === undefined && smi?.lost === undefined);
  if (serials.length === 0 || serials.length !== count || unreadable) return nothing;
  const carried = listed.map(({ serial }) => serial);
  const earliest = firstPlaces(carried, serials);
  const latest = firstPlaces(carried.toReversed(), serials.toReversed())
    ?.map((place) => serials.length - 1 - place)
    .reverse();
  if (earliest === undefined || latest === undefined) return nothing;
  const placesOf = (position: number): number[] => {
    const [from = 0, to = -1] = [earliest[position], latest[position]];
    const within = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
    return within.filter((index) => carried[position] === undefined || carried[position] === serials[index]);
  };
  const places = new Map(listed.map((card, position) => [card, placesOf(position)]));
  const taken = new Set([...places.values()].flat());
  return {
    leftOut: [...serials.keys()].filter((index) => !taken.has(index)),
    serialOf(card) {
      const [place, ...others] = places.get(card) ?? [];
      return place === undefined || others.length > 0 ? undefined : serials[place];
    },
  };
}

/** The first place of each serial in a list, each behind the one before it; undefined where the order does not allow it. */
function firstPlaces(carried: readonly (string | undefined)[], serials: readonly string[]): number[] | undefined {
  const places: number[] = [];
  let next = 0;
  for (const serial of carried) {
    while (next < serials.length && serial !== undefined && serial !== serials[next]) next += 1;
    if (next >= serials.length) return undefined;
    places.push(next);
    next += 1;
  }
  return places;
}

/**
 * Rule F7: the inconclusive findings for GPUs that are not there to be judged.
 *
 * @param part what stays unproven of them, such as `memory`
 */
export function unlistedGpuFindings(
  evidence: Evidence,
  expected: ExpectedGpus,
  part: string,
): (Finding & { code: "gpu-not-listed" })[] {
  const { count } = expected;
  const there = readGpuCards(evidence).listed.filter(({ smi }) => smi?.lost === undefined).length;
  return absentGpus(evidence, expected)
    .filter(({ besides }) => !besides)
    .map(({ scope, name, serial, lost, evidence: pointers }) => ({
      code: "gpu-not-listed",
      verdict: "inconclusive",
      cause: "unknown",
      scope,
      message:
        name === undefined
          ? `Some GPUs of the node are not listed, so their ${part} is not proven.`
          : `${name} is ${lost === undefined ? "not listed" : "lost"}, so its ${part} is not proven.`,
      ...(serial === undefined && count === undefined
        ? {}
        : { expected: serial === undefined ? `${String(count)} GPUs` : `serial ${serial}` }),
      observed: lost ?? `${String(there)} listed`,
      evidence: pointers,
    }));
}
