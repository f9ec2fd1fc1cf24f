import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReleaseDocument } from "@slipway/domain";
import { judgeNode, readBundle, type Checks } from "@slipway/evidence";
import { bundleName, differences } from "../evidence/export-bundle.ts";

/**
 * Hashes the evidence of every pass of a release, and judges it by other builds of its checks.
 *
 * @param folder bundles of its passes, as `exportBundle` writes them
 * @returns what does not agree, one sentence each
 * @throws SlipwayError of kind `input` for a bundle that cannot be read, or a check that is not there
 */
export function judgedAgain(document: ReleaseDocument, folder: string, checks: Checks): readonly string[] {
  const bundles = new Map(
    globSync("*/bundle.json", { cwd: folder }).map((file) => [dirname(file), join(folder, dirname(file))]),
  );
  return document.passes.flatMap((pass) => {
    const name = bundleName({ ...pass, node: document.node, validation: document.validation ?? 0 });
    const dir = bundles.get(name);
    if (dir === undefined) return [`${name}: its evidence is not in ${folder}`];
    const wrong = differences(pass.evidence, (probe) => {
      try {
        return readFileSync(join(dir, probe));
      } catch {
        return undefined;
      }
    });
    if (wrong.length > 0) return wrong.map((problem) => `${name}: ${problem}`);
    const { evidence, expect } = readBundle(dir);
    const { checks: judged } = judgeNode(evidence, expect ?? {}, checks, Object.keys(pass.checks));
    return judged
      .filter(({ check, verdict }) => pass.checks[check] !== verdict)
      .map(
        ({ check, version, verdict }) =>
          `${name}: ${check} ${version} says ${verdict} now, and said ${pass.checks[check] ?? "nothing"} ` +
          `as ${pass.judged_by.checks[check]?.version ?? "?"}`,
      );
  });
}
