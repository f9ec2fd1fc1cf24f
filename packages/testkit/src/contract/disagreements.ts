import type { CheckJudgement, Finding } from "@slipway/domain";
import type { ExpectedCheck, Mention, ScopeExpected } from "./expected.ts";
import { names, pciAddress, pciAddressesIn, standsForNoValue } from "./named-part.ts";

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
  for (const scope of scopes ?? []) {
    const choices = typeof scope === "object" && "anyOf" in scope ? scope.anyOf : [scope];
    const findings = deciding.filter((finding) => choices.some((choice) => names(finding.scope, choice)));
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
  return notScopes.flatMap((scope) =>
    deciding
      .filter((finding) => names(finding.scope, scope))
      .map((finding) => `${verdict} finding ${finding.code} names ${inWords(scope)}, which it must not`),
  );
}

/** What a finding says: its message and what it observed. */
function says({ message, observed = "" }: Finding, text: string): boolean {
  return [message, observed].some((said) => said.toLowerCase().includes(text.toLowerCase()));
}

function isMentioned(mention: Mention, findings: readonly Finding[]): boolean {
  const texts = typeof mention === "string" ? [mention] : mention.anyOf;
  return texts.some((text) => {
    const address = pciAddress(text);
    return findings.some(
      (finding) =>
        says(finding, text) ||
        (address !== undefined &&
          [finding.message, finding.scope.id, carried(finding, "pci") ?? ""].some((place) =>
            pciAddressesIn(place).includes(address),
          )),
    );
  });
}

function saidOrNot({ mentions = [], mentionsNot = [] }: ExpectedCheck, findings: readonly Finding[]): string[] {
  const missing = mentions
    .filter((mention) => !isMentioned(mention, findings))
    .map((mention) => (typeof mention === "string" ? [mention] : mention.anyOf).map((text) => JSON.stringify(text)))
    .map((texts) => `no finding says ${texts.join(" or ")}`);
  const wrong = mentionsNot.flatMap((text) =>
    findings
      .filter((finding) => says(finding, text))
      .map((finding) => `finding ${finding.code} says ${JSON.stringify(text)}, which it must not`),
  );
  return [...missing, ...wrong];
}

function wrongPointers({ points = [] }: ExpectedCheck, findings: readonly Finding[], files?: ProbeText): string[] {
  const pointers = findings.flatMap(({ code, evidence }) =>
    evidence.map(({ probe, stream = "out", line }) => ({ code, probe, stream, line })),
  );
  const missing = points
    .filter(
      (point) =>
        !pointers.some((one) => (["probe", "stream", "line"] as const).every((key) => one[key] === point[key])),
    )
    .map(({ probe, stream, line }) => `no finding points at line ${String(line)} of ${probe}.${stream}`);
  if (files === undefined) return missing;
  const beyond = pointers.flatMap(({ code, probe, stream, line }) => {
    const count = linesOf(files(probe, stream));
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
