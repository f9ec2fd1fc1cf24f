import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification } from "vitest/node";

/** Names what was skipped, with the reason that its suite gives, so that nothing is left out unseen. */
const skippedByName: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const skipped = new Map<string, number>();
    for (const testModule of modules) {
      for (const test of testModule.children.allTests("skipped")) {
        const suite = test.parent.type === "suite" ? test.parent.fullName : "";
        const name = `${testModule.relativeModuleId}: ${suite.includes("(") ? suite : test.fullName}`;
        skipped.set(name, (skipped.get(name) ?? 0) + 1);
      }
    }
    for (const [name, count] of skipped) process.stdout.write(`skipped ${String(count)}  ${name}\n`);
  },
};

/** Tests of whole packages, which take longest, before those of parts: what is begun last is waited for alone. */
class WholeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWhole = ({ moduleId }: TestSpecification): boolean => moduleId.includes("/test/");
    return [...sorted.filter(isWhole), ...sorted.filter((file) => !isWhole(file))];
  }
}

// One root config: tests stand beside the source they guard, in every workspace package.
export default defineConfig({
  test: {
    include: [
      "packages/*/{src,test}/**/*.test.ts",
      "plugins/*/*/src/**/*.test.ts",
      "apps/*/{src,test}/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    testTimeout: 20_000,
    // Test files share a worker and the modules that it has loaded, for loading them anew takes longer than most tests:
    // a test puts back what it changes of the process, and mocks no module.
    isolate: false,
    // One more than there are cores: many tests wait for a server, a process or another host.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: WholeFirst },
    reporters: ["default", skippedByName],
  },
});
