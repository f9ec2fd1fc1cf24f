import { StatsInputError } from "../input-error.ts";
import { cellKey, CellTable, type CellTuple } from "./cell-table.ts";
import { CheckTable } from "./check-table.ts";
import { Cube } from "./cube.ts";
import { PolicyCube, STANDINGS } from "./policy-cube.ts";
import { BINS, KINDS, SpellHistogram } from "./spell-histogram.ts";

const MAGIC = new TextEncoder().encode("SLIPCUBE");
/** Little-endian; written the other way round it is no version that exists. */
const VERSION = 1;
const PREFIX = 16;

/** What stands before the columns, as JSON. */
interface Header {
  readonly required: number;
  readonly by: readonly string[];
  readonly cells: readonly CellTuple[];
  /** By bit of a set. */
  readonly checks: readonly string[];
  /** Sets of checks; the first is the empty one. */
  readonly masks: readonly number[];
  /** Lengths of the sections, in the order of {@link Sections}. */
  readonly lengths: readonly number[];
}

/** The columns of a file, each begun at a multiple of 8 bytes. */
type Sections = readonly [
  seconds: Float64Array,
  unfinished: Uint32Array,
  unknownHours: Uint32Array,
  places: Uint32Array,
  counts: Uint32Array,
  codes: Uint16Array,
  endedAt: Uint32Array,
  endedCounts: Uint32Array,
  lateAt: Uint32Array,
  lateCounts: Uint32Array,
];

/**
 * The cube as bytes: 8 of magic, version and header's length as u32, the header, the columns. Cells, checks and sets of
 * checks that no row has are left out and the others sorted, so that the same rows give the same bytes in whatever order
 * they came, and by whatever revisions.
 */
export function encodeCube({ cells, checks, attempts, admissions }: Cube): Uint8Array {
  const { required } = attempts;
  const width = (required + 2) * STANDINGS;
  const used = cells.tuples.flatMap((tuple, code) =>
    hasRows(attempts.collapsed.subarray(code * width, (code + 1) * width)) || hasRows(admissions.ended[code])
      ? [{ tuple, key: cellKey(tuple), code }]
      : [],
  );
  used.sort((a, b) => (a.key < b.key ? -1 : 1));
  const order = used.map(({ code }) => code);
  const sets = canonicalSets(attempts, checks.names);
  const tallies = canonicalTallies(attempts, order, sets.codes);
  const [ended, late] = [sparse(admissions.ended, order, BINS * KINDS), sparse(admissions.late, order, BINS)];
  const rowsOf = <T extends Uint32Array | Float64Array>(values: T, columns: number, into: T): T => {
    order.forEach((code, at) => into.set(values.subarray(code * columns, (code + 1) * columns), at * columns));
    return into;
  };
  const sections: Sections = [
    rowsOf(attempts.seconds, required, new Float64Array(order.length * required)),
    rowsOf(attempts.unfinished, required + 1, new Uint32Array(order.length * (required + 1))),
    rowsOf(attempts.unknownHours, required + 1, new Uint32Array(order.length * (required + 1))),
    tallies.places,
    tallies.counts,
    tallies.codes,
    ended.at,
    ended.counts,
    late.at,
    late.counts,
  ];
  return assemble(
    {
      required,
      by: cells.by,
      cells: used.map(({ tuple }) => tuple),
      checks: sets.names,
      masks: sets.masks,
      lengths: sections.map(({ length }) => length),
    },
    sections,
  );
}

/** @throws StatsInputError for bytes that are no cube, of another version, or cut */
export function decodeCube(bytes: Uint8Array): Cube {
  const { header, sections } = disassemble(bytes);
  const { required, by } = header;
  const [seconds, unfinished, unknownHours, places, counts, codes, endedAt, endedCounts, lateAt, lateCounts] = sections;
  const attempts = new PolicyCube(required);
  attempts.reserve(header.cells.length);
  attempts.seconds.set(seconds);
  attempts.unfinished.set(unfinished);
  attempts.unknownHours.set(unknownHours);
  for (const mask of header.masks) attempts.maskCode(mask);
  places.forEach((place, row) => {
    const count = counts[row] as number;
    attempts.tallies.add(place, codes[row] as number, count);
    attempts.collapsed[place] = (attempts.collapsed[place] as number) + count;
  });
  attempts.tallies.trim();
  const admissions = new SpellHistogram();
  spread(admissions.ended, BINS * KINDS, endedAt, endedCounts);
  spread(admissions.late, BINS, lateAt, lateCounts);
  return new Cube(new CellTable(by, header.cells), new CheckTable(header.checks), attempts, admissions);
}

const hasRows = (counts: Uint32Array | undefined): boolean => counts?.some((count) => count !== 0) ?? false;

/** Checks sorted by name, sets by their new bits, and each old set's new number. */
function canonicalSets(
  { masks, tallies }: PolicyCube,
  names: readonly string[],
): { readonly names: string[]; readonly masks: number[]; readonly codes: readonly number[] } {
  const usedCodes = new Set<number>([0]);
  for (let row = 0; row < tallies.rows; row += 1)
    if (tallies.counts[row] !== 0) usedCodes.add(tallies.codes[row] as number);
  const usedBits = [...usedCodes].reduce((bits, code) => bits | (masks[code] as number), 0);
  const kept = names.filter((_, bit) => (usedBits >>> bit) & 1).sort();
  const bits = names.map((name) => kept.indexOf(name));
  const moved = masks.map(
    (mask) => bits.reduce((set, to, from) => ((mask >>> from) & 1 && to >= 0 ? set | (1 << to) : set), 0) >>> 0,
  );
  const sorted = [...usedCodes].map((code) => moved[code] as number).sort((a, b) => a - b);
  const numbers = new Map(sorted.map((mask, code) => [mask, code]));
  return { names: kept, masks: sorted, codes: moved.map((mask) => numbers.get(mask) ?? 0) };
}

/** Q's rows by place and set, without those that were taken out again. */
function canonicalTallies(
  { tallies, required }: PolicyCube,
  order: readonly number[],
  newCodes: readonly number[],
): { readonly places: Uint32Array; readonly counts: Uint32Array; readonly codes: Uint16Array } {
  const width = (required + 2) * STANDINGS;
  const newCells = new Uint32Array(Math.max(0, ...order) + 1);
  order.forEach((code, at) => (newCells[code] = at));
  const keys: number[] = [];
  const byKey = new Map<number, number>();
  for (let row = 0; row < tallies.rows; row += 1) {
    const count = tallies.counts[row] as number;
    if (count === 0) continue;
    const place = tallies.places[row] as number;
    const cell = Math.floor(place / width);
    const key =
      ((newCells[cell] as number) * width + (place - cell * width)) * 0x1_0000 +
      (newCodes[tallies.codes[row] as number] as number);
    keys.push(key);
    byKey.set(key, count);
  }
  const sorted = Float64Array.from(keys).sort();
  return {
    places: Uint32Array.from(sorted, (key) => Math.floor(key / 0x1_0000)),
    counts: Uint32Array.from(sorted, (key) => byKey.get(key) ?? 0),
    codes: Uint16Array.from(sorted, (key) => key % 0x1_0000),
  };
}

/** Counts that are not 0, by cell · width + bin. */
function sparse(
  byCell: readonly (Uint32Array | undefined)[],
  order: readonly number[],
  width: number,
): { readonly at: Uint32Array; readonly counts: Uint32Array } {
  const at: number[] = [];
  const counts: number[] = [];
  order.forEach((code, cell) =>
    byCell[code]?.forEach((count, bin) => {
      if (count === 0) return;
      at.push(cell * width + bin);
      counts.push(count);
    }),
  );
  return { at: Uint32Array.from(at), counts: Uint32Array.from(counts) };
}

function spread(byCell: (Uint32Array | undefined)[], width: number, at: Uint32Array, counts: Uint32Array): void {
  at.forEach((place, row) => {
    const cell = Math.floor(place / width);
    (byCell[cell] ??= new Uint32Array(width))[place - cell * width] = counts[row] as number;
  });
}

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

function assemble(header: Header, sections: Sections): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(
    sections.reduce((sum, { byteLength }) => sum + padded(byteLength), padded(PREFIX + text.length)),
  );
  bytes.set(MAGIC);
  new Uint32Array(bytes.buffer, MAGIC.length, 2).set([VERSION, text.length]);
  bytes.set(text, PREFIX);
  let from = padded(PREFIX + text.length);
  for (const { buffer, byteOffset, byteLength } of sections) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), from);
    from += padded(byteLength);
  }
  return bytes;
}

function disassemble(bytes: Uint8Array): { readonly header: Header; readonly sections: Sections } {
  if (bytes.length < PREFIX || !MAGIC.every((byte, at) => bytes[at] === byte))
    throw new StatsInputError("these bytes are no cube");
  // A copy, for columns begin at multiples of their size.
  const { buffer } = bytes.slice();
  const [version = 0, length = 0] = new Uint32Array(buffer, MAGIC.length, 2);
  if (version !== VERSION)
    throw new StatsInputError(`a cube of version ${String(version)}: this release reads version ${String(VERSION)}`);
  const cut = (): StatsInputError => new StatsInputError(`a cube that is cut: it has ${String(bytes.length)} bytes`);
  if (PREFIX + length > bytes.length) throw cut();
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, PREFIX, length))) as Header;
  let from = padded(PREFIX + length);
  const types = [
    Float64Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint16Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ] as const;
  const sections = types.map((Type, at) => {
    const rows = header.lengths[at] ?? 0;
    if (from + rows * Type.BYTES_PER_ELEMENT > bytes.length) throw cut();
    const section = new Type(buffer, from, rows);
    from += padded(section.byteLength);
    return section;
  });
  if (from !== bytes.length) throw cut();
  return { header, sections: sections as unknown as Sections };
}
