/** What a pure judgement may not touch, by the name it has in the global scope. */
const IMPURE = [
  "Date",
  "performance",
  "crypto",
  "process",
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
 * Runs `work` with clock, randomness, environment, timers and network trapped.
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
  } finally {
    Math.random = random;
    for (const [name, descriptor] of saved) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
  return [...touched];
}
