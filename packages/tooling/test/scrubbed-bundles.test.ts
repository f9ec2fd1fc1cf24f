import { isUtf8 } from "node:buffer";
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadChecks } from "@slipway/catalog";
import { ReadableManifest, type NodeJudgement } from "@slipway/domain";
import {
  expectationsResolver,
  judgementDifferences,
  judgeNode,
  readRawBundle,
  scrubBundle,
  type RawBundle,
} from "@slipway/evidence";
import { createEvidence, type ProbeCapture } from "@slipway/plugin-sdk";
import { FAULTS, synthesize, toBundleFiles } from "@slipway/synth";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../src/workspace.ts";

const checks = await loadChecks();
const expectations = expectationsResolver(checks, { fleetFolder: () => join(repositoryRoot, "fleet") });

/** Ids and addresses by their form; what everybody has, or stands for none, is no leak. */
const FORMS = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  /(?<![\d.])(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g,
  /0x[0-9a-f]{16}\b/gi,
  /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi,
];
const NAMED = [
  /<serial>([^<[]{6,})</g,
  /"serial_num": *"([^"[]{6,})"/g,
  /Hostname: (\S+)/g,
  /"hostname": *"([^"]+)"/g,
  /_serial:(\S+)/g,
  /HostName\t(\S+)/g,
  /\((\w+)@/g,
  /@([\w-]+)\)/g,
];
const NO_VALUE = /^(?:<.*|n\/a|not supported|.*(?:lost|error|requires reset|err!))$/i;

/** What tells whose bundle it is, found by other means than the scrubber's own. */
function secretsOf({ node, expect: expected, files }: RawBundle): Set<string> {
  const input = [...files.values()].map((bytes) => Buffer.from(bytes).toString("utf8")).join("\n");
  const members = (expected["imex"] as { members?: string[] } | undefined)?.members ?? [];
  const found = [
    node.name,
    ...(node.serials?.gpus ?? []),
    ...members,
    ...FORMS.flatMap((form) => [...input.matchAll(form)].map(([whole]) => whole)),
    ...NAMED.flatMap((form) => [...input.matchAll(form)].map(([, name = ""]) => name)),
  ];
  return new Set(found.filter((one) => one.length >= 5 && !/^(?:0x)?[0-]+$/.test(one) && !NO_VALUE.test(one)));
}

function isJudgedTheSame(raw: RawBundle): void {
  const { files, left } = scrubBundle(raw, checks);
  expect(left, "names that the scrubber itself finds").toEqual([]);
  const bytes = [...files.values()].map((one) => Buffer.from(one).toString("utf8").toLowerCase()).join("\n");
  const leaked = [...secretsOf(raw)].filter((secret) => bytes.includes(secret.toLowerCase()));
  expect(leaked, "names, serials and addresses of the original").toEqual([]);
  expect(judgementDifferences(judged(raw), judged(rawOf(files)))).toEqual([]);
}

/** A bundle of its files, in memory: this test writes none. */
function rawOf(files: ReadonlyMap<string, string | Uint8Array>): RawBundle {
  const all = new Map([...files].map(([name, content]) => [name, Buffer.from(content)]));
  const { node, expect: expected, probes } = ReadableManifest.parse(JSON.parse(String(all.get("bundle.json"))));
  all.delete("bundle.json");
  return { node, collectedAt: undefined, expect: expected ?? {}, probes, files: all };
}

function judged({ node, expect: expected, probes, files }: RawBundle): NodeJudgement {
  const captures = Object.entries(probes).map(([probe, record]): [string, ProbeCapture] => {
    const [out, err] = [files.get(`${probe}.out`), files.get(`${probe}.err`)];
    return [
      probe,
      {
        record,
        stdout: out === undefined ? undefined : Buffer.from(out).toString("utf8"),
        stdoutDamaged: out !== undefined && !isUtf8(out),
        stderr: err === undefined ? undefined : Buffer.from(err).toString("utf8"),
      },
    ];
  });
  return judgeNode(createEvidence(node, new Map(captures)), expected, checks, [...checks.keys()]);
}

const bundlesOf = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: repositoryRoot })
    .map((manifest) => dirname(manifest))
    .sort();

describe("a scrubbed copy names nobody and is judged as its original, by every check", () => {
  it.each(bundlesOf("plugins/checks/*/examples/*/bundle.json", "examples/*/*/bundle.json"))("%s", (bundle) => {
    isJudgedTheSame(readRawBundle(join(repositoryRoot, bundle), expectations));
  });

  const shared = join(repositoryRoot, "..", "shared");
  for (const set of ["bundles", "field"])
    it.skipIf(!existsSync(join(shared, set)))(`every bundle of the shared ${set}`, () => {
      const bundles = globSync("*/bundle.json", { cwd: join(shared, set) }).map((manifest) => dirname(manifest));
      expect(bundles.length).toBeGreaterThan(0);
      for (const bundle of bundles) isJudgedTheSame(readRawBundle(join(shared, set, bundle), expectations));
    });

  // Every fourth fault: each is a whole node with all its probes, and its text differs little from its neighbours'.
  const faults = Object.entries(FAULTS).filter((_, index) => index % 4 === 0);
  it.each(faults)("a synthetic node with the fault %s", (name, { profiles: [profile] }) => {
    const node = synthesize({ seed: 5, ...(profile === undefined ? {} : { profile }), faults: [name] });
    isJudgedTheSame(rawOf(new Map(Object.entries(toBundleFiles(node)))));
  });
});
