import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, CheckFile, Question, Side } from "@slipway/backtest";

/** A folder of a test's own, with checks and bundles planted in it. */
export interface Planted extends Disposable {
  readonly folder: string;
  readonly bundles: string;
  /** A check as one file, whose `judge` is this JavaScript over `read(probe)`, the text of a probe or undefined. */
  check(id: string, version: string, judge: string, probes?: readonly string[]): CheckFile;
  /** A bundle whose probe `virt` printed this. */
  bundle(
    name: string,
    virt: string,
    more?: { readonly expect?: object; readonly cluster?: string; readonly collectedAt?: string },
  ): string;
}

export function plant(): Planted {
  const folder = mkdtempSync(join(tmpdir(), "slipway-backtest-"));
  const bundles = join(folder, "bundles");
  mkdirSync(bundles);
  return {
    folder,
    bundles,
    check(id, version, judge, probes = ["virt"]) {
      const text = checkText(id, version, judge, probes);
      const digest = createHash("sha256").update(text).digest("hex");
      const file = join(folder, `${digest}.mjs`);
      writeFileSync(file, text);
      return { file, version, digest };
    },
    bundle(name, virt, { expect = {}, cluster = "c1", collectedAt = "2026-01-01T00:00:00Z" } = {}) {
      const dir = join(bundles, name);
      mkdirSync(dir, { recursive: true });
      const node = { name: `node-${name}`, vendor: "oci", sku: "H100", cluster, serials: { system: `S-${name}` } };
      writeFileSync(
        join(dir, "bundle.json"),
        JSON.stringify({ schema: "slipway/evidence@1", node, collectedAt, expect, probes: { virt: record() } }),
      );
      writeFileSync(join(dir, "virt.out"), virt);
      return dir;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** How a probe ran that ended well. */
export const record = (): Readonly<Record<string, unknown>> => ({
  argv: ["systemd-detect-virt"],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  startedAt: "2026-01-01T00:00:00Z",
  durationMs: 1,
});

/** A fail where the text of `virt` holds this word. */
export const failsOn = (word: string): string =>
  `return (read("virt") ?? "").includes(${JSON.stringify(word)}) ? [finding("virt-unexpected", "fail")] : [];`;

function checkText(id: string, version: string, judge: string, probes: readonly string[]): string {
  return `
const format = { mayBeEmpty: true, parse: ({ stdout }) => stdout };
export default {
  kind: "check", id: ${JSON.stringify(id)}, version: ${JSON.stringify(version)}, title: "planted", sections: {}, codes: {}, needs: () => [],
  probes: ${JSON.stringify(probes)}.map((id) => ({ probe: { id, title: id, commands: () => [] }, why: "planted" })),
  judge(evidence, expected) {
    const scope = { kind: "node", id: evidence.node.name };
    const at = [{ probe: "virt", line: 1 }];
    const finding = (code, verdict, message = code) => ({ code, verdict, cause: "platform", scope, message, evidence: at });
    const missing = [];
    const read = (probe) => {
      const reading = evidence.read(probe, format);
      if (reading.usable) return reading.value;
      missing.push(finding(reading.absent ? "evidence-missing" : "evidence-unusable", "inconclusive", probe));
      return undefined;
    };
    const found = ((read, finding, evidence) => { ${judge} })(read, finding, evidence);
    return [...found, ...missing];
  },
};
`;
}

const side = (label: string, checks: Side["checks"], more: Partial<Side> = {}): Side => ({
  label,
  checks,
  expectations: [],
  whole: null,
  lanes: [],
  ...more,
});

/** A changed check, with others that both sides have. */
export const changedCheck = (
  id: string,
  before: CheckFile | undefined,
  after: CheckFile,
  others: Side["checks"] = {},
): Change => ({
  kind: "check",
  name: id,
  before: side("before", before === undefined ? others : { ...others, [id]: before }),
  after: side("after", { ...others, [id]: after }),
  made: [],
});

export const sideOf = side;

export const question = (change: Change, folder: string | null, more: Partial<Question> = {}): Question => ({
  change,
  folder,
  asOf: null,
  sinceDays: null,
  by: ["vendor", "sku", "cluster"],
  segments: { c1: "fleet" },
  ...more,
});
