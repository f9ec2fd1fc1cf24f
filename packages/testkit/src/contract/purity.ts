import { prepareExpectations } from "@slipway/plugin-sdk";
import type { Clause } from "./clause.ts";
import { evidenceFrom, judgeExample } from "./example.ts";

/** What a pure judgement may not touch, by the name it has in the global scope. */
const IMPURE = [
  "Date",
  "performance",
  "crypto",
  "process",
  "console",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "navigator",
  "WebSocket",
  "XMLHttpRequest",
] as const;

/**
 * Runs `work` with clock, randomness, environment, timers and network trapped. What `work` throws
 * after it touched one of them is an outcome of the trap, and is not thrown on.
 *
 * @returns the names of what was touched
 */
export function trapImpurity(work: () => void): string[] {
  const touched = new Set<string>();
  const saved = IMPURE.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  const random = Math.random;
  for (const name of IMPURE) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => {
        touched.add(name);
        return undefined;
      },
    });
  }
  Math.random = () => {
    touched.add("Math.random");
    return 0.5;
  };
  try {
    work();
  } catch (error) {
    if (touched.size === 0) throw error;
  } finally {
    Math.random = random;
    for (const [name, descriptor] of saved) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
  return [...touched];
}

/** The same evidence and expectations give the same findings, whenever and wherever. */
export const purity: Clause = {
  rule: "law 2",
  title: "is pure: no clock, randomness, environment or I/O, and the same answer again",
  *faults({ check, examples }) {
    for (const example of examples) {
      const before = JSON.stringify(judgeExample(check, example));
      const evidence = evidenceFrom(example);
      const { expected } = prepareExpectations(check, example.node.name, example.expect);
      const touched = {
        judge: trapImpurity(() => void check.judge(evidence, expected)),
        judgeRack: trapImpurity(() => void check.judgeRack?.([{ evidence, expected }])),
      };
      for (const [judge, names] of Object.entries(touched))
        if (names.length > 0) yield `${judge} touched ${names.join(", ")} on ${example.name}`;
      for (const other of examples.slice(0, 3)) judgeExample(check, other);
      if (JSON.stringify(judgeExample(check, example)) !== before)
        yield `judge answers ${example.name} otherwise the second time`;
    }
  },
};
