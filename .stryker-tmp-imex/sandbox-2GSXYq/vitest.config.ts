import { defineConfig } from "vitest/config";

// One root config: tests stand beside the source they guard, in every workspace package.
export default defineConfig({
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "plugins/*/*/src/**/*.test.ts", "apps/*/{src,test}/**/*.test.ts", "bench/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
