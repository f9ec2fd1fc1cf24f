import {
  atLine,
  expandRails,
  nodeScope,
  unusableFinding,
  type Evidence,
  type Expected,
  type IbExpectations,
  type ProbeOutput,
} from "@slipway/plugin-sdk";
import { finding, type Found } from "./codes.ts";
import { ibCountersFormat, isAtEnd, type Reading, type Readings } from "./parse.ts";

/** Rules E1-E4: exactly the counters that `ib.errors` names are judged, on each port of `ib.rails`. */
export function judge(evidence: Evidence, { ib }: Expected<{ ib: typeof IbExpectations }>): Found[] {
  const { rails, errors } = ib ?? {};
  if (rails === undefined || errors === undefined) return [];
  const counters = evidence.read("ib-counters", ibCountersFormat);
  if (!counters.usable) return [unusableFinding(counters, nodeScope(evidence))];
  return expandRails(rails).flatMap((rail) => {
    const id = `${rail.device}/${String(rail.port)}`;
    return judgePort(id, counters.value.get(id) ?? new Map<string, Readings>(), errors, counters.output);
  });
}

function judgePort(
  id: string,
  files: ReadonlyMap<string, Readings>,
  errors: Readonly<Record<string, number>>,
  output: ProbeOutput,
): Found[] {
  const scope = { kind: "port", id } as const;
  const unread: string[] = [];
  const findings = Object.entries(errors).flatMap(([name, most]) => {
    const paths = [`counters/${name}`, `hw_counters/${name}`];
    const found = paths.flatMap((file) => {
      const readings = files.get(file);
      return readings === undefined ? [] : judgeCounter({ scope, name, file, most, output }, readings);
    });
    if (!paths.some((file) => files.has(file))) unread.push(name);
    return found;
  });
  if (unread.length === 0) return findings;
  const missing = finding("counter-unread", {
    scope,
    message: `Not read of ${id}: ${unread.join(", ")}.`,
    expected: unread.join(", "),
  });
  return [missing, ...findings];
}

/** One counter of one port, and the most that it may rise an hour. */
interface Counter {
  readonly scope: { readonly kind: "port"; readonly id: string };
  readonly name: string;
  readonly file: string;
  readonly most: number;
  readonly output: ProbeOutput;
}

function judgeCounter({ scope, name, file, most, output }: Counter, { first, second }: Readings): Found[] {
  const of = `${name} of ${scope.id}`;
  const evidence = [first, second].flatMap((one) => (one === undefined ? [] : [atLine(output, one.line.number)]));
  const expected = `at most ${String(most)} an hour`;
  const unreadable = [first, second].find((one) => one !== undefined && one.value === undefined);
  if (unreadable !== undefined)
    return [
      finding("counter-unread", {
        scope,
        message: `A reading of ${of} is no number, or contradicts itself.`,
        observed: unreadable.text,
        evidence,
      }),
    ];
  const rise = riseOf(first, second);
  if (typeof rise === "string") return [finding("readings-unusable", { scope, message: `${of}: ${rise}.`, evidence })];

  const { by, ms, end } = rise;
  // Whole numbers on both sides: a rate at the maximum is not above it.
  const above = Number(by) * 3_600_000 > most * ms;
  const observed = `${String(by)} in ${String(ms / 1000)} s`;
  if (by === 1n && most > 0)
    return [
      finding("rate-unproven", {
        scope,
        message: `${of} rose by one: a single event proves no rate.`,
        expected,
        observed,
        evidence,
      }),
    ];
  if (above)
    return [
      finding("counter-rising", {
        scope,
        message: `${of} rose by ${observed}, which is ${String(Math.round((Number(by) * 3_600_000) / ms))} an hour.`,
        expected,
        observed,
        evidence,
      }),
    ];
  if (isAtEnd(file, end))
    return [
      finding("counter-at-end", {
        scope,
        message: `${of} stands at ${String(end)}, the end of its width, and counts no further.`,
        expected,
        observed: String(end),
        evidence,
      }),
    ];
  return [];
}

/** What a counter rose by, in which time and to what value; the reason where the readings do not say (rule E3). */
function riseOf(
  first: Reading | undefined,
  second: Reading | undefined,
): { readonly by: bigint; readonly ms: number; readonly end: bigint } | string {
  if (first?.value === undefined || second?.value === undefined) return "there is one reading alone";
  if (second.value < first.value) return `the value fell from ${first.text} to ${second.text}`;
  const ms = second.uptimeMs - first.uptimeMs;
  if (ms <= 0) return "the node's uptime did not rise between the readings";
  return { by: second.value - first.value, ms, end: second.value };
}
