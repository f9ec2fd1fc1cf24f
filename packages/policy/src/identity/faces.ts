import { comparableSerial } from "@slipway/plugin-sdk";
import type { Hardware } from "./same-machine.ts";

/** A sighting of a system serial that several machines may claim. */
export interface Claimant extends Pick<Hardware, "gpuSerials" | "gpuUuids"> {
  readonly sighting: number;
  readonly at: number;
  readonly source: string;
  readonly nodeName: string | null;
}

/** Sightings of one serial that belong together. */
export interface Face {
  readonly names: ReadonlySet<string>;
  /** GPU serials as they are compared. */
  readonly gpus: ReadonlySet<string>;
  readonly uuids: ReadonlySet<string>;
  readonly sightings: readonly number[];
  readonly first: number;
  readonly last: number;
}

/** When a machine showed a GPU serial first and last. */
export interface GpuSpan {
  /** As it is compared. */
  readonly serial: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Whether a sighting makes it possible that two machines share its system serial, so that
 * {@link facesOf} has to look at all of its sightings: it shows none of the GPUs the machine ever had,
 * or the machine had other GPUs between this sighting and the nearest one with the same.
 */
export function mayContest(seen: readonly string[], at: number, spans: readonly GpuSpan[]): boolean {
  const gpuSerials = seen.map(comparableSerial);
  if (gpuSerials.length === 0 || spans.length === 0) return false;
  const own = spans.filter(({ serial }) => gpuSerials.includes(serial));
  if (own.length === 0) return true;
  const [first, last] = [Math.min(...own.map((span) => span.first)), Math.max(...own.map((span) => span.last))];
  return spans.some(
    (span) =>
      !gpuSerials.includes(span.serial) &&
      ((span.first > last && span.first <= at) || (span.last < first && span.last >= at)),
  );
}

/**
 * Sorts the sightings of one system serial by what they show: those that share a GPU, or a name,
 * belong together. Two faces with no GPU and no name in common that are seen in overlapping times
 * cannot be one machine; faces in sequence are one machine whose GPUs were all replaced. A face
 * without GPUs, or whose GPUs cannot be compared with the other's, proves no second machine.
 *
 * @returns one face where the serial is one machine's, more where it is not; the earliest first
 */
export function facesOf(claimants: readonly Claimant[]): readonly Face[] {
  let faces: Face[] = [];
  for (const { sighting, at, nodeName, gpuSerials, gpuUuids } of [...claimants].sort(
    (a, b) => a.at - b.at || a.sighting - b.sighting,
  )) {
    const own: Face = {
      names: new Set(nodeName === null ? [] : [nodeName]),
      gpus: comparableSet(gpuSerials),
      uuids: comparableSet(gpuUuids),
      sightings: [sighting],
      first: at,
      last: at,
    };
    const related = faces.filter(
      (face) => meets(face.gpus, own.gpus) || meets(face.uuids, own.uuids) || meets(face.names, own.names),
    );
    faces = [...faces.filter((face) => !related.includes(face)), [...related, own].reduce(union)];
  }
  const apart: Face[] = [];
  for (const face of faces.sort((a, b) => a.first - b.first)) {
    const home = apart.findIndex(
      (other) =>
        !(comparable(face.gpus, other.gpus) || comparable(face.uuids, other.uuids)) ||
        face.first > other.last ||
        face.names.size === 0 ||
        other.names.size === 0,
    );
    const host = apart[home];
    if (host === undefined) apart.push(face);
    else apart[home] = union(host, face);
  }
  return apart;
}

/** Two names that one source gives to one serial at overlapping times; undefined when there are none. */
export function contestedNames(
  claimants: readonly Claimant[],
): { readonly source: string; readonly names: readonly [string, string] } | undefined {
  const spans = new Map<string, { source: string; name: string; first: number; last: number }>();
  for (const { source, nodeName: name, at } of claimants) {
    if (name === null) continue;
    const span = spans.get(`${source}\n${name}`) ?? { source, name, first: at, last: at };
    spans.set(`${source}\n${name}`, { ...span, first: Math.min(span.first, at), last: Math.max(span.last, at) });
  }
  const all = [...spans.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const a of all)
    for (const b of all)
      if (a.source === b.source && a.name < b.name && a.first <= b.last && b.first <= a.last)
        return { source: a.source, names: [a.name, b.name] };
  return undefined;
}

/** Two names that one source gives to one set of GPUs at the very same time; undefined when there are none. */
export function namesAtOnce(
  claimants: readonly Claimant[],
): { readonly source: string; readonly names: readonly [string, string] } | undefined {
  const named = new Map<string, string>();
  const inOrder = [...claimants].sort((a, b) => a.at - b.at || a.sighting - b.sighting);
  for (const { source, nodeName, at } of inOrder) {
    if (nodeName === null) continue;
    const first = named.get(`${source}\n${String(at)}`) ?? nodeName;
    named.set(`${source}\n${String(at)}`, first);
    if (first !== nodeName) return { source, names: first < nodeName ? [first, nodeName] : [nodeName, first] };
  }
  return undefined;
}

const comparableSet = (serials: readonly string[]): ReadonlySet<string> => new Set(serials.map(comparableSerial));
const comparable = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size > 0 && b.size > 0;
const meets = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((value) => b.has(value));
const union = (a: Face, b: Face): Face => ({
  names: new Set([...a.names, ...b.names]),
  gpus: new Set([...a.gpus, ...b.gpus]),
  uuids: new Set([...a.uuids, ...b.uuids]),
  sightings: [...a.sightings, ...b.sightings],
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
});
