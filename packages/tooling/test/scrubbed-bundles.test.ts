import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadChecks } from "@slipway/catalog";
import {
  expectationsResolver,
  judgeFolder,
  judgementDifferences,
  readRawBundle,
  scrubBundle,
  type RawBundle,
} from "@slipway/evidence";
import { afterAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../src/workspace.ts";

const checks = await loadChecks();
const only = [...checks.keys()];
const expectations = expectationsResolver(checks, { fleetFolder: () => join(repositoryRoot, "fleet") });
const home = mkdtempSync(join(tmpdir(), "slipway-scrubbed-"));
afterAll(() => rmSync(home, { recursive: true }));

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

function isJudgedTheSame(dir: string, name: string): void {
  const raw = readRawBundle(dir, expectations);
  const { files, left } = scrubBundle(raw);
  expect(left, "names that the scrubber itself finds").toEqual([]);
  const bytes = [...files.values()].map((one) => Buffer.from(one).toString("utf8").toLowerCase()).join("\n");
  const leaked = [...secretsOf(raw)].filter((secret) => bytes.includes(secret.toLowerCase()));
  expect(leaked, "names, serials and addresses of the original").toEqual([]);

  const copy = join(home, name);
  mkdirSync(copy, { recursive: true });
  for (const [file, content] of files) writeFileSync(join(copy, file), content);
  const [original, scrubbed] = [dir, copy].map((one) => judgeFolder(one, { checks, expectations, only }));
  if (original === undefined || "refused" in original) throw new Error(`${dir} is refused`);
  if (scrubbed === undefined || "refused" in scrubbed) throw new Error(`the copy of ${dir} is refused`);
  expect(judgementDifferences(original.judgement, scrubbed.judgement)).toEqual([]);
}

const bundlesOf = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: repositoryRoot })
    .map((manifest) => dirname(manifest))
    .sort();

describe("a scrubbed copy names nobody and is judged as its original, by every check", () => {
  it.each(bundlesOf("plugins/checks/*/examples/*/bundle.json", "examples/*/*/bundle.json"))("%s", (bundle) => {
    isJudgedTheSame(join(repositoryRoot, bundle), bundle);
  });

  const shared = join(repositoryRoot, "..", "shared");
  for (const set of ["bundles", "field"])
    it.skipIf(!existsSync(join(shared, set)))(`every bundle of the shared ${set}`, () => {
      const bundles = globSync("*/bundle.json", { cwd: join(shared, set) }).map((manifest) => dirname(manifest));
      expect(bundles.length).toBeGreaterThan(0);
      for (const bundle of bundles) isJudgedTheSame(join(shared, set, bundle), `${set}/${bundle}`);
    });
});
