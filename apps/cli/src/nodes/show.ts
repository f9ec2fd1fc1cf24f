import { join } from "node:path";
import { loadChecks } from "@slipway/catalog";
import type { Account } from "@slipway/domain";
import { loadFleetExpectations, sectionSchemas } from "@slipway/evidence";
import { Clusters, machineName } from "@slipway/policy";
import {
  conflictsShown,
  fieldConflictDocument,
  identityConflictDocument,
  jsonLine,
  nodeDocument,
  nodeHistory,
  nodeHistoryDocument,
  nodeShown,
  nodeWhy,
  nodeWhyDocument,
  nodeWithValues,
} from "@slipway/queries";
import { exportNodes, listConflicts, listNodes, showNode, whyNode } from "@slipway/nodes";
import { readYaml } from "@slipway/fleet";
import { fleetFolder } from "../fleet.ts";
import { conflictsText, eventsText, historyText, instant, listText, showText, sightingsCsv } from "../report/nodes.ts";
import { dataFor } from "../report/guard-output.ts";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";
import { lines, withStore, type Json } from "./store.ts";

interface ListOptions extends Json {
  readonly cluster?: string;
  readonly vendor?: string;
  readonly sku?: string;
  readonly account?: Account;
  readonly segment?: string;
}

/** `nodes list`: machines and where they stand. */
export async function list({ json, segment, ...filter }: ListOptions): Promise<void> {
  await withStore(async (store) => {
    const clusters =
      segment === undefined ? undefined : readYaml(join(fleetFolder(), "clusters.yaml"), Clusters).value.clusters;
    const rows = (await listNodes(store, filter)).filter(
      ({ placement }) => clusters === undefined || clusters[placement?.cluster ?? ""]?.segment === segment,
    );
    process.stdout.write(
      json === true
        ? rows.map((row) => jsonLine(nodeDocument, nodeShown(row))).join("")
        : listText(
            rows,
            [segment, ...Object.values(filter)].some((one) => one !== undefined),
          ),
    );
  });
}

/** `nodes show`: current values with their sources. */
export async function show(node: string, { json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const detail = await showNode(store, node, precedence);
    say({ json, document: nodeDocument }, nodeWithValues(detail), showText(detail));
  });
}

/** `nodes why`: decisions about its identity, and the sightings behind it. */
export async function why(node: string, { json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const detail = await showNode(store, node, precedence);
    const sightings = await whyNode(store, detail.machine);
    const rows = sightings.map(({ sighting: { id, observed_at, source, path }, because }) => {
      const origin = printable(`${source}, ${path}: ${because}`);
      return `  sighting ${String(id)}  ${instant(observed_at)}  ${origin}\n`;
    });
    say(
      { json, document: nodeWhyDocument },
      nodeWhy(detail, sightings),
      `${machineName(detail.machine.id)}\ndecisions\n${eventsText(detail)}sightings that are its own\n${rows.join("")}`,
    );
  });
}

/** `nodes history`: where it was and how it was booked. */
export async function history(node: string, { json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const detail = await showNode(store, node, precedence);
    say({ json, document: nodeHistoryDocument }, nodeHistory(detail), historyText(detail));
  });
}

/** `nodes conflicts`: sources that disagree, and identities in doubt. */
export async function conflicts({ json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const files = loadFleetExpectations(fleetFolder(), sectionSchemas(await loadChecks()));
    const found = await listConflicts(store, precedence, files);
    if (json !== true) return void process.stdout.write(conflictsText(found));
    const { fields, identities } = await conflictsShown(store, found);
    for (const one of fields) process.stdout.write(jsonLine(fieldConflictDocument, one));
    for (const one of identities) process.stdout.write(jsonLine(identityConflictDocument, one));
  });
}

/** `nodes export`: current values as sightings. */
export async function exportAll({ format, json }: Json & { readonly format: "csv" | "jsonl" }): Promise<void> {
  await withStore(async (store, precedence) => {
    const rows = await exportNodes(store, precedence);
    const { stdout } = process;
    stdout.write(format === "csv" && json !== true ? dataFor(stdout, sightingsCsv(rows)) : lines(rows));
  });
}
