import type { CheckJudgement } from "@slipway/plugin-sdk";
import { decisive, shown, type Clause } from "./clause.ts";
import { judgeExample } from "./example.ts";
import type { Permute } from "./options.ts";
import { dissect } from "./text/text.ts";

/** Orders that every list is put into: reversed, turned by one, and eight drawn by a fixed generator. */
const ORDERS: readonly (() => Permute)[] = [
  () => (items) => items.toReversed(),
  () => (items) => [...items.slice(1), ...items.slice(0, 1)],
  ...Array.from({ length: 8 }, (_, seed) => () => drawn(seed + 1)),
];

/** Permutes by a linear congruential generator (Numerical Recipes), so that a red order is red again. */
function drawn(seed: number): Permute {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
  return (items) =>
    items
      .map((item) => ({ item, rank: next() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
}

/** What stays the same when rows change places: line numbers of evidence need not. */
function essence(judgement: CheckJudgement): string {
  const findings = judgement.findings.map(
    ({ code, verdict, cause, scope }) => `${code} ${verdict} ${cause} ${scope.kind} ${scope.id}`,
  );
  return [judgement.verdict, ...findings.sort()].join(", ");
}

const anyOrder: Clause = {
  rule: "G8",
  title: "answers the same whatever the order of rows that carry their own id",
  *faults({ check, examples, options }) {
    for (const [probe, reorder] of Object.entries(options.shuffle ?? {})) {
      let changed = false;
      for (const example of examples) {
        const text = example.out[probe];
        if (text === undefined) continue;
        const before = essence(judgeExample(check, example));
        for (const order of ORDERS) {
          const shuffled = reorder(text, order(), example);
          changed ||= shuffled !== text;
          const after = essence(judgeExample(check, example, { out: { [probe]: shuffled } }));
          if (after === before) continue;
          yield `${example.name} answers "${after}" instead of "${before}" when rows of ${probe} change places`;
          break;
        }
      }
      if (!changed) yield `shuffle of ${probe} changes the text of no example`;
    }
  },
};

const rowsAreShuffled: Clause = {
  rule: "G8",
  title: "brings `shuffle` for each probe of several rows",
  *faults(subject) {
    const told = new Set(Object.keys(subject.options.shuffle ?? {}));
    for (const { example, probe, text } of decisive(subject)) {
      const { rows } = dissect(text);
      if (rows === undefined || told.has(probe)) continue;
      told.add(probe);
      yield `${probe} has several rows in ${example.name} (${shown(rows, 160)}): bring shuffle for ${probe}`;
    }
  },
};

/** Rows carry their own id; their order is no evidence. */
export const order: readonly Clause[] = [anyOrder, rowsAreShuffled];
