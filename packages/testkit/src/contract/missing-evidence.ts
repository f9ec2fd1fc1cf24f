import { decisive, isNamed, passes, passing, shown, type Clause } from "./clause.ts";
import { dissect } from "./text/text.ts";

/** Records of a run that make a probe unusable as a whole. */
const BAD_RECORDS: readonly Readonly<Record<string, unknown>>[] = [
  { timedOut: true },
  { signal: "SIGKILL" },
  { startError: "not-found" },
  { exitCode: null },
  { exitCode: "0" },
  { exitCode: 0.5 },
  { truncated: true },
];

const withoutProbe: Clause = {
  rule: "G3",
  title: "never passes without a probe it reads, or with one that did not run well",
  *faults(subject) {
    const probes = decisive(subject);
    for (const example of passing(subject)) {
      if (!probes.some((one) => one.example === example)) yield `${example.name} needs no probe to pass`;
      if (passes(subject, example, { without: Object.keys(example.records) }))
        yield `${example.name} still passes without any evidence`;
    }
    for (const { example, probe, text } of probes) {
      for (const record of BAD_RECORDS) {
        if (passes(subject, example, { record: { [probe]: record } }))
          yield `${example.name} still passes when the run of ${probe} has ${JSON.stringify(record)}`;
      }
      if (passes(subject, example, { out: { [probe]: undefined } }))
        yield `${example.name} still passes when ${probe} left no output file`;
      if (passes(subject, example, { out: { [probe]: `${text}\u0000` } }))
        yield `${example.name} still passes when ${probe} ends in a NUL byte`;
    }
  },
};

const withoutPiece: Clause = {
  rule: "G1",
  title: "never passes with a line, field, row or element taken out, but for those named spare",
  *faults(subject) {
    for (const one of decisive(subject)) {
      const { example, probe } = one;
      for (const { place, text } of dissect(one.text).withoutPiece) {
        const spare = isNamed(subject.options.spare, one, place);
        const passed = passes(subject, example, { out: { [probe]: text } });
        if (passed && !spare) yield `${example.name} still passes without ${shown(place)} of ${probe}`;
        if (!passed && spare)
          yield `${example.name} no longer passes without ${shown(place)} of ${probe}, which is named spare`;
      }
    }
  },
};

const withoutPart: Clause = {
  rule: "G1",
  title: "never passes with a whole part taken out: all that names one device, GPU, member, port or field",
  *faults(subject) {
    for (const one of decisive(subject)) {
      const { example, probe } = one;
      for (const { part, places, text } of dissect(one.text).withoutPart) {
        if (places.every((place) => isNamed(subject.options.spare, one, place))) continue;
        if (passes(subject, example, { out: { [probe]: text } }))
          yield `${example.name} still passes without ${shown(part)} of ${probe} (${String(places.length)} places)`;
      }
    }
  },
};

const contradicted: Clause = {
  rule: "G1",
  title: "never passes when a line or field is there a second time with another value, but for those that may repeat",
  *faults(subject) {
    const { spare, repeats } = subject.options;
    for (const one of decisive(subject)) {
      const { example, probe } = one;
      const free = new Map<string, boolean>();
      for (const { place, text } of dissect(one.text).contradicted) {
        if (isNamed(spare, one, place)) continue;
        const passed = passes(subject, example, { out: { [probe]: text } });
        const mayRepeat = isNamed(repeats, one, place);
        free.set(place, passed || (free.get(place) ?? false));
        if (passed && !mayRepeat)
          yield `${example.name} still passes when ${probe} says ${shown(place)} again with another value`;
      }
      for (const [place, passed] of free) {
        if (!passed && isNamed(repeats, one, place))
          yield (
            `${example.name} does not pass when ${probe} says ${shown(place)} again with another value, ` +
            "which is named as one that may repeat"
          );
      }
    }
  },
};

const cut: Clause = {
  rule: "G3",
  title: "never passes with text that was cut",
  *faults(subject) {
    for (const one of decisive(subject)) {
      const { example, probe, text } = one;
      for (let part = 0; part < 64; part += 1) {
        const kept = text.slice(0, Math.floor((text.length * part) / 64));
        const lost = text.slice(kept.length);
        // A cut inside a spare line whose beginning tells that it is spare loses nothing either.
        const begun = kept.slice(kept.lastIndexOf("\n") + 1);
        const lines = `${begun}\n${begun}${lost}`.split("\n");
        const harmless = lines.every((line) => line === "" || isNamed(subject.options.spare, one, line));
        if (lost.trim() !== "" && !harmless && passes(subject, example, { out: { [probe]: kept } }))
          yield `${example.name} still passes when ${probe} is cut after ${String(kept.length)} of ${String(text.length)} characters`;
      }
    }
  },
};

const patternsMatch: Clause = {
  rule: "G1",
  title: "excuses nothing that is not there: each pattern of `spare` and `repeats` matches a place of its example",
  *faults(subject) {
    const probes = decisive(subject);
    for (const option of ["spare", "repeats"] as const) {
      for (const [name, byProbe] of Object.entries(subject.options[option] ?? {})) {
        if (!passing(subject).some((example) => example.name === name)) {
          yield `${option} names ${name}, which is no passing example: its keys are examples, then probes`;
          continue;
        }
        for (const [probe, patterns] of Object.entries(byProbe)) {
          const one = probes.find(({ example, probe: other }) => example.name === name && other === probe);
          const places = one === undefined ? [] : dissect(one.text).withoutPiece.map(({ place }) => place);
          for (const pattern of patterns) {
            if (!places.some((place) => pattern.test(place)))
              yield `${option} of ${name}: ${String(pattern)} matches nothing that its pass needs of ${probe}`;
          }
        }
      }
    }
  },
};

/** What is missing, cut or contradicted is no evidence. */
export const missingEvidence: readonly Clause[] = [
  withoutProbe,
  withoutPiece,
  withoutPart,
  contradicted,
  patternsMatch,
  cut,
];
