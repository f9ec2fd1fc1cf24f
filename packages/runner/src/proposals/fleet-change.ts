import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Checks } from "@slipway/evidence";
import { SlipwayError, type Vendor } from "@slipway/plugin-sdk";
import { changedExpectations, relaxedLane, type Concern, type Lane, type Proposal } from "@slipway/policy";
import { createTwoFilesPatch } from "diff";
import { settingsOf, type Setting } from "../canary/settings.ts";
import { digestOf, fleetOf, readFleet, sectionsOf, type FleetFiles } from "../fleet/fleet.ts";

/** A file below the fleet's folder as it is to be; null to remove it. */
export interface FleetEdit {
  readonly path: string;
  readonly content: string | null;
}

/** A change as a proposal holds it, with whom it concerns and the lanes as it makes them. */
export interface ProposedChange {
  readonly change: Proposal["change"];
  readonly concerns: readonly Concern[];
  readonly lanes: readonly Lane[];
}

/**
 * What edits of a fleet's files come to. The fleet with them is read and checked as a whole, beside the
 * real one, which nothing is written to.
 *
 * @throws SlipwayError of kind `config` for a fleet that is wrong with them, naming file and field;
 *   `input` for edits that change nothing, or what canary nodes cannot try
 */
export function fleetChange(fleetFolder: string, edits: readonly FleetEdit[], checks: Checks, vendors: readonly Vendor[]): ProposedChange {
  const sections = sectionsOf(checks);
  const before = readFleet(fleetFolder);
  const after = readEdited(fleetFolder, edits, (files) => {
    fleetOf(files, checks, vendors);
    return { files, settings: settingsOf(files, sections) };
  });
  if (!isDeepStrictEqual(withoutImages(before), withoutImages(after.files)))
    throw new SlipwayError("input", "clusters.yaml: only images of clusters are proposed: what else it says is not tried on canary nodes");
  const old = settingsOf(before, sections);
  const key = ({ kind, name }: Setting): string => `${kind} ${name}`;
  const [was, is] = [old, after.settings].map((settings) => new Map(settings.map((setting) => [key(setting), setting]))) as [Map<string, Setting>, Map<string, Setting>];
  const changed = [...new Map([...was, ...is])].filter(([name]) => was.get(name)?.digest !== is.get(name)?.digest).map(([, setting]) => setting);
  if (changed.length === 0) throw new SlipwayError("input", "the files say what the fleet's files say already");
  const laneOf = (files: FleetFiles, name: string): Lane | undefined => files.lanes.find(({ lane }) => lane.lane === name)?.lane;
  const concerns = changed.map(({ kind, name }): Concern => (kind === "lane" ? { kind, name, before: laneOf(before, name), after: laneOf(after.files, name) } : { kind, name }));
  return {
    change: {
      diff: edits.map(({ path, content }) => unified(path, contentOf(fleetFolder, path), content)).join(""),
      files: edits.map(({ path, content }) => ({ path, before: hashOf(contentOf(fleetFolder, path)), after: hashOf(content) })),
      settings: changed.map(({ kind, name }) => ({ kind, name })),
      relaxes: changed.flatMap((setting) => relaxed(setting, was.get(key(setting)), is.get(key(setting)), concerns)).map((why) => why.slice(0, 500)).slice(0, 100),
    },
    concerns,
    lanes: concerns.flatMap((concern) => (concern.kind === "lane" && concern.after !== undefined ? [concern.after] : [])),
  };
}

function relaxed({ kind, name }: Setting, was: Setting | undefined, is: Setting | undefined, concerns: readonly Concern[]): readonly string[] {
  if (kind === "lane") return concerns.flatMap((concern) => (concern.kind === "lane" && concern.name === name ? relaxedLane(concern.before, concern.after) : []));
  const [before, after] = [was?.body ?? null, is?.body ?? null];
  if (kind !== "expectation" || before === null) return [];
  const { gone, otherwise } = changedExpectations(name, JSON.parse(before), after === null ? undefined : JSON.parse(after));
  return [...gone, ...otherwise];
}

/** @returns the content of a fleet's file; null where there is none */
export const contentOf = (fleetFolder: string, path: string): string | null => {
  const file = join(fleetFolder, path);
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SlipwayError("config", `${file}: is no UTF-8`);
  }
};

export const hashOf = (content: string | null): string | null => (content === null ? null : digestOf(content));

const unified = (path: string, before: string | null, after: string | null): string =>
  createTwoFilesPatch(before === null ? "/dev/null" : `a/${path}`, after === null ? "/dev/null" : `b/${path}`, before ?? "", after ?? "", "", "", { context: 3 });

const withoutImages = ({ clusters }: FleetFiles): unknown => ({ ...clusters, clusters: Object.fromEntries(Object.entries(clusters.clusters).map(([name, { image: _image, ...rest }]) => [name, rest])) });

/** Reads the fleet with the edits in a folder of its own; errors speak of the fleet's folder. */
function readEdited<T>(fleetFolder: string, edits: readonly FleetEdit[], read: (files: FleetFiles) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "slipway-proposal-"));
  try {
    for (const part of ["lanes", "expectations", "clusters.yaml"]) if (existsSync(join(fleetFolder, part))) cpSync(join(fleetFolder, part), join(folder, part), { recursive: true, dereference: true });
    for (const { path, content } of edits) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (content === null) rmSync(join(folder, path), { force: true });
      else writeFileSync(join(folder, path), content);
    }
    return read(readFleet(folder));
  } catch (error) {
    if (!SlipwayError.is(error)) throw error;
    throw new SlipwayError(error.kind, error.message.replaceAll(folder, fleetFolder), error.hint === undefined ? {} : { hint: error.hint });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
