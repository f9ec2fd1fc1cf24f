import type { FailingStatus } from "@slipway/queries";
import { printable } from "./printable.ts";

/** What fails and what was parked for it, a line each; nothing where all goes well. */
export function failingText({ counts, failing, parked }: FailingStatus): readonly string[] {
  const rest = counts.acts + counts.ticks + counts.polls - failing.length + counts.parked - parked.length;
  return [
    ...parked.map(parkedText),
    ...failing.map(tryText),
    ...(rest > 0 ? [`! ${String(rest)} more that fail or are parked: slipway status --json counts them`] : []),
  ];
}

const parkedText = ({ validation, node, code, owner, reason }: FailingStatus["parked"][number]): string =>
  `! validation ${String(validation)} of ${printable(node)} is parked (${code}), for ${printable(owner ?? "nobody")}: ${printable(reason)}`;

const tryText = ({ what, object, tries, lastError, secondsToNextTry }: FailingStatus["failing"][number]): string =>
  `! ${printable(what)} of ${printable(object)} failed ${tries === 1 ? "once" : `${String(tries)} times`}, ` +
  `${secondsToNextTry > 0 ? `tried again in ${String(secondsToNextTry)} s` : "due again"}: ${printable(lastError)}`;
