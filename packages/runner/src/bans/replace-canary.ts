import type { Row, Tx } from "@slipway/store";
import type { ChangeSet } from "@slipway/reconciler";

/** Replaces a canary node that was banned by another proven machine of its pool. */
export async function replaceCanary(tx: Tx, change: ChangeSet, machine: Pick<Row<"machines">, "id">): Promise<void> {
  const row = await tx.get("canary_nodes", { machine: machine.id });
  if (row?.active !== true) return;
  await tx.update("canary_nodes", [{ key: { machine: machine.id }, set: { active: false }, when: { active: true } }]);
  const successor = await provenMachineOf(tx, row.pool, machine.id);
  const object = `canary/${row.pool}`;
  const from = `m-${String(machine.id)}`;
  const gone = `${from} was banned`;
  if (successor === undefined)
    return change.audit(object, { from, to: "none", reason: `${gone}; no other machine of the pool is in service` });
  await tx.upsert("canary_nodes", [
    { machine: successor, pool: row.pool, since: change.now, by: "policy", active: true },
  ]);
  change.audit(object, { from, to: `m-${String(successor)}`, reason: gone });
}

/** The machine of a pool (an ibkey or a cluster) that was admitted last and is no canary node yet. */
async function provenMachineOf(tx: Tx, pool: string, except: number): Promise<number | undefined> {
  const places = [
    ...(await tx.find("placements", { where: { ibkey: pool, until_at: null } })),
    ...(await tx.find("placements", { where: { cluster: pool, until_at: null } })),
  ];
  const ids = [...new Set(places.map(({ machine }) => machine))].filter((id) => id !== except);
  const inService = (await tx.find("machines", { where: { id: { in: ids }, account: "InPool" } })).map(({ id }) => id);
  const canaries = new Set(
    (await tx.find("canary_nodes", { where: { machine: { in: inService }, active: true } })).map(
      ({ machine }) => machine,
    ),
  );
  const releases = await tx.find("releases", {
    where: { machine: { in: inService.filter((id) => !canaries.has(id)) } },
    orderBy: ["-at", "-id"],
    limit: 1,
  });
  return releases[0]?.machine;
}
