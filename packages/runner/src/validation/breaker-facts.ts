import type { CheckJudgement } from "@slipway/domain";
import { codeNow } from "@slipway/plugin-sdk";
import { breaker, type RecentFailure } from "@slipway/policy";
import type { Tx } from "@slipway/store";
import { objectOf, type RunnerParts, type Validation } from "./parts.ts";
import type { Writes } from "./writes.ts";

const HOUR = 3_600_000;

/**
 * Whether bans are stopped for this machine: too many of its rack, cluster or SKU fail on one code.
 * Opens one item with the check's owner; while it is open, failures of that group on that code are held.
 */
export async function breakerFor(
  parts: RunnerParts,
  tx: Tx,
  writes: Writes,
  validation: Validation,
  failures: readonly CheckJudgement[],
): Promise<{ reason: string; owner: string } | undefined> {
  const { checks } = await parts.judging();
  // Bans and items keep the name that a code had when they were written.
  const named = (check: string, code: string): { check: string; code: string } => ({
    check,
    code: codeNow(checks.get(check), code),
  });
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
  const recent = await tx.find("bans", { where: { at: { gte: writes.now - HOUR } } });
  const before = recent.filter(({ lifted_at }) => lifted_at === null);
  const places = new Map(
    (
      await tx.find("placements", { where: { machine: { in: before.map(({ machine }) => machine) }, until_at: null } })
    ).map((row) => [row.machine, row]),
  );
  const failing: RecentFailure[] = [
    ...before.flatMap(({ machine, attribution, cluster, sku }) =>
      attribution.findings.map(({ code, check }) => ({
        machine,
        ...named(check, code),
        cluster,
        sku,
        rack: places.get(machine)?.rack ?? null,
      })),
    ),
    ...codes.map(({ check, code }) => ({
      machine: validation.machine,
      code,
      check,
      rack: validation.rack,
      cluster: validation.cluster,
      sku: validation.sku,
    })),
  ];
  const policy = parts.fleet.clusters.breaker;
  if (new Set(failing.map(({ machine }) => machine)).size < policy.atLeast) return undefined;
  const inCluster =
    validation.cluster === null
      ? []
      : await tx.find("placements", { where: { cluster: validation.cluster, until_at: null } });
  const ofSku = validation.sku === null ? [] : await tx.find("machines", { where: { sku: validation.sku } });
  const sizes = {
    cluster: inCluster.length,
    rack: inCluster.filter(({ rack }) => rack === validation.rack).length,
    sku: ofSku.length,
  };
  const tripped = breaker(policy, failing, validation, sizes);
  if (tripped === undefined) return undefined;
  const owner = parts.fleet.ownerOfCheck(tripped.check);
  const title = `${String(tripped.failing)} of ${String(tripped.size)} machines of ${tripped.group} ${tripped.name} failed on ${tripped.code} (${tripped.check}) within an hour`;
  const [id = 0] = await tx.nextIds("object", 1);
  await tx.insert("items", [
    {
      id,
      kind: "breaker",
      subject: `${tripped.group} ${tripped.name}: ${tripped.code}`,
      owner,
      title,
      detail: tripped,
      opened_at: writes.now,
      closed_at: null,
    },
  ]);
  writes.audit(`item/${String(id)}`, null, "open", title, { opened_for: objectOf(validation) });
  return { reason: `bans are stopped: ${title}`, owner };
}

function groupsOf({ rack, cluster, sku }: Validation): [string, string][] {
  return [
    ["rack", rack],
    ["cluster", cluster],
    ["sku", sku],
  ].filter((pair): pair is [string, string] => pair[1] !== null);
}
