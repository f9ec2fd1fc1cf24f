import { isUtf8 } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Expectations, NodeIdentity } from "@slipway/domain";
import {
  createEvidence,
  runCheck,
  type Check,
  type CheckJudgement,
  type Evidence,
  type ProbeCapture,
} from "@slipway/plugin-sdk";
import type { ProbeText } from "./disagreements.ts";
import { ExpectedAnswer } from "./expected.ts";

/** An example bundle in memory, so that a contract test can damage it. */
export interface Example {
  readonly name: string;
  readonly dir: string;
  readonly node: NodeIdentity;
  readonly expect: Expectations;
  readonly records: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** stdout by probe; absent where the probe left no file. */
  readonly out: Readonly<Record<string, string>>;
  readonly err: Readonly<Record<string, string>>;
  /** Probes whose stdout holds bytes that are no UTF-8. */
  readonly damagedBytes: readonly string[];
  readonly expected: ExpectedAnswer;
}

/** An evidence bundle in memory, without the answer that is expected. */
export type BundleInMemory = Omit<Example, "expected">;

/** Reads `examples/<verdict>-<what>/` beside the plugin's `src`. */
export function readExamples(testModuleUrl: string): Example[] {
  const folder = fileURLToPath(new URL("../examples/", testModuleUrl));
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const dir = join(folder, name);
      const expected = ExpectedAnswer.parse(JSON.parse(readFileSync(join(dir, "expected.json"), "utf8")));
      return { ...readBundle(dir), expected };
    });
}

/** Reads the bundle in a folder. */
export function readBundle(dir: string): BundleInMemory {
  const manifest = JSON.parse(readFileSync(join(dir, "bundle.json"), "utf8")) as {
    node: NodeIdentity;
    expect?: Expectations;
    probes: Example["records"];
  };
  const files = (ending: string): Map<string, Buffer> =>
    new Map(
      Object.keys(manifest.probes)
        .filter((probe) => existsSync(join(dir, probe + ending)))
        .map((probe) => [probe, readFileSync(join(dir, probe + ending))]),
    );
  const texts = (bytes: ReadonlyMap<string, Buffer>): Record<string, string> =>
    Object.fromEntries([...bytes].map(([probe, content]) => [probe, content.toString("utf8")]));
  const out = files(".out");
  return {
    name: basename(dir),
    dir,
    node: manifest.node,
    expect: manifest.expect ?? {},
    records: manifest.probes,
    out: texts(out),
    err: texts(files(".err")),
    damagedBytes: [...out].filter(([, content]) => !isUtf8(content)).map(([probe]) => probe),
  };
}

/** The files of an example, for a comparison that looks whether a line exists. */
export function textOf(example: Example): ProbeText {
  return (probe, stream) => (stream === "out" ? example.out : example.err)[probe];
}

/** Changes to an example's evidence: stdout replaced (undefined = no file), records changed, probes gone. */
export interface Damage {
  readonly out?: Readonly<Record<string, string | undefined>>;
  readonly record?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly without?: readonly string[];
  readonly damagedBytes?: readonly string[];
}

export function evidenceFrom(example: Example, damage: Damage = {}): Evidence {
  const captures = Object.entries(example.records)
    .filter(([probe]) => damage.without?.includes(probe) !== true)
    .map(([probe, record]): [string, ProbeCapture] => [
      probe,
      {
        record: { ...record, ...damage.record?.[probe] },
        stdout: damage.out !== undefined && probe in damage.out ? damage.out[probe] : example.out[probe],
        stderr: example.err[probe],
        stdoutDamaged: example.damagedBytes.includes(probe) || damage.damagedBytes?.includes(probe) === true,
      },
    ]);
  return createEvidence(example.node, new Map(captures));
}

export function judgeExample(check: Check, example: Example, damage: Damage = {}): CheckJudgement {
  return runCheck(check, evidenceFrom(example, damage), example.expect);
}
