// Vitest for mutation runs: the root's, without the two kinds of tests that take most of a check's time.
import { join } from "node:path";
import { mergeConfig } from "vitest/config";
import root from "../../vitest.config.ts";

export default mergeConfig(root, { test: { setupFiles: [join(import.meta.dirname, "src/mutation-setup.ts")] } });
