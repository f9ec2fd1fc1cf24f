import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Expectations } from "@slipway/domain";
import { SlipwayError, vendorId } from "@slipway/plugin-sdk";
import {
  overlay,
  parseExpectationFile,
  type ExpectationFile,
  type SectionSchemas,
  type SourcedExpectations,
} from "./parse-file.ts";

/** The layers of `fleet/expectations/<layer>/<name>.yaml`, later over earlier. */
const LAYERS = ["vendor", "sku", "cluster"] as const;
export type Layer = (typeof LAYERS)[number];
/** Expectations from outside the files that are kept as read: those of a node come with each of its passes. */
const OVERS_KEPT = 10_000;

/** What a node is looked up by; a name that no file has adds nothing. */
export type NodeClass = { readonly [L in Layer]?: string | null | undefined };

/** The expectations of a fleet, as its files say. */
export interface FleetExpectations {
  /**
   * @param over expectations that lie over those of the files, with the words that name their source
   * @throws SlipwayError of kind `config` for unknown keys and wrong values in `over`
   */
  resolve(
    node: NodeClass,
    over?: { readonly source: string; readonly expectations: Expectations },
  ): SourcedExpectations;
}

/** One file of `expectations/`, as it lies there. */
export interface ExpectationText {
  readonly layer: Layer;
  /** What a node has to be called for it to apply. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/**
 * The files of `<fleet>/expectations`. Names of nodes, vendors, SKUs and clusters are looked up among
 * them; they never become part of a path.
 *
 * @param fleet the fleet folder; one without `expectations` expects nothing
 * @throws SlipwayError of kind `config` for a file that cannot be read, and for two of one name
 */
export function readExpectationTexts(fleet: string): readonly ExpectationText[] {
  const texts: ExpectationText[] = [];
  for (const layer of LAYERS) {
    const folder = join(fleet, "expectations", layer);
    for (const entry of list(folder)) {
      const path = join(folder, entry);
      const named = entry.replace(/\.ya?ml$/, "");
      if (named === entry) continue;
      const name = layer === "vendor" ? vendorId(named) : named;
      if (texts.some((other) => other.layer === layer && other.name === name))
        throw new SlipwayError("config", `${path}: there is another file for ${name}`);
      texts.push({ layer, name, path, text: attempt(path, () => readFileSync(path, "utf8")) });
    }
  }
  return texts;
}

/** @throws SlipwayError of kind `config`, naming file, line and column, for a file that is wrong */
export const loadFleetExpectations = (fleet: string, sections: SectionSchemas): FleetExpectations =>
  fleetExpectations(readExpectationTexts(fleet), sections);

/** @throws SlipwayError of kind `config`, naming file, line and column, for a text that is wrong */
export function fleetExpectations(texts: readonly ExpectationText[], sections: SectionSchemas): FleetExpectations {
  const files = new Map<Layer, Map<string, ExpectationFile>>(
    LAYERS.map((layer) => [layer, new Map<string, ExpectationFile>()]),
  );
  for (const { layer, name, path, text } of texts)
    files.get(layer)?.set(name, parseExpectationFile(path, text, sections));
  const overs = new Map<string, ExpectationFile>();
  /** By the object that lies over the files: a store that shares its documents asks with the same one again. */
  const resolved = new WeakMap<Expectations, Map<string, SourcedExpectations>>();
  const parsed = ({
    source,
    expectations,
  }: {
    readonly source: string;
    readonly expectations: Expectations;
  }): ExpectationFile => {
    const text = JSON.stringify(expectations);
    const key = `${source}\n${text}`;
    const known = overs.get(key) ?? parseExpectationFile(source, text, sections);
    if (overs.size >= OVERS_KEPT) overs.delete(overs.keys().next().value ?? "");
    overs.set(key, known);
    return known;
  };
  const layered = (node: NodeClass, over: readonly ExpectationFile[]): SourcedExpectations =>
    overlay([...LAYERS.flatMap((layer) => files.get(layer)?.get(node[layer] ?? "") ?? []), ...over]);
  return {
    resolve(node, over) {
      if (over === undefined) return layered(node, []);
      const known = resolved.get(over.expectations) ?? new Map<string, SourcedExpectations>();
      const key = [over.source, ...LAYERS.map((layer) => node[layer] ?? "")].join("\n");
      const found = known.get(key) ?? layered(node, [parsed(over)]);
      if (Object.isFrozen(over.expectations)) resolved.set(over.expectations, known.set(key, found));
      return found;
    },
  };
}

function list(folder: string): string[] {
  return existsSync(folder) ? attempt(folder, () => readdirSync(folder).sort()) : [];
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new SlipwayError(
      "config",
      `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}
