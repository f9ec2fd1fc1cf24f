import { SlipwayError } from "@slipway/plugin-sdk";
import { instantOf, moved, Proposal, PROPOSAL_SCHEMA, requiredOwners } from "@slipway/policy";
import { changeProposal, createProposal, lackingIn, readProposal } from "@slipway/proposals";
import { readFleet } from "@slipway/fleet";
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

/** Every part that the options name; the others stay away. */
async function partsOf(fleet: string, options: WriteOptions, now: number): Promise<Partial<Proposal>> {
  const proposed = await proposedChange(fleet, options);
  const arm = armOf(options);
  return {
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(proposed === undefined
      ? {}
      : {
          kind: proposed.kind,
          change: proposed.change,
          owners: [...requiredOwners(readFleet(fleet).clusters, proposed.concerns)],
        }),
    ...(options.simulation === undefined ? {} : { simulation: [...(await simulationsOf(options.simulation))] }),
    ...(options.backtest === undefined ? {} : { backtest: (await backtestOf(options.backtest)) ?? null }),
    ...(options.canary === undefined && arm === undefined
      ? {}
      : { canary: { nodes: [...(options.canary ?? [])], arm: arm ?? null } }),
    ...(options.expires === undefined ? {} : { expires: expiryOf(options.expires, now) }),
  };
}

export async function newProposal(
  id: string,
  options: WriteOptions & { readonly author: string; readonly title: string },
): Promise<void> {
  const [fleet, now] = [fleetFolder(), Date.now()];
  const parts = await partsOf(fleet, options, now);
  if (parts.change === undefined)
    throw new SlipwayError("input", "nothing is changed: name --policy, --expect, --remove or --check");
  const created = instantOf(now);
  const { author, reason } = options;
  const proposal = checked({
    schema: PROPOSAL_SCHEMA,
    id,
    author,
    reason,
    created,
    expires: expiryOf("14d", now),
    state: "draft",
    approvals: [],
    acts: [],
    history: [{ at: created, by: author, from: null, to: "draft", reason }],
    simulation: [],
    backtest: null,
    canary: { nodes: [], arm: null },
    ...parts,
  });
  await createProposal(fleet, proposal);
  say(fleet, proposal, options.json);
}

export async function amendProposal(id: string, options: WriteOptions & { readonly by: string }): Promise<void> {
  const [fleet, now] = [fleetFolder(), Date.now()];
  const before = readProposal(fleet, id);
  const parts = await partsOf(fleet, options, now);
  if (Object.keys(parts).length === 0) throw new SlipwayError("input", "nothing is amended: name what changes");
  if (parts.kind !== undefined && parts.kind !== before.kind)
    throw new SlipwayError("input", `${id} is of kind ${before.kind}: make a new proposal of kind ${parts.kind}`);
  const { by, reason } = options;
  const proposal = await changeProposal(fleet, id, (current) => {
    if (!["draft", "open", "approved"].includes(current.state))
      throw new SlipwayError("input", `${id} is ${current.state}: it is not amended any more`);
    if (current.acts.some(({ act }) => act === "apply"))
      throw new SlipwayError("input", `${id} is being applied: it is not amended any more`);
    const { canary } = parts;
    const next = {
      ...current,
      ...parts,
      ...(canary === undefined
        ? {}
        : {
            canary: {
              nodes: options.canary === undefined ? current.canary.nodes : canary.nodes,
              arm: canary.arm ?? current.canary.arm,
            },
          }),
    };
    return checked(
      moved(next, current.state === "draft" ? "draft" : "open", {
        by,
        reason: `amended: ${reason}`.slice(0, 500),
        at: now,
      }),
    );
  });
  say(fleet, proposal, options.json);
}

function checked(value: unknown): Proposal {
  const parsed = Proposal.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new SlipwayError("input", `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "is not valid"}`);
}

function say(fleet: string, proposal: Proposal, json: boolean | undefined): void {
  const lacking = lackingIn(fleet, proposal);
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

function expiryOf(text: string, now: number): string {
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
  if (at <= now) throw new SlipwayError("input", `--expires ${text}: is over already`);
  return instantOf(at);
}
