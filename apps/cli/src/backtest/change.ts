import { readFileSync, statSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import type { Change, CheckFile, Side } from "@slipway/backtest";
import { MAX_FILE_BYTES, overlay, parseExpectationFile, type ExpectationText } from "@slipway/evidence";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Lane } from "@slipway/policy";
import { readYaml, sectionsOf } from "@slipway/fleet";
import { changeBase, placeAt, withRevision, WORKING_TREE, type Revision } from "@slipway/server";
import { loadChecks } from "@slipway/catalog";
import { root } from "../fleet.ts";
import { checkAt, checkOfFile, type Settings } from "./settings.ts";

/** What a change is compared with: what runs, a revision, or a file. */
export type Against =
  { readonly running: true } | { readonly revision: string; readonly mergeBase?: true } | { readonly file: string };

export interface ChangeParts {
  /** What both sides have alike. */
  readonly settings: Settings;
  /** What the database has recorded as active, where that is what is compared with. */
  readonly running: Settings | undefined;
  readonly against: Against;
}

const RUNNING = "running";

/** `imex@HEAD` as check and revision. */
export function parseCheck(text: string): { readonly id: string; readonly revision: string } {
  const at = text.indexOf("@");
  const [id, revision] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || revision === "" || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    throw new SlipwayError(
      "input",
      `--check ${JSON.stringify(text)}: has to be a check and a revision, such as imex@HEAD, or imex@. for the working tree`,
    );
  return { id, revision };
}

/**
 * Reads `--against`. Without it, what runs; for bundles of a folder, where the change left what it goes into.
 *
 * @param revision the changed side
 */
export async function parseAgainst(
  text: string | undefined,
  { folder, revision }: { readonly folder: boolean; readonly revision: string },
): Promise<Against> {
  if (text === RUNNING || (text === undefined && !folder)) return { running: true };
  if (text === undefined) return { revision: await changeBase(root(), revision), mergeBase: true };
  if (text !== WORKING_TREE && statSync(text, { throwIfNoEntry: false })?.isFile() === true)
    return { file: resolve(text) };
  return { revision: text };
}

/** A check as a change has it. */
export interface ChangedCheck {
  readonly id: string;
  readonly label: string;
  readonly check: CheckFile;
}

/** @throws SlipwayError of kind `input` for a revision that has no such check */
export async function changedCheck(text: string): Promise<ChangedCheck> {
  const { id, revision } = parseCheck(text);
  const { check, label } = await withRevision(root(), revision, async (tree) => ({
    check: await checkAt(tree, id),
    label: tree.label,
  }));
  if (check === undefined) throw new SlipwayError("input", `--check ${text}: ${label} has no check ${id}`);
  return { id, label, check };
}

/** A changed check. Compared with a side that has no such check, it is new. */
export async function checkChange(
  { id, label, check: after }: ChangedCheck,
  { settings, running, against }: ChangeParts,
): Promise<Change> {
  const before = await ofAgainst(against, {
    running: () => running?.checks[id],
    revision: (tree) => checkAt(tree, id),
    file: (file) => checkOfFile(file, id),
  });
  const side = (name: string, check: CheckFile | undefined): Side => {
    const { [id]: _own, ...others } = settings.checks;
    return { ...settings, label: name, whole: null, checks: check === undefined ? others : { ...others, [id]: check } };
  };
  return {
    kind: "check",
    name: id,
    before: side(before.label, before.value),
    after: side(label, after),
    made: settings.expectations,
  };
}

/**
 * A changed expectations file: in the place of the fleet's file of its layer and name where it lies in
 * `expectations/<layer>/`, else in the place of everything that a node is expected to be.
 */
export async function expectationChange(file: string, { settings, running, against }: ChangeParts): Promise<Change> {
  const sections = sectionsOf(await loadChecks());
  const place = placeOf(file);
  const read = (path: string): ExpectationText => {
    const text = textOf(path, "--expect");
    parseExpectationFile(path, text, sections);
    return {
      layer: place?.layer ?? "cluster",
      name: place?.name ?? basename(path),
      path: path === resolve(file) ? shown(path) : path,
      text,
    };
  };
  const laid = (texts: readonly ExpectationText[], one: ExpectationText | undefined): readonly ExpectationText[] => [
    ...texts.filter(({ layer, name }) => layer !== place?.layer || name !== place.name),
    ...(one === undefined ? [] : [one]),
  ];
  const whole = (one: ExpectationText | undefined): Side["whole"] =>
    one === undefined ? null : overlay([parseExpectationFile(one.path, one.text, sections)]).expect;
  const before = await ofAgainst<ExpectationText | undefined>(against, {
    running: () => running?.expectations.find(({ layer, name }) => layer === place?.layer && name === place.name),
    revision: async (tree) => {
      const there =
        place === undefined && relative(root(), resolve(file)).startsWith("..")
          ? undefined
          : placeAt(root(), tree, resolve(file));
      return there === undefined ? undefined : { ...read(there), path: shown(resolve(file)) };
    },
    file: read,
  });
  const side = (label: string, one: ExpectationText | undefined): Side =>
    place === undefined
      ? { ...settings, label, whole: whole(one) }
      : { ...settings, label, whole: null, expectations: laid(settings.expectations, one) };
  const named = place === undefined ? basename(file) : `${place.layer}/${place.name}`;
  const old = side(place === undefined && before.value === undefined ? "as it was judged" : before.label, before.value);
  return {
    kind: "expectation",
    name: named,
    before: old,
    after: side(shown(resolve(file)), read(resolve(file))),
    made: running?.expectations ?? old.expectations,
  };
}

/** A changed lane, in the place of the one of its name. */
export async function policyChange(file: string, { settings, running, against }: ChangeParts): Promise<Change> {
  const next = readLane(resolve(file), settings);
  const before = await ofAgainst<Lane | undefined>(against, {
    running: () => running?.lanes.find(({ lane }) => lane === next.lane),
    revision: (tree) => {
      const there = placeAt(root(), tree, resolve(file));
      return there === undefined ? undefined : readLane(there, settings);
    },
    file: (other) => readLane(other, settings),
  });
  const others = settings.lanes.filter(({ lane }) => lane !== next.lane);
  const side = (label: string, lane: Lane | undefined): Side => ({
    ...settings,
    label,
    whole: null,
    lanes: [...others, ...(lane === undefined ? [] : [lane])],
  });
  return {
    kind: "policy",
    name: next.lane,
    before: side(before.label, before.value),
    after: side(shown(resolve(file)), next),
    made: settings.expectations,
  };
}

function readLane(path: string, { checks }: Settings): Lane {
  const lane = readYaml(path, Lane).value;
  const unknown = lane.checks.find((id) => !Object.hasOwn(checks, id));
  if (unknown !== undefined)
    throw new SlipwayError("config", `${path}: checks: there is no check ${unknown}`, {
      hint: `known: ${Object.keys(checks).join(", ")}`,
    });
  return lane;
}

async function ofAgainst<T>(
  against: Against,
  read: {
    readonly running: () => T;
    readonly revision: (tree: Revision) => Promise<T> | T;
    readonly file: (file: string) => Promise<T> | T;
  },
): Promise<{ readonly label: string; readonly value: T }> {
  if ("running" in against) return { label: RUNNING, value: read.running() };
  if ("file" in against) return { label: shown(against.file), value: await read.file(against.file) };
  return withRevision(root(), against.revision, async (tree) => ({
    label: against.mergeBase === true ? `merge-base (${tree.label})` : tree.label,
    value: await read.revision(tree),
  }));
}

/** A path as a report names it: the same wherever the checkout lies. */
const shown = (path: string): string =>
  relative(root(), path).startsWith("..") ? basename(path) : relative(root(), path);

const LAYERS = ["vendor", "sku", "cluster"] as const;

function placeOf(file: string): { readonly layer: ExpectationText["layer"]; readonly name: string } | undefined {
  const folder = dirname(resolve(file));
  const layer = LAYERS.find((one) => one === basename(folder));
  return layer === undefined || basename(dirname(folder)) !== "expectations"
    ? undefined
    : { layer, name: basename(file).replace(/\.ya?ml$/, "") };
}

export function textOf(path: string, option: string): string {
  try {
    if (statSync(path).size > MAX_FILE_BYTES)
      throw new SlipwayError("input", `${option} ${path}: is larger than ${String(MAX_FILE_BYTES / 2 ** 20)} MiB`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (SlipwayError.is(error)) throw error;
    throw new SlipwayError(
      "input",
      `${option} ${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}
