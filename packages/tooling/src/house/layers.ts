import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, posix } from "node:path";
import { importSites } from "../source-text.ts";
import { isTest, readWorkspace, sourceFiles, type WorkspacePackage } from "../workspace.ts";

/** What a layer may depend on. */
interface Layer {
  /** Layers its source may use. */
  readonly uses: readonly string[];
  /** Layers its tests may use besides. */
  readonly tests?: readonly string[];
  /** The only packages from outside that its source may use; any when absent. */
  readonly external?: readonly string[];
}

const belowApps = [
  "domain",
  "plugin-sdk",
  "evidence",
  "collect",
  "fleet",
  "signing",
  "nodes",
  "proposals",
  "runner",
  "catalog",
  "store",
  "policy",
  "stats",
  "records",
  "reconciler",
  "queries",
  "backtest",
  "agent",
];
/** A suite of the house: it may use everything that an app may, and what tests use. */
const suite = [...belowApps, "testkit", "synth", "simulation"];

/**
 * The layer law. A package is a layer by its own name, a plugin is of the layer of its kind (`checks`,
 * `vendors`, `steps`; a check judges with what the SDK gives it, so that its verdict hangs on nothing else) and
 * an app of the layer `apps`. What is not written here is not allowed: no plugin reaches another plugin, the
 * runner reaches no plugin, and an app reaches plugins through the catalog alone.
 */
const LAW: Readonly<Record<string, Layer>> = {
  domain: { uses: [], external: ["zod"] },
  "plugin-sdk": { uses: ["domain"], external: ["saxes", "zod"] },
  synth: { uses: [], external: [] },
  checks: { uses: ["plugin-sdk"], tests: ["testkit"], external: ["zod"] },
  steps: { uses: ["plugin-sdk"], tests: ["testkit"], external: ["zod"] },
  vendors: { uses: ["plugin-sdk", "synth"], tests: ["testkit"] },
  evidence: { uses: ["domain", "plugin-sdk"] },
  testkit: { uses: ["domain", "plugin-sdk", "evidence"] },
  catalog: { uses: ["plugin-sdk", "checks", "vendors", "steps"] },
  policy: { uses: ["domain", "plugin-sdk"] },
  store: { uses: ["domain", "plugin-sdk"] },
  stats: { uses: ["domain"], external: ["@stdlib/stats-base-dists-beta-quantile"] },
  records: { uses: ["domain", "plugin-sdk", "stats", "store"] },
  reconciler: { uses: ["domain", "plugin-sdk", "store"] },
  signing: { uses: ["domain", "plugin-sdk"] },
  collect: { uses: ["domain", "plugin-sdk", "evidence"], tests: ["testkit"] },
  fleet: { uses: ["domain", "plugin-sdk", "evidence", "policy", "store"], tests: ["testkit"] },
  nodes: { uses: ["domain", "plugin-sdk", "evidence", "collect", "policy", "reconciler", "records", "store"] },
  proposals: { uses: ["domain", "plugin-sdk", "evidence", "fleet", "nodes", "policy", "signing", "store"] },
  runner: {
    uses: [
      "domain",
      "plugin-sdk",
      "evidence",
      "policy",
      "reconciler",
      "records",
      "store",
      "collect",
      "fleet",
      "nodes",
      "signing",
    ],
    tests: ["testkit"],
  },
  queries: { uses: ["domain", "plugin-sdk", "policy", "records", "stats", "store", "fleet"] },
  backtest: { uses: ["domain", "plugin-sdk", "evidence", "policy", "stats", "store"], tests: ["testkit", "synth"] },
  simulation: { uses: suite },
  tooling: { uses: ["domain", "plugin-sdk", "evidence", "queries", "synth", "testkit", "catalog"] },
  apps: { uses: [...belowApps, "apps"], tests: ["testkit", "synth"] },
};

/** Suites of the house are above everything, and are left out of pictures of it. */
const SUITES: readonly string[] = ["synth", "testkit", "simulation", "tooling"];

/** The law as a picture shows it: what each layer of the product uses. */
export const layerUses = (): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(LAW)
      .filter(([layer]) => !SUITES.includes(layer))
      .map(([layer, { uses }]) => [
        layer,
        uses.filter((used) => used in LAW && used !== layer && !SUITES.includes(used)),
      ]),
  );

/** A place where the law is broken. */
export interface Violation {
  readonly kind: "name" | "layer" | "escape" | "undeclared";
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

/** Every violation of the layer law in a workspace: by names and dependencies, then by the imports of its source. */
export function layerViolations(root: string, only?: readonly string[]): Violation[] {
  const packages = readWorkspace(root);
  const layers = new Map(packages.map((unit) => [unit.manifest.name, layerOf(unit)]));
  return packages
    .filter((unit) => only === undefined || only.includes(unit.dir))
    .flatMap((unit) => [...dependencyViolations(unit, layers), ...importViolations(root, unit)]);
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
      { kind: "layer", where, message: `the layer law does not know ${layer}: add it to house/layers.ts` },
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
