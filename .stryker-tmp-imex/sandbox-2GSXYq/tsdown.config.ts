import { readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

// The one build config, run by each package in its own folder. It builds the source that `exports`
// names into a dist/ of the same shape, which is what `publishConfig.exports` puts in its place.
const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, string> };
const sources = Object.values(exports).filter((path) => path.endsWith(".ts"));

export default defineConfig({
  cwd: process.cwd(),
  entry: Object.fromEntries(sources.map((path) => [path.slice("./src/".length, -".ts".length), path])),
  format: "esm",
  // `type` is module: .js and .d.ts, not .mjs and .d.mts.
  fixedExtension: false,
  hash: false,
  dts: true,
  failOnWarn: true,
  logLevel: "warn",
});
