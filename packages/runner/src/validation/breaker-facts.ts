import type { CheckJudgement } from "@slipway/domain";
import { BANS } from "@slipway/nodes";
import { codeNow } from "@slipway/plugin-sdk";
import { breaker, type RecentFailure } from "@slipway/policy";
import type { Tx, Where } from "@slipway/store";
import { openItem } from "../attention/items.ts";
import { objectOf, type Validation } from "../worker/parts.ts";
import type { Turn } from "../worker/turn.ts";

const HOUR = 3_600_000;

/** Gives a finding's code its current name. */
type Named = (check: string, code: string) => { readonly check: string; readonly code: string };

/**
 * Whether bans are stopped for this machine: too many of its rack, cluster or SKU fail on one code.
 * Opens one item with the check's owner; while it is open, failures of that group on that code are held.
 */
export async function breakerFor(
  turn: Turn,
  validation: Validation,
  failures: readonly CheckJudgement[],
): Promise<{ reason: string; owner: string } | undefined> {
  const { parts, tx } = turn;
  const { checks } = await parts.judging();
  // Bans and items keep the name that a code had when they were written.
  const named: Named = (check, code) => ({ check, code: codeNow(checks.get(check), code) });
  const codes = failures.flatMap(({ check, findings }) =>
    findings.filter(({ verdict }) => verdict === "fail").map(({ code }) => named(check, code)),
  );
  const subjects = codes.flatMap(({ check, code }) =>
    [code, ...(checks.get(check)?.codes[code]?.formerly ?? [])].flatMap((name) =>
      groupsOf(validation).map(([group, where]) => `${group} ${where}: ${name}`),
    ),
  );
  const [open] = await tx.find("items", {
    where: { kind: "breaker", subject: { in: subjects }, closed_at: null },
    limit: 1,
  });
  if (open !== undefined) return { reason: `bans are stopped: ${open.title}`, owner: open.owner };
  const { machine, rack, cluster, sku } = validation;
  const failing = [
    ...(await recentFailures(turn, named)),
    ...codes.map(({ check, code }) => ({ machine, code, check, rack, cluster, sku })),
  ];
  const policy = parts.fleet.clusters.breaker;
  if (new Set(failing.map((one) => one.machine)).size < policy.atLeast) return undefined;
  const tripped = breaker(policy, failing, validation, await sizesOf(tx, validation));
  return tripped === undefined ? undefined : trip(turn, validation, tripped);
}

/** Findings of the machines that were banned within the last hour and still are. */
async function recentFailures({ tx, change }: Turn, named: Named): Promise<RecentFailure[]> {
  const since = change.now - HOUR;
  const here = change.changed(BANS);
  const recent = (await tx.find("bans", { where: { at: { gte: since } } })).filter(
    ({ id }) => !here.some((ban) => ban.id === id),
  );
  const before = [...recent, ...here.filter(({ at }) => at >= since)].filter(({ lifted_at }) => lifted_at === null);
  const places = new Map(
    (
      await tx.find("placements", { where: { machine: { in: before.map(({ machine }) => machine) }, until_at: null } })
    ).map((row) => [row.machine, row]),
  );
  return before.flatMap(({ machine, attribution, cluster, sku }) =>
    attribution.findings.map(({ code, check }) => ({
      machine,
      ...named(check, code),
      cluster,
      sku,
      rack: places.get(machine)?.rack ?? null,
    })),
  );
}

/** The number of machines in this one's rack, cluster and SKU. */
async function sizesOf(
  tx: Tx,
  { cluster, rack, sku }: Pick<Validation, "cluster" | "rack" | "sku">,
): Promise<Parameters<typeof breaker>[3]> {
  const placed = (where: Where<"placements">): Promise<number> =>
    cluster === null ? Promise.resolve(0) : tx.count("placements", { ...where, cluster, until_at: null });
  return {
    cluster: await placed({}),
    rack: await placed({ rack }),
    sku: sku === null ? 0 : await tx.count("machines", { sku }),
  };
}

async function trip(
  turn: Turn,
  validation: Validation,
  tripped: NonNullable<ReturnType<typeof breaker>>,
): Promise<{ reason: string; owner: string }> {
  const owner = turn.parts.fleet.ownerOfCheck(tripped.check);
  const count = `${String(tripped.failing)} of ${String(tripped.size)} machines`;
  const title = `${count} of ${tripped.group} ${tripped.name} failed on ${tripped.code} (${tripped.check}) within an hour`;
  await openItem(turn, {
    kind: "breaker",
    subject: `${tripped.group} ${tripped.name}: ${tripped.code}`,
    owner,
    title,
    detail: tripped,
    openedFor: objectOf(validation),
  });
  return { reason: `bans are stopped: ${title}`, owner };
}

function groupsOf({ rack, cluster, sku }: Validation): [string, string][] {
  return [
    ["rack", rack],
    ["cluster", cluster],
    ["sku", sku],
  ].filter((pair): pair is [string, string] => pair[1] !== null);
}
