import * as acts from "./acts.ts";
import * as bans from "./bans.ts";
import * as canary from "./canary.ts";
import type { AnyDocument } from "./document.ts";
import * as events from "./events.ts";
import * as files from "./files.ts";
import * as fleet from "./fleet.ts";
import * as domain from "./from-domain.ts";
import * as items from "./items.ts";
import * as nodeActs from "./node-acts.ts";
import * as nodes from "./nodes.ts";
import * as proposals from "./proposals.ts";
import * as releases from "./releases.ts";
import * as statistics from "./statistics.ts";
import * as validations from "./validations.ts";
import * as work from "./work.ts";

const isDocument = (value: unknown): value is AnyDocument =>
  typeof value === "object" && value !== null && "schema" in value && "commands" in value;

const parts = [
  acts,
  bans,
  canary,
  domain,
  events,
  files,
  fleet,
  items,
  nodeActs,
  nodes,
  proposals,
  releases,
  statistics,
  validations,
  work,
];

/** Every document, by its id and in the order of their ids. */
export const documents: ReadonlyMap<string, AnyDocument> = new Map(
  parts
    .flatMap((part) => Object.values<unknown>(part))
    .filter(isDocument)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((document) => [document.id, document]),
);
