import { relaxations, type HistoryEntry, type Proposal, type Standing } from "@slipway/policy";

/** A message for Slack's incoming webhooks and services with the same format. */
export interface ChannelMessage {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: "section";
    readonly text: { readonly type: "mrkdwn"; readonly text: string };
  }[];
}

/** Slack's limit for a section's text. */
const MOST = 2_900;

/** Text that mentions nobody and links nowhere: Slack's markup is made of `&`, `<` and `>`. Control characters are dropped. */
export const escaped = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

const number = (value: unknown): string =>
  typeof value === "number" && Number.isFinite(value)
    ? value.toLocaleString("en-US", { maximumFractionDigits: 0 })
    : "an unknown number of";
const percent = (value: unknown): string => (typeof value === "number" ? `${(value * 100).toFixed(0)} %` : "?");
const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** One simulation as the web page words it (statistics.md 1.6): a figure that cannot be identified is given as a bound. */
export function simulationWords(simulation: Proposal["simulation"][number]): string {
  const policy = object(simulation["policy"]);
  const { point, lo, hi } = object(simulation["additionally_admitted"]);
  const rate = object(simulation["reban_rate_of_additional"]);
  const drop =
    Array.isArray(policy["drop"]) && policy["drop"].length > 0
      ? `, without ${policy["drop"].map(String).join(", ")}`
      : "";
  const nodes = typeof point === "number" ? number(point) : `${number(lo)} to ${number(hi)}`;
  const saved =
    typeof simulation["node_hours_saved"] === "number"
      ? `, ${number(simulation["node_hours_saved"])} node-hours saved`
      : "";
  const [from, to] = Array.isArray(rate["bounds_monotone_ci"]) ? (rate["bounds_monotone_ci"] as unknown[]) : [];
  const known =
    typeof rate["point"] === "number"
      ? `re-ban rate ${percent(rate["point"])} by canaries`
      : from === undefined
        ? "their re-ban rate is unknown"
        : `their re-ban rate is unknown; between ${percent(from)} and ${percent(to)} if they are no better than those admitted`;
  return `${number(policy["passes"])} passes of ${number(policy["of"])}${drop}: ${nodes} more nodes let in${saved}; ${known}`;
}

/** The message about a change of a proposal's state. Everything in it but the link is escaped. */
export function stateMessage(
  proposal: Proposal,
  { to: state, by, reason }: HistoryEntry,
  { waiting }: Pick<Standing, "waiting">,
  link: string | undefined,
): ChannelMessage {
  const { id, kind, title, author, expires, simulation, backtest, canary } = proposal;
  const judged = backtest?.["judged"];
  const unit = backtest?.["unit"] === "attempt" ? "attempts" : "bundles";
  const relaxed = relaxations(proposal);
  const owners = [
    ...new Set(waiting.map(({ owner, segment }) => (segment === null ? owner : `${owner} (${segment})`))),
  ];
  const lines = [
    `*Proposal ${id}* (${kind}) is *${state}*: ${escaped(title)}`,
    escaped(`by ${state === "open" ? author : by}: ${state === "open" ? proposal.reason : reason}`),
    ...(state === "open" || state === "approved"
      ? simulation.slice(0, 4).map((one) => `• ${escaped(simulationWords(one))}`)
      : []),
    ...(state === "open" && judged !== undefined
      ? [`• backtest: ${escaped(number(judged))} ${unit} judged again`]
      : []),
    ...(relaxed.length > 0 && state === "open" ? [`• relaxes: ${escaped(relaxed.slice(0, 3).join("; "))}`] : []),
    ...(state === "open" ? [`• tried first on ${escaped(canary.nodes.slice(0, 8).join(", "))}`] : []),
    ...(state === "open" && owners.length > 0
      ? [`waiting for ${escaped(owners.join(", "))}; it expires ${expires}`]
      : []),
  ].map((line) => (line.length > 700 ? `${line.slice(0, 690).replace(/&[a-z]*$/, "")}…` : line));
  const where = link === undefined ? `\`slipway propose show ${id}\`` : `<${link}|${id}>`;
  const text = [...lines, where].join("\n");
  const shown = text.length <= MOST ? text : [...lines.slice(0, 3), where].join("\n");
  return {
    text: `Proposal ${id} is ${state}: ${escaped(title)}`,
    blocks: [{ type: "section", text: { type: "mrkdwn", text: shown } }],
  };
}
