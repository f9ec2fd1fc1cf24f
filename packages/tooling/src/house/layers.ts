import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, posix } from "node:path";
import { LAW } from "../layer-law.ts";
import { folderCircles } from "./circles.ts";
import { importSites } from "../source-text.ts";
import { isTest, readWorkspace, sourceFiles, type WorkspacePackage } from "../workspace.ts";

/** A place where the law is broken. */
export interface Violation {
  readonly kind: "name" | "layer" | "escape" | "undeclared" | "circle";
  /** File, with its line where there is one, from the root. */
  readonly where: string;
  readonly message: string;
}

function layerOf(unit: WorkspacePackage): string {
  const [area = "", name = ""] = unit.dir.split("/");
  return area === "apps" ? area : name;
}

function properName(unit: WorkspacePackage): string {
  const [area = "", name = "", id = ""] = unit.dir.split("/");
  return area === "plugins" ? `@slipway/${name.replace(/s$/, "")}-${id}` : `@slipway/${name}`;
}

/** Every violation of the layer law in a workspace: by names and dependencies, by the imports of its source, and by circles of folders. */
export function layerViolations(root: string, only?: readonly string[]): Violation[] {
  const packages = readWorkspace(root);
  const layers = new Map(packages.map((unit) => [unit.manifest.name, layerOf(unit)]));
  return packages
    .filter((unit) => only === undefined || only.includes(unit.dir))
    .flatMap((unit) => [
      ...dependencyViolations(unit, layers),
      ...importViolations(root, unit),
      ...folderCircles(root, unit).map((circle): Violation => ({ kind: "circle", ...circle })),
    ]);
}

function dependencyViolations(unit: WorkspacePackage, layers: ReadonlyMap<string, string>): Violation[] {
  const { dependencies, peerDependencies, devDependencies, name } = unit.manifest;
  const where = `${unit.dir}/package.json`;
  const violations: Violation[] = [];
  if (name !== properName(unit))
    violations.push({ kind: "name", where, message: `is named ${name}; its folder makes it ${properName(unit)}` });
  const layer = layerOf(unit);
  const law = LAW[layer];
  if (law === undefined)
    return [
      ...violations,
      { kind: "layer", where, message: `the layer law does not know ${layer}: add it to layer-law.ts` },
    ];
  const external = law.external;
  const judge = (
    dependency: string,
    uses: readonly string[],
    from: string,
    outside: readonly string[] | undefined,
  ): void => {
    const target = layers.get(dependency);
    if (target === undefined && !dependency.startsWith("@slipway/")) {
      if (outside !== undefined && !outside.includes(dependency))
        violations.push({
          kind: "layer",
          where,
          message: `${name} → ${dependency}: ${from} of ${layer} may use only ${outside.join(", ")} from outside`,
        });
    } else if (target === undefined || !uses.includes(target)) {
      violations.push({
        kind: "layer",
        where,
        message: `${name} → ${dependency}: ${from} of ${layer} may use ${uses.join(", ") || "no package of the house"}`,
      });
    }
  };
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies }))
    judge(dependency, law.uses, "source", external);
  for (const dependency of Object.keys(devDependencies))
    judge(dependency, [...law.uses, ...(law.tests ?? [])], "tests", undefined);
  return violations;
}

function importViolations(root: string, unit: WorkspacePackage): Violation[] {
  const { name, dependencies, peerDependencies, devDependencies } = unit.manifest;
  const source = new Set([name, ...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const tests = new Set([...source, ...Object.keys(devDependencies)]);
  const violations: Violation[] = [];
  for (const file of sourceFiles(root, unit.dir)) {
    for (const { specifier, line } of importSites(readFileSync(join(root, file), "utf8"))) {
      const where = `${file}:${String(line)}`;
      if (specifier.startsWith(".") || specifier.startsWith("/")) {
        const target = posix.join(dirname(file), specifier);
        if (specifier.startsWith("/") || !target.startsWith(`${unit.dir}/`))
          violations.push({ kind: "escape", where, message: `${specifier} leaves the package` });
        continue;
      }
      const wanted = packageOf(specifier);
      if (isBuiltin(specifier) || (isTest(file) ? tests : source).has(wanted)) continue;
      const hint = tests.has(wanted) ? "is a devDependency, and this is no test" : "is not among the dependencies";
      violations.push({ kind: "undeclared", where, message: `${wanted} ${hint} of ${name}` });
    }
  }
  return violations;
}

/** `@scope/name/sub` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
