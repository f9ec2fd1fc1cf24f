import { loadChecks } from "@slipway/catalog";
import {
  loadFleetExpectations,
  overlay,
  parseExpectationFile,
  readBundle,
  sectionSchemas,
  type SourcedExpectations,
} from "@slipway/evidence";
import { SlipwayError } from "@slipway/plugin-sdk";
import { expectationsDocument, jsonLine } from "@slipway/queries";
import type { Command } from "commander";
import { fleetFolder, rackOf } from "../fleet.ts";

interface ShowOptions {
  readonly bundle?: string;
  readonly hosts?: string;
  readonly vendor?: string;
  readonly sku?: string;
  readonly cluster?: string;
  readonly json?: boolean;
}

export function add(program: Command): void {
  program
    .command("expect")
    .description("expectations: what must be true of a node, and which file says so")
    .command("show")
    .description("show the expectations of a node and the file each value came from")
    .argument("[node]", "name of a host in --hosts")
    .option("--bundle <dir>", "the node of an evidence bundle")
    .option("--hosts <file>", "an inventory, with the node's name as argument")
    .option("--vendor <vendor>")
    .option("--sku <sku>")
    .option("--cluster <cluster>")
    .option("--json", "print { expect, sources }")
    .action(show);
}

async function show(node: string | undefined, options: ShowOptions): Promise<void> {
  const { expect, sources } = await resolve(node, options);
  if (options.json === true) {
    process.stdout.write(jsonLine(expectationsDocument, { expect, sources }));
    return;
  }
  const rows = leaves(expect, "").map(
    ([pointer, value]) =>
      [pointer.slice(1).replaceAll("/", "."), JSON.stringify(value), sources[pointer] ?? ""] as const,
  );
  const widths = [0, 1].map((column) => Math.min(60, Math.max(0, ...rows.map((row) => row[column as 0 | 1].length))));
  for (const [key, value, source] of rows)
    process.stdout.write(`${key.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${source}\n`);
  if (rows.length === 0)
    process.stdout.write(
      `Nothing is expected of this node: no file in ${fleetFolder()}/expectations/{vendor,sku,cluster}/ is named ` +
        "as its vendor, SKU or cluster. Every check that needs an expectation will be inconclusive.\n",
    );
}

async function resolve(node: string | undefined, options: ShowOptions): Promise<SourcedExpectations> {
  const sections = sectionSchemas(await loadChecks());
  const fleet = (): ReturnType<typeof loadFleetExpectations> => loadFleetExpectations(fleetFolder(), sections);
  if (options.bundle !== undefined) {
    const bundle = readBundle(options.bundle);
    if (bundle.expectFile !== undefined) {
      const { name, text } = bundle.expectFile();
      return overlay([parseExpectationFile(name, text, sections)]);
    }
    if (bundle.expect === undefined) return fleet().resolve(bundle.evidence.node);
    const inline = `${options.bundle}/bundle.json`;
    return {
      expect: bundle.expect,
      sources: Object.fromEntries(
        leaves(bundle.expect, "").map(([pointer]) => [pointer, bundle.expectSources?.[pointer] ?? inline]),
      ),
    };
  }
  if (options.hosts !== undefined) {
    if (node === undefined) throw new SlipwayError("input", "expect show --hosts FILE needs the name of a host in it");
    const { readInventory } = await import("@slipway/collect");
    const host = (await readInventory(options.hosts, () => "")).find((one) => one.name === node);
    if (host === undefined) throw new SlipwayError("input", `${options.hosts}: there is no host ${node}`);
    return fleet().resolve(host, rackOf(host, options.hosts));
  }
  if ((options.vendor ?? options.sku ?? options.cluster) === undefined) {
    throw new SlipwayError(
      "input",
      "expect show needs --bundle DIR, or --hosts FILE NAME, or --vendor, --sku or --cluster",
    );
  }
  return fleet().resolve(options);
}

/** Every value that is no mapping, with its JSON pointer. */
function leaves(value: unknown, pointer: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[pointer, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}
