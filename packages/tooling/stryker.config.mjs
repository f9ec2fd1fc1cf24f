// Mutation testing of one check by its own tests; `slipway mutate <id>` sets SLIPWAY_MUTATE.
import { readdirSync } from "node:fs";
import { join } from "node:path";

const id = process.env.SLIPWAY_MUTATE;
const others = readdirSync("plugins/checks").filter((name) => name !== id);

export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // codes.ts holds prose alone: its tables are generated into the README and compared there. errors.ts is a table of
  // facts that its own test holds by a digest: a mutant of it would run every test for a word of one row.
  mutate: [
    `plugins/checks/${id}/src/**/*.ts`,
    `!plugins/checks/${id}/src/**/*.test.ts`,
    `!plugins/checks/${id}/src/codes.ts`,
    `!plugins/checks/${id}/src/errors.ts`,
  ],
  // By its place in the repository, for the sandbox has no packages/.
  vitest: { related: false, configFile: join(import.meta.dirname, "src/mutation-config.ts") },
  // Workspace packages are reached through the links in node_modules; the sandbox needs the one plugin.
  ignorePatterns: [
    "/.tools",
    "/.turbo",
    "/apps",
    "/bench",
    "/docs",
    "/fleet",
    "/packages",
    ...others.map((name) => `/plugins/checks/${name}`),
  ],
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: `reports/mutation/${id}.json` },
  disableTypeChecks: false,
  concurrency: 2,
  timeoutMS: 20_000,
  tempDirName: `.stryker-tmp/${id}`,
  checkers: [],
  warnings: false,
};
