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
export const LAW: Readonly<Record<string, Layer>> = {
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
  fleet: { uses: ["domain", "plugin-sdk", "evidence", "policy", "reconciler", "store"], tests: ["testkit"] },
  nodes: { uses: ["domain", "plugin-sdk", "evidence", "collect", "policy", "reconciler", "records", "store"] },
  proposals: {
    uses: ["domain", "plugin-sdk", "evidence", "fleet", "nodes", "policy", "reconciler", "signing", "store"],
  },
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
  queries: { uses: ["domain", "plugin-sdk", "policy", "reconciler", "records", "stats", "store", "fleet"] },
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
