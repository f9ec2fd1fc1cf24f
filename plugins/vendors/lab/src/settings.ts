import { SlipwayError } from "@slipway/plugin-sdk";
import { CELLS, type Cell } from "./cells.ts";

/** How one lab is set up. The same settings and journal give the same world. */
export interface LabSettings {
  readonly seed: number;
  /** Milliseconds since 1970: the world's first moment. */
  readonly start: number;
  readonly cells: readonly Cell[];
  /** Append-only file of everything done to the world; in memory when absent. */
  readonly journal: string | undefined;
  /** How much of a probe's usual time passes; 0 for none. */
  readonly speed: number;
  /** Share of sessions in which a tool is missing, cut or confused. */
  readonly inconclusive: number;
  /** Share of connections that fail, and of those that are lost midway. */
  readonly unreachable: number;
  readonly lost: number;
  readonly bootSeconds: number;
  /** Share of the NVL72 machines that no serial number of their own was filled in for, and whose boards share one among their GPUs. */
  readonly unnamed: number;
  /** How long each call takes to answer. */
  readonly answerMs: number;
  /** Nodes that show a named fault, for tests: node name to fault of the generator. */
  readonly force: Readonly<Record<string, string>>;
}

const NUMBERS = {
  share: 1,
  speed: 0,
  inconclusive: 0.002,
  unreachable: 0,
  lost: 0,
  bootSeconds: 240,
  unnamed: 0,
  answerMs: 0,
} as const;
const KNOWN = new Set(["seed", "start", "cells", "journal", "force", ...Object.keys(NUMBERS)]);

/** @throws SlipwayError of kind `config` naming the key that is wrong */
export function readSettings(given: Readonly<Record<string, unknown>>): LabSettings {
  const wrong = (key: string, what: string): SlipwayError => new SlipwayError("config", `lab: ${key}: ${what}`);
  for (const key of Object.keys(given)) if (!KNOWN.has(key)) throw wrong(key, "there is no such setting");
  const number = (key: keyof typeof NUMBERS): number => {
    const value = given[key] ?? NUMBERS[key];
    if (typeof value !== "number" || !(value >= 0)) throw wrong(key, "has to be a number, 0 or more");
    return value;
  };
  const { seed, start, journal, force = {}, cells } = given;
  if (!Number.isSafeInteger(seed)) throw wrong("seed", "has to be a whole number");
  const begin = typeof start === "string" ? Date.parse(start) : Number.NaN;
  if (Number.isNaN(begin)) throw wrong("start", "has to be a time such as 2026-01-01T00:00:00Z");
  if (journal !== undefined && typeof journal !== "string") throw wrong("journal", "has to be a path");
  if (typeof force !== "object" || force === null) throw wrong("force", "has to map node names to faults");
  return {
    seed: seed as number,
    start: begin,
    cells: sizes(cells, number("share"), wrong),
    journal,
    speed: number("speed"),
    inconclusive: number("inconclusive"),
    unreachable: number("unreachable"),
    lost: number("lost"),
    bootSeconds: number("bootSeconds"),
    unnamed: number("unnamed"),
    answerMs: number("answerMs"),
    force: force as Readonly<Record<string, string>>,
  };
}

/** The cells with as many nodes as asked for; NVL72 cells in whole racks. */
function sizes(cells: unknown, share: number, wrong: (key: string, what: string) => SlipwayError): Cell[] {
  if (cells === undefined) return CELLS.map((cell) => ({ ...cell, nodes: wholeRacks(cell, cell.nodes * share) }));
  if (typeof cells !== "object" || cells === null) throw wrong("cells", "has to map clusters to numbers of nodes");
  return Object.entries(cells).map(([cluster, nodes]) => {
    const cell = CELLS.find((one) => one.cluster === cluster);
    if (cell === undefined)
      throw wrong(`cells.${cluster}`, `there is no such cluster; known: ${CELLS.map((one) => one.cluster).join(", ")}`);
    if (!Number.isSafeInteger(nodes) || (nodes as number) < 0)
      throw wrong(`cells.${cluster}`, "has to be a whole number");
    return { ...cell, nodes: nodes as number };
  });
}

const wholeRacks = ({ profile, rackSize }: Cell, nodes: number): number =>
  profile === "gb300" ? Math.max(1, Math.round(nodes / rackSize)) * rackSize : Math.round(nodes);
