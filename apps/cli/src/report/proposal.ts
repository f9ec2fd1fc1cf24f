import { relaxations, type Proposal, type Standing } from "@slipway/policy";
import { simulationWords } from "@slipway/proposals";
import { columns } from "./nodes.ts";
import { printable } from "./printable.ts";

/** `show --json`: the file, where its agreement stands, and what it lacks. */
export const proposalDocument = (
  proposal: Proposal,
  { binding, agreed, waiting, void: refused, complete }: Standing,
  lacking: readonly string[],
): object => ({
  ...proposal,
  binding,
  agreement: { complete, agreed, waiting, void: refused },
  relaxations: relaxations(proposal),
  lacking,
});

export function proposalTable(proposals: readonly Proposal[]): string {
  if (proposals.length === 0) return "there is no proposal\n";
  return columns([
    ["proposal", "kind", "state", "author", "expires", "title"],
    ...proposals.map(({ id, kind, state, author, expires, title }) => [
      id,
      kind,
      state,
      printable(author),
      expires,
      printable(title),
    ]),
  ]);
}

/** The backtest's counts; its own report says the rest. */
function backtestWords(backtest: NonNullable<Proposal["backtest"]>): string[] {
  const {
    unit,
    judged,
    unchanged,
    flips,
    evidence_missing: missing,
  } = backtest as {
    readonly unit?: unknown;
    readonly judged?: unknown;
    readonly unchanged?: unknown;
    readonly flips?: unknown;
    readonly evidence_missing?: unknown;
  };
  const of =
    typeof flips === "object" && flips !== null
      ? Object.entries(flips).map(([pair, count]) => `${String(count)} ${pair}`)
      : [];
  return [
    `${String(judged)} ${unit === "attempt" ? "attempts" : "bundles"} judged again, ${String(unchanged)} ` +
      `unchanged, ${of.length === 0 ? "none flips" : of.join(", ")}` +
      `${Number(missing) > 0 ? `; of ${String(missing)} the evidence is gone` : ""}`,
  ];
}

/** A proposal as people read it before they agree. */
export function proposalText(proposal: Proposal, standing: Standing, lacking: readonly string[]): string {
  const { id, kind, state, title, author, reason, created, expires, change, simulation, backtest, canary, history } =
    proposal;
  const { arm } = canary;
  const section = (name: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`${name}:`, ...lines.map((line) => `  ${printable(line)}`)];
  const place = (segment: string | null): string => (segment === null ? "all segments" : segment);
  return [
    `${id} (${kind}) is ${state}: ${printable(title)}`,
    printable(`by ${author}, ${created}, expires ${expires}: ${reason}`),
    ...section("it relaxes", relaxations(proposal)),
    ...section("simulated", simulation.map(simulationWords)),
    ...section("backtest", backtest === null ? ["none"] : backtestWords(backtest)),
    ...section("canaries", [
      canary.nodes.length === 0 ? "no node is named" : `first on ${canary.nodes.join(", ")}`,
      ...(arm === null
        ? []
        : [
            `arm: probability ${String(arm.probability)} in ${arm.segment}, until ${String(arm.canaries)} ` +
              `canaries, or earlier by Wald's test of ${String(arm.stop.p0)} against ${String(arm.stop.p1)} (alpha ` +
              `${String(arm.stop.alpha)}, beta ${String(arm.stop.beta)})`,
          ]),
    ]),
    ...section(
      "agreed",
      standing.agreed.map(({ owner, segment, by }) => `${owner} (${place(segment)}) by ${by}`),
    ),
    ...section(
      "waiting for",
      standing.waiting.map(({ owner, segment, why }) => `${owner} (${place(segment)}): ${why}`),
    ),
    ...section(
      "does not count",
      standing.void.map(({ by, why }) => `${by}: ${why}`),
    ),
    ...section("lacking", lacking),
    ...section(
      "history",
      history.map(({ at, by, to, reason: why }) => `${at}  ${to.padEnd(8)}  ${by}: ${why}`),
    ),
    "",
    ...change.diff.split("\n").map((line) => printable(line.replace(/\r$/, ""))),
  ].join("\n");
}
