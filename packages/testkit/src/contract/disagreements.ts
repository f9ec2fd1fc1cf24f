import type { CheckJudgement, Finding } from "@slipway/domain";
import type { ExpectedCheck, Mention, ScopeExpected } from "./expected.ts";
import { findingsByPart, pciAddress, pciAddressesIn, standsForNoValue } from "./named-part.ts";

/** Text of a probe's file; undefined when there is none. */
export type ProbeText = (probe: string, stream: "out" | "err") => string | undefined;

/**
 * How a judgement differs from the expected answer, in words; empty when it agrees.
 *
 * @param files the evidence that was judged; without it nobody looks whether the lines pointed at exist
 */
export function disagreements(expected: ExpectedCheck, judgement: CheckJudgement, files?: ProbeText): string[] {
  if (judgement.verdict !== expected.verdict) return [`verdict ${judgement.verdict} instead of ${expected.verdict}`];
  const deciding = judgement.findings.filter((finding) => finding.verdict === expected.verdict);
  return [
    ...causesAndScopes(expected, deciding),
    ...wrongScopes(expected, deciding),
    ...saidOrNot(expected, judgement.findings),
    ...wrongPointers(expected, judgement.findings, files),
    ...judgement.findings.flatMap(noValueInScope),
  ];
}

function causesAndScopes({ verdict, causes, otherCauses = [], scopes }: ExpectedCheck, deciding: readonly Finding[]) {
  const found: string[] = [];
  const named = new Set<Finding>();
  const about = findingsByPart(deciding);
  for (const scope of scopes ?? []) {
    const choices = typeof scope === "object" && "anyOf" in scope ? scope.anyOf : [scope];
    const findings = [...new Set(choices.flatMap(about))];
    const allowed = (typeof scope === "object" ? scope.causes : undefined) ?? causes;
    const shown = inWords(scope);
    if (findings.length === 0) found.push(`no ${verdict} finding names ${shown}`);
    else if (allowed !== null && !findings.some((finding) => allowed.includes(finding.cause)))
      found.push(`the cause for ${shown} is ${causesOf(findings).join(", ")}, not one of ${allowed.join(", ")}`);
    for (const finding of findings) {
      named.add(finding);
      found.push(...identity(scope, shown, finding));
    }
  }
  if (causes === null) return found;
  if ((scopes ?? []).length === 0 && !deciding.some((finding) => causes.includes(finding.cause)))
    found.push(`no ${verdict} finding has a cause of ${causes.join(", ")}`);
  const allowed = [...causes, ...otherCauses];
  for (const finding of deciding)
    if (!named.has(finding) && !allowed.includes(finding.cause))
      found.push(`finding ${finding.code} has cause ${finding.cause}, outside ${allowed.join(", ")}`);
  return found;
}

function inWords(scope: ScopeExpected | { readonly kind: string; readonly id: string }): string {
  if (typeof scope === "string") return scope;
  if ("anyOf" in scope) return scope.anyOf.map(inWords).join(" or ");
  return `${scope.kind} ${scope.id}`;
}

function causesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map((finding) => finding.cause))].sort();
}

/** What a finding carries of its part, in its scope or beside it. */
function carried(finding: Finding, key: "pci" | "uuid" | "serial"): string | undefined {
  for (const holder of [finding.scope, finding]) {
    const value: unknown = Object.entries(holder).find(([name]) => name === key)?.[1];
    if (typeof value === "string") return value;
  }
  return undefined;
}

/** G8: a finding about a GPU carries its PCI address, UUID and serial, and its message names the address. */
function identity(expected: ScopeExpected, shown: string, finding: Finding): string[] {
  if (typeof expected === "string" || "anyOf" in expected) return [];
  const found: string[] = [];
  for (const key of ["pci", "uuid", "serial"] as const) {
    const wanted = expected[key];
    const seen = carried(finding, key);
    if (wanted === undefined || same(wanted, seen)) continue;
    found.push(`finding ${finding.code} of ${shown} carries ${key} ${seen ?? "not at all"} instead of ${wanted}`);
  }
  const address = expected.pci === undefined ? undefined : pciAddress(expected.pci);
  if (address !== undefined && !pciAddressesIn(finding.message).includes(address))
    found.push(`the message of finding ${finding.code} of ${shown} does not name the address ${expected.pci ?? ""}`);
  return found;
}

function same(wanted: string, seen: string | undefined): boolean {
  if (seen === undefined) return false;
  const address = pciAddress(wanted);
  return address === undefined ? wanted === seen : address === pciAddress(seen);
}

function wrongScopes({ verdict, notScopes = [] }: ExpectedCheck, deciding: readonly Finding[]): string[] {
  const about = findingsByPart(deciding);
  return notScopes.flatMap((scope) =>
    about(scope).map((finding) => `${verdict} finding ${finding.code} names ${inWords(scope)}, which it must not`),
  );
}

/** What findings say, in lower case: their messages and what they observed. */
const said = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ message, observed = "" }) => [message, observed])
    .join("\0")
    .toLowerCase();

function saidOrNot({ mentions = [], mentionsNot = [] }: ExpectedCheck, findings: readonly Finding[]): string[] {
  const all = said(findings);
  const addresses = new Set(
    findings.flatMap((one) => [one.message, one.scope.id, carried(one, "pci") ?? ""].flatMap(pciAddressesIn)),
  );
  const isSaid = (text: string): boolean =>
    all.includes(text.toLowerCase()) || addresses.has(pciAddress(text) ?? "no address");
  const missing = mentions
    .filter((mention: Mention) => !(typeof mention === "string" ? [mention] : mention.anyOf).some(isSaid))
    .map((mention) => (typeof mention === "string" ? [mention] : mention.anyOf).map((text) => JSON.stringify(text)))
    .map((texts) => `no finding says ${texts.join(" or ")}`);
  const wrong = mentionsNot.flatMap((text) =>
    findings
      .filter((finding) => said([finding]).includes(text.toLowerCase()))
      .map((finding) => `finding ${finding.code} says ${JSON.stringify(text)}, which it must not`),
  );
  return [...missing, ...wrong];
}

interface Place {
  readonly probe: string;
  readonly stream: "out" | "err";
  readonly line?: number | undefined;
}

function wrongPointers({ points = [] }: ExpectedCheck, findings: readonly Finding[], files?: ProbeText): string[] {
  const pointers = findings.flatMap(({ code, evidence }) =>
    evidence.map(({ probe, stream = "out", line }) => ({ code, probe, stream, line })),
  );
  const placeOf = ({ probe, stream, line = 0 }: Place): string => `line ${String(line)} of ${probe}.${stream}`;
  const pointedAt = new Set(pointers.map(placeOf));
  const missing = points
    .map(placeOf)
    .filter((place) => !pointedAt.has(place))
    .map((place) => `no finding points at ${place}`);
  if (files === undefined) return missing;
  const counts = new Map<string, number>();
  const beyond = pointers.flatMap(({ code, probe, stream, line }) => {
    const count = counts.get(`${probe}.${stream}`) ?? linesOf(files(probe, stream));
    counts.set(`${probe}.${stream}`, count);
    return line === undefined || line <= count
      ? []
      : [`finding ${code} points at line ${String(line)} of ${probe}.${stream}, which has ${String(count)}`];
  });
  return [...missing, ...beyond];
}

/** A line is what ends in a newline, or the rest of the text. */
function linesOf(text = ""): number {
  return text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
}

function noValueInScope(finding: Finding): string[] {
  return (["serial", "uuid", "pci"] as const).flatMap((key) => {
    const value = carried(finding, key);
    return value !== undefined && standsForNoValue(value)
      ? [`finding ${finding.code} carries ${JSON.stringify(value)} as ${key}, which stands for no value`]
      : [];
  });
}

/** Pairs of checks whose findings must carry the same causes, and do not. */
export function unlikeCauses(
  pairs: readonly (readonly [string, string])[],
  judgements: readonly CheckJudgement[],
): string[] {
  const causes = (id: string): string[] =>
    judgements
      .filter(({ check }) => check === id)
      .flatMap(({ verdict, findings }) => causesOf(findings.filter((finding) => finding.verdict === verdict)));
  return pairs.flatMap(([one, other]) => {
    const [left, right] = [causes(one), causes(other)];
    return left.join() === right.join()
      ? []
      : [
          `${one} gives the cause ${left.join(", ") || "none"} and ${other} ${right.join(", ") || "none"}, which must be the same`,
        ];
  });
}
