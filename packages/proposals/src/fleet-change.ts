import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Checks } from "@slipway/evidence";
import { SlipwayError, type Vendor } from "@slipway/plugin-sdk";
import { changedExpectations, relaxedLane, type Concern, type Lane, type Proposal } from "@slipway/policy";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { settingsOf, type Setting } from "@slipway/fleet";
import { digestOf, readFleet, sectionsOf, soundFleet, type FleetFiles } from "@slipway/fleet";

/** The new content of a file below the fleet's folder; null to remove it. */
export interface FleetEdit {
  readonly path: string;
  readonly content: string | null;
}

/** A change as a proposal has it, with the clusters it concerns and the lanes it results in. */
export interface ProposedChange {
  readonly kind: Proposal["kind"];
  readonly change: Proposal["change"];
  readonly concerns: readonly Concern[];
  readonly lanes: readonly Lane[];
}

/**
 * The change that edits of a fleet's files make. The fleet with the edits is read and checked as a whole in a
 * temporary folder; nothing is written to the real one.
 *
 * @throws SlipwayError of kind `config` for a fleet that is wrong with them, naming file and field;
 *   `input` for edits that change nothing, or that canary nodes cannot try
 */
export function fleetChange(
  fleetFolder: string,
  edits: readonly FleetEdit[],
  checks: Checks,
  vendors: readonly Vendor[],
): ProposedChange {
  const sections = sectionsOf(checks);
  const before = readFleet(fleetFolder);
  const after = readEdited(fleetFolder, edits, (files) => {
    soundFleet(files, checks, vendors);
    return { files, settings: settingsOf(files, sections) };
  });
  if (!isDeepStrictEqual(withoutImages(before), withoutImages(after.files)))
    throw new SlipwayError(
      "input",
      "clusters.yaml: only images of clusters are proposed: what else it says is not tried on canary nodes",
    );
  const old = settingsOf(before, sections);
  const key = ({ kind, name }: Setting): string => `${kind} ${name}`;
  const [was, is] = [old, after.settings].map(
    (settings) => new Map(settings.map((setting) => [key(setting), setting])),
  ) as [Map<string, Setting>, Map<string, Setting>];
  const changed = [...new Map([...was, ...is])]
    .filter(([name]) => was.get(name)?.digest !== is.get(name)?.digest)
    .map(([, setting]) => setting);
  if (changed.length === 0) throw new SlipwayError("input", "the files say what the fleet's files say already");
  const laneOf = (files: FleetFiles, name: string): Lane | undefined =>
    files.lanes.find(({ lane }) => lane.lane === name)?.lane;
  const concerns = changed.map(({ kind, name }): Concern =>
    kind === "lane" ? { kind, name, before: laneOf(before, name), after: laneOf(after.files, name) } : { kind, name },
  );
  const expected = changed
    .filter(({ kind }) => kind === "expectation")
    .map((setting) => expectationChange(setting.name, was.get(key(setting))?.body, is.get(key(setting))?.body));
  return {
    kind: edits.every(({ path }) => path.startsWith("expectations/")) ? "expectation" : "policy",
    change: {
      diff: edits.map(({ path, content }) => unified(path, contentOf(fleetFolder, path), content)).join(""),
      files: edits.map(({ path, content }) => ({
        path,
        before: hashOf(contentOf(fleetFolder, path)),
        after: hashOf(content),
      })),
      settings: changed.map(({ kind, name }) => ({ kind, name })),
      relaxes: cut([
        ...concerns.flatMap((concern) => (concern.kind === "lane" ? relaxedLane(concern.before, concern.after) : [])),
        ...expected.flatMap(({ gone }) => gone),
      ]),
      may_relax: cut(expected.flatMap(({ otherwise }) => otherwise)),
    },
    concerns,
    lanes: concerns.flatMap((concern) =>
      concern.kind === "lane" && concern.after !== undefined ? [concern.after] : [],
    ),
  };
}

/** At most as many reasons as a proposal may have, each cut to the length of one. */
const cut = (reasons: readonly string[]): string[] => reasons.slice(0, 100).map((why) => why.slice(0, 500));

function expectationChange(
  name: string,
  before: string | null | undefined,
  after: string | null | undefined,
): ReturnType<typeof changedExpectations> {
  const [old, now] = [before, after].map((body): unknown =>
    body === null || body === undefined ? undefined : JSON.parse(body),
  );
  return changedExpectations(name, old, now);
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

export const unified = (path: string, before: string | null, after: string | null): string =>
  createTwoFilesPatch(
    before === null ? "/dev/null" : `a/${path}`,
    after === null ? "/dev/null" : `b/${path}`,
    before ?? "",
    after ?? "",
    "",
    "",
    { context: 3, headerOptions: FILE_HEADERS_ONLY },
  );

const withoutImages = ({ clusters }: FleetFiles): unknown => ({
  ...clusters,
  clusters: Object.fromEntries(
    Object.entries(clusters.clusters).map(([name, { image: _image, ...rest }]) => [name, rest]),
  ),
});

/** Reads the fleet with the edits in a temporary folder; errors name the paths of the real one. */
function readEdited<T>(fleetFolder: string, edits: readonly FleetEdit[], read: (files: FleetFiles) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "slipway-proposal-"));
  try {
    for (const part of ["lanes", "expectations", "clusters.yaml"])
      if (existsSync(join(fleetFolder, part)))
        cpSync(join(fleetFolder, part), join(folder, part), { recursive: true, dereference: true });
    for (const { path, content } of edits) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (content === null) rmSync(join(folder, path), { force: true });
      else writeFileSync(join(folder, path), content);
    }
    return read(readFleet(folder));
  } catch (error) {
    if (!SlipwayError.is(error)) throw error;
    throw new SlipwayError(
      error.kind,
      error.message.replaceAll(folder, fleetFolder),
      error.hint === undefined ? {} : { hint: error.hint },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
