import fc from "fast-check";
import { decisive, passes, shown, type Clause } from "./clause.ts";
import { judgeExample } from "./example.ts";

const FOREIGN = [
  "",
  "\n",
  "{}\n",
  "[]\n",
  "null\n",
  '"READY"\n',
  "<html><body>502 Bad Gateway</body></html>\n",
  "bash: command not found\n",
  "\u0000\u0000\u0000",
  `${"[".repeat(30_000)}\n`,
  `${"<a>".repeat(30_000)}\n`,
  `${"x".repeat(300_000)}\n`,
] as const;

const foreign: Clause = {
  rule: "G3",
  title: "refuses foreign shapes",
  *faults(subject) {
    for (const { example, probe, text } of decisive(subject)) {
      const others = Object.keys(example.records)
        .filter((other) => other !== probe)
        .map((other) => example.out[other] ?? "");
      for (const other of [...FOREIGN, ...others]) {
        if (other !== text && passes(subject, example, { out: { [probe]: other } }))
          yield `${example.name} still passes when ${probe} prints ${JSON.stringify(shown(other, 40))}`;
      }
    }
  },
};

const HALVES = { first: 0xd800, count: 0x800 } as const;

/** Any character but half of a pair. The same as fast-check's `binary`, which first lists all 1.1 million of them. */
const character = fc.integer({ min: 0, max: 0x10ffff - HALVES.count }).map(
  (index) => String.fromCodePoint(index < HALVES.first ? index : index + HALVES.count),
  (text) => {
    const point = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== text) throw new TypeError("this is no character");
    return point < HALVES.first ? point : point - HALVES.count;
  },
);

const damaged: Clause = {
  rule: "G10",
  title: "never throws and never crashes on damaged text",
  *faults({ check, examples }) {
    const cases = examples.flatMap((example) =>
      Object.keys(example.records)
        .filter((probe) => (example.out[probe] ?? "") !== "")
        .map((probe) => ({ example, probe, text: example.out[probe] ?? "" })),
    );
    if (cases.length === 0) return;
    const damage = fc.record({
      chosen: fc.constantFrom(...cases),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(200),
      insert: fc.oneof(
        fc.string({ unit: character, maxLength: 60 }),
        fc.constantFrom("\uFFFD", "\u0000", "null", "{", "</gpu>", "-1", "NaN", "1e999", "\n\n", "[[[["),
      ),
      badBytes: fc.boolean(),
    });
    const found = fc.check(
      fc.property(damage, ({ chosen: { example, probe, text }, at, length, insert, badBytes }) => {
        const start = Math.floor(text.length * at);
        const { findings } = judgeExample(check, example, {
          out: { [probe]: text.slice(0, start) + insert + text.slice(start + length) },
          damagedBytes: badBytes ? [probe] : [],
        });
        const crash = findings.find((finding) => finding.code === "check-crashed");
        if (crash !== undefined) throw new Error(`${example.name}, ${probe} damaged: ${crash.message}`);
      }),
      { numRuns: 300 },
    );
    if (!found.failed) return;
    const [{ at, length, insert } = { at: 0, length: 0, insert: "" }] = found.counterexample ?? [];
    const where = `${String(length)} characters at ${String(at)} of the text replaced by ${JSON.stringify(insert)}`;
    yield `${String(found.errorInstance)} (${where}, seed ${String(found.seed)})`;
  },
};

/** What was not written by the tool that a probe names. */
export const foreignText: readonly Clause[] = [foreign, damaged];
