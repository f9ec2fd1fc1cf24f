import { Counter, Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";
import type { Database } from "./open.ts";
import { fleetStatus } from "./status.ts";

/** Collects what this process counted, with the gauges of the fleet as it is now and what commands changed. */
export function fleetMetrics(database: Database, { registry }: Pick<Metrics, "registry">): () => Promise<string> {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const accounts = gauge("slipway_machines", "Machines by the account of the ledger they are in.", "account");
  const open = gauge("slipway_validations_open", "Open validations by status.", "status");
  const release = gauge(
    "slipway_fleet_release",
    "Number of the checkout whose settings were applied last (slipway fleet apply); 0 before the first.",
  );
  const waiting = gauge(
    "slipway_no_worker_for",
    "Acts and validations that wait for a worker, where none that is alive has what they need.",
    "needs",
  );
  const banned = gauge(
    "slipway_machines_banned",
    "Machines with open bans, each once, by the cause that comes first.",
    "cause",
  );
  const failing = gauge(
    "slipway_failing",
    "Open acts and validations whose last try or look failed, and validations parked because an act failed for good.",
    "what",
  );
  const takenOut = gauge(
    "slipway_machines_taken_out",
    "Machines that bans took out of service within a day, by cluster.",
    "cluster",
  );
  const items = gauge("slipway_items_open", "Open items, which wait for a person, by kind.", "kind");
  const readCommanded = commandTransitions(database, registry);
  return async () => {
    const [status] = await Promise.all([fleetStatus(database), readCommanded()]);
    for (const [what, count] of Object.entries(status.failing.counts)) failing.set({ what }, count);
    release.set(status.applied?.release ?? 0);
    for (const one of [waiting, accounts, open, banned, takenOut, items]) one.reset();
    for (const [kind, count] of Object.entries(status.itemsByKind)) items.set({ kind }, count);
    for (const { needs, acts, validations } of status.uncovered)
      waiting.set({ needs: needs.join("+") }, acts + validations);
    for (const { cluster, machines } of status.takenOut) takenOut.set({ cluster }, machines);
    for (const [account, count] of Object.entries(status.accounts)) accounts.set({ account }, count);
    for (const [cause, count] of Object.entries(status.bansByCause)) banned.set({ cause }, count);
    for (const [name, count] of Object.entries(status.validations)) open.set({ status: name }, count);
    return registry.metrics();
  };
}

/** The counter of what commands changed. @returns reads it from the database */
function commandTransitions({ store }: Pick<Database, "store">, registry: Metrics["registry"]): () => Promise<void> {
  const counter = new Counter({
    name: "slipway_command_transitions_total",
    help: "Changes of state that commands made since the database is there, by the kind of object and its new state.",
    labelNames: ["object", "to"],
    registers: [registry],
  });
  return async () => {
    const counts = await store.report((tx) => tx.find("transition_counts"));
    counter.reset();
    for (const { object, to_state: to, count } of counts) counter.inc({ object, to }, count);
  };
}
