import { EVIDENCE_SCHEMA, type Expectations, type NodeIdentity } from "@slipway/domain";
import { expandDevices } from "@slipway/plugin-sdk";
import type { Checks } from "../judge.ts";
import { bytesOfText, textOfBytes } from "./bytes.ts";
import { scrubOutput } from "./documents.ts";
import { findIdentities } from "./identities.ts";
import { knownWords } from "./known-words.ts";
import { Scrubber } from "./scrubber.ts";
import { Substitutes } from "./substitutes.ts";

/** An evidence bundle in memory, as bytes. */
export interface RawBundle {
  readonly node: NodeIdentity;
  readonly collectedAt: string | undefined;
  /** What is expected of the node, from wherever it came. */
  readonly expect: Expectations;
  /** Entries of `bundle.json`, unread. */
  readonly probes: Readonly<Record<string, unknown>>;
  /** Output by the name of its file, `<probe>.out` and `<probe>.err`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface ScrubbedBundle {
  /** Every file of the copy by its name, `bundle.json` among them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Names and addresses of the original that are still in it: none, or the copy must not be given away. */
  readonly left: readonly string[];
}

/** Entries of a probe that a reader may need; anything else a collector wrote is left out. */
const RECORD_KEYS = [
  "argv",
  "exitCode",
  "signal",
  "timedOut",
  "startError",
  "startedAt",
  "durationMs",
  "truncated",
] as const;

/**
 * A copy of a bundle without names: hosts, racks, clusters, serials, UUIDs, GUIDs, addresses, users and every word that
 * no tool prints of itself are replaced by one map over all files. Vendor, SKU, models, versions, times, numbers, PCI
 * addresses and what is expected stay. Expectations are written into the copy, so that it is judged the same without the
 * fleet's files.
 *
 * @param checks whose probes' commands are words of tools
 */
export function scrubBundle(raw: RawBundle, checks: Checks = new Map()): ScrubbedBundle {
  const { node, collectedAt, expect, probes, files } = raw;
  const texts = [...files].map(([name, bytes]) => ({ name, text: textOfBytes(bytes) }));
  const identities = findIdentities({
    node,
    expect,
    texts: texts.map(({ name, text }) => ({ probe: name.endsWith(".out") ? name.slice(0, -4) : name, text })),
  });
  const corpus = [JSON.stringify({ node, expect, probes }), ...texts.map(({ text }) => text)].join("\n");
  const substitutes = new Substitutes(identities, corpus);
  const known = knownWords({ expect, checks, identities }, substitutes);
  const scrubber = new Scrubber(substitutes, known, devicesOf(expect, texts));

  const scrubbed = new Map<string, string>();
  const manifest = {
    schema: EVIDENCE_SCHEMA,
    node: scrubbedNode(scrubber, node),
    ...(collectedAt === undefined ? {} : { collectedAt: scrubber.text(collectedAt) }),
    expect: scrubbedExpectations(scrubber, expect),
    probes: Object.fromEntries(Object.entries(probes).map(([id, record]) => [id, scrubbedRecord(scrubber, record)])),
  };
  scrubbed.set("bundle.json", `${JSON.stringify(manifest, null, 1)}\n`);
  for (const { name, text } of texts) scrubbed.set(name, scrubOutput(scrubber, text, name.startsWith("kernel-log.")));

  const { vendor, sku } = node;
  const kept = [vendor, sku].filter((one) => typeof one === "string").map((one) => one.toLowerCase());
  return {
    files: new Map([...scrubbed].map(([name, text]) => [name, bytesOfText(text)])),
    left: substitutes
      .left([...scrubbed.values()].join("\n"))
      .filter((one) => !kept.some((word) => one.toLowerCase().endsWith(` ${word}`))),
  };
}

function scrubbedNode(scrubber: Scrubber, node: NodeIdentity): NodeIdentity {
  const { name, vendor, sku, cluster, rack, bootId, serials } = node;
  const of = (text: string | null | undefined): string | undefined =>
    text === null || text === undefined ? undefined : scrubber.text(text);
  return {
    name: scrubber.text(name),
    vendor,
    sku,
    cluster: of(cluster),
    rack: of(rack),
    bootId: of(bootId),
    serials:
      serials === null || serials === undefined
        ? undefined
        : {
            system: of(serials.system),
            gpus: serials.gpus?.map((serial) => scrubber.text(serial)),
            uuids: serials.uuids?.map((uuid) => scrubber.text(uuid)),
          },
  };
}

/** Ids of checks are no names. */
function scrubbedExpectations(scrubber: Scrubber, expect: Expectations): Expectations {
  return Object.fromEntries(
    Object.entries(expect).map(([section, value]) => [section, section === "checks" ? value : scrubber.deep(value)]),
  );
}

function scrubbedRecord(scrubber: Scrubber, record: unknown): unknown {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return scrubber.deep(record);
  const entries: [string, unknown][] = Object.entries(record);
  return Object.fromEntries(
    entries
      .filter(([key]) => RECORD_KEYS.some((known) => known === key))
      .map(([key, value]) => [key, scrubber.deep(value)]),
  );
}

/** Names of adapters, which outputs and expectations must go on to share. */
function devicesOf(expect: Expectations, texts: readonly { readonly text: string }[]): Set<string> {
  const devices = new Set<string>();
  const ib: unknown = expect["ib"];
  const rails: unknown = typeof ib === "object" && ib !== null && "rails" in ib ? ib.rails : undefined;
  for (const rail of Array.isArray(rails) ? (rails as unknown[]) : [])
    if (typeof rail === "object" && rail !== null && "device" in rail && typeof rail.device === "string")
      for (const device of [...expandDevices(rail.device), ...(rail.device.match(/\w+/g) ?? [])]) devices.add(device);
  for (const { text } of texts)
    for (const [, device = ""] of text.matchAll(/\/sys\/class\/infiniband\/([^/\s]+)\//g)) devices.add(device);
  return devices;
}
