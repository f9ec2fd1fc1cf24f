import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Vitest's configuration of mutation runs: the tests of plugins, without those that take most of a check's time. */
export default defineConfig({
  test: {
    include: ["plugins/*/*/src/**/*.test.ts"],
    testTimeout: 20_000,
    isolate: false,
    setupFiles: [join(import.meta.dirname, "mutation-setup.ts")],
  },
});
