import { beforeEach } from "vitest";

/**
 * Tests of hundreds of random texts, or of megabytes: they would run once for nearly every mutant. A score without them
 * is never higher.
 */
const LONG = /damaged text|several 100 kB/;

beforeEach(({ task, skip }) => {
  if (LONG.test(task.name)) skip("it is too long for a mutation run");
});
