import { SlipwayError } from "@slipway/plugin-sdk";
import type { Proposal } from "@slipway/policy";
import { amendProposal, newProposal, type ProposalContent, type Written } from "@slipway/proposals";
import { fleetFolder } from "../fleet.ts";
import { printable } from "../report/printable.ts";
import { backtestOf, proposedChange, simulationsOf, type ContentOptions } from "./content.ts";

interface WriteOptions extends ContentOptions {
  readonly title?: string;
  readonly reason: string;
  readonly simulation?: string;
  readonly backtest?: string;
  readonly canary?: readonly string[];
  readonly armProbability?: string;
  readonly armSegment?: string;
  readonly armCanaries?: string;
  readonly armStop?: string;
  readonly expires?: string;
  readonly json?: boolean;
}

/** What the options name; the rest stays away. */
async function contentOf(fleet: string, options: WriteOptions, now: number): Promise<ProposalContent> {
  const { title, simulation, backtest, canary, expires } = options;
  return {
    title,
    proposed: await proposedChange(fleet, options),
    simulation: simulation === undefined ? undefined : await simulationsOf(simulation),
    backtest: backtest === undefined ? undefined : ((await backtestOf(backtest)) ?? null),
    canaryNodes: canary,
    arm: armOf(options),
    expires: expires === undefined ? undefined : expiryOf(expires, now),
  };
}

/** `propose new`: drafts a proposal. */
export async function draft(
  id: string,
  { author, ...options }: WriteOptions & { readonly author: string; readonly title: string },
): Promise<void> {
  const [fleet, now, { reason }] = [fleetFolder(), Date.now(), options];
  const content = await contentOf(fleet, options, now);
  say(fleet, await newProposal(fleet, { id, author, reason, now, content }), options.json);
}

/** `propose amend`: changes one. */
export async function amend(id: string, { by, ...options }: WriteOptions & { readonly by: string }): Promise<void> {
  const [fleet, now, { reason }] = [fleetFolder(), Date.now(), options];
  const content = await contentOf(fleet, options, now);
  say(fleet, await amendProposal(fleet, { id, by, reason, now, content }), options.json);
}

function say(fleet: string, { proposal, lacking }: Written, json: boolean | undefined): void {
  if (json === true) process.stdout.write(`${JSON.stringify({ ...proposal, lacking })}\n`);
  else
    process.stdout.write(
      `${printable(`${proposal.id} is ${proposal.state} in ${fleet}/proposals/${proposal.id}.yaml`)}\n` +
        `${lacking.map((line) => `  lacking: ${printable(line)}\n`).join("")}` +
        `${lacking.length === 0 ? `  next: slipway propose post ${proposal.id} --by …\n` : ""}`,
    );
}

function armOf({
  armProbability,
  armSegment,
  armCanaries,
  armStop,
}: WriteOptions): NonNullable<Proposal["canary"]["arm"]> | undefined {
  const given = {
    "--arm-probability": armProbability,
    "--arm-segment": armSegment,
    "--arm-canaries": armCanaries,
    "--arm-stop": armStop,
  };
  const missing = Object.entries(given).filter(([, value]) => value === undefined);
  if (missing.length === Object.keys(given).length) return undefined;
  if (missing.length > 0)
    throw new SlipwayError(
      "input",
      `${missing.map(([name]) => name).join(", ")}: an arm needs probability, segment, number and stop rule`,
    );
  const [p0 = Number.NaN, p1 = Number.NaN, alpha = Number.NaN, beta = Number.NaN, ...more] = (armStop ?? "")
    .split(",")
    .map(decimal);
  if (more.length > 0) throw new SlipwayError("input", "--arm-stop: has to be p0,p1,alpha,beta");
  // What a number may be is the schema's to say.
  return {
    probability: decimal(armProbability ?? ""),
    segment: armSegment as "fleet",
    canaries: decimal(armCanaries ?? ""),
    stop: { p0, p1, alpha, beta },
  };
}

const decimal = (text: string): number => (/^\s*\d{1,9}(?:\.\d{1,12})?\s*$/.test(text) ? Number(text) : Number.NaN);

function expiryOf(text: string, now: number): number {
  const days = /^(\d{1,3})d$/.exec(text)?.[1];
  const at =
    days === undefined
      ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)
        ? Date.parse(text)
        : Number.NaN
      : now + Number(days) * 86_400_000;
  if (Number.isNaN(at))
    throw new SlipwayError(
      "input",
      `--expires ${text}: has to be days, such as 14d, or a time, such as 2026-03-01T00:00:00Z`,
    );
  return at;
}
