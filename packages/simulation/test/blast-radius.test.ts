import { fileURLToPath } from "node:url";
import type { CheckJudgement } from "@slipway/domain";
import { banByHand, liftBan, override, planValidations, tick } from "@slipway/runner";
import { decideSetting, type Fleet } from "@slipway/fleet";
import type { Row, TableName } from "@slipway/store";
import { passRow } from "@slipway/store/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR, simulatedWorld, START, type SimulatedWorld } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../fleet", import.meta.url));
const CLUSTER = "oci-h100-b";
const said = { by: "ada", reason: "because" };

let world: SimulatedWorld;
let machines: number[];
beforeEach(() => begin());

/** A cluster of twenty machines, in line for their first validation. Nobody works but where a test ticks. */
async function begin(vary?: (fleet: Fleet) => Fleet): Promise<void> {
  const lab = { cells: { [CLUSTER]: 20 }, start: new Date(START - 100 * DAY).toISOString(), speed: 1 };
  world = await simulatedWorld({ seed: 5, fleetFolder, lab, ...(vary === undefined ? {} : { vary }) });
  await world.clock.runUntil(START + HOUR);
  await world.look();
  machines = rows("machines").map(({ id }) => id);
  expect(machines).toHaveLength(20);
}

const rows = <K extends TableName>(table: K): readonly Row<K>[] => world.memory?.snapshot(table) ?? [];
const validationOf = (machine: number): Row<"validations"> => {
  const found = rows("validations").findLast((row) => row.machine === machine);
  if (found === undefined) throw new TypeError(`m-${String(machine)} has no validation`);
  return found;
};
const ticked = (...of: number[]): Promise<void> =>
  tick(
    world.parts,
    of.map((machine) => validationOf(machine).id),
  );
const states = (...of: number[]): string[] =>
  of.map((machine) => `${validationOf(machine).status} ${validationOf(machine).reason_code}`);
const count = (states: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(states, (state) => state)].map(([state, all]) => [state, all.length]));

/** Machines that are in service, and are to be tested where they stand. */
async function inService(...of: number[]): Promise<void> {
  await world.parts.store.transaction(async (tx) => {
    await tx.update(
      "machines",
      of.map((id) => ({ key: { id }, set: { account: "InPool" as const } })),
    );
    const open = await tx.find("validations", { where: { machine: { in: of }, status: "queued" } });
    await tx.remove(
      "validations",
      open.map(({ id }) => ({ id })),
    );
  });
}
const tested = (...of: number[]): Promise<unknown> =>
  planValidations(
    world.parts,
    of.map((machine) => ({ machine, trigger: "on-demand" as const })),
  );

const fault: CheckJudgement["findings"][number] = {
  code: "gpu-missing",
  verdict: "fail",
  cause: "hardware",
  scope: { kind: "gpu", id: "3" },
  message: "It is gone.",
  evidence: [],
};

/** Has the validation of a machine that was claimed end a pass, whatever act it waited for. */
async function passed(
  machine: number,
  verdict: "pass" | "fail",
  change: Partial<Row<"validations">> = {},
): Promise<void> {
  const { id, attempt } = validationOf(machine);
  const place = { validation: id, attempt, run_index: 1, try: 0 };
  await world.parts.store.transaction(async (tx) => {
    const acts = await tx.find("intents", { where: { object: `validation/${String(id)}`, outcome: null } });
    await tx.update(
      "intents",
      acts.map(({ key }) => ({ key: { key }, set: { outcome: "done" as const, outcome_at: START } })),
    );
    await tx.update("validations", [{ key: { id }, set: { acting: null, ...change } }]);
    await tx.insert("passes", [
      passRow(id, {
        ...place,
        machine,
        cluster: CLUSTER,
        verdict,
        failed_checks: verdict === "fail" ? ["gpus"] : [],
        boot_id: "b1",
        started_at: START,
        finished_at: START,
      }),
    ]);
    await tx.insert("results", [
      { ...place, check: "gpus", version: "1", verdict, findings: verdict === "fail" ? [fault] : null },
    ]);
  });
}

describe("machines tested out of service at once", () => {
  it("are at most a tenth of a cluster, and two; those that were not in service wait for no limit", async () => {
    const [serving, spare] = [machines.slice(0, 5), machines.slice(5)];
    await inService(...serving);
    await tested(...serving);
    await ticked(...machines);
    expect(count(states(...serving))).toEqual({ "running PassUnderWay": 2, "queued NoRoom": 3 });
    expect(count(states(...spare))).toEqual({ "running PassUnderWay": spare.length });
  });
});

describe("machines that bans took out of service within a day", () => {
  /** Bans by hand take so many machines out, and one more fails its test. */
  async function failing(bans: number): Promise<number> {
    await inService(...machines);
    for (const machine of machines.slice(0, bans))
      await banByHand(world.parts.store, world.parts.fleet, { machine, cause: "unknown", ...said });
    const machine = machines.at(-1) ?? 0;
    await tested(machine);
    await ticked(machine);
    await passed(machine, "fail");
    await ticked(machine);
    return machine;
  }

  it("stop bans at a quarter of them and those in service: further fails are held, with one item for the check's owner", async () => {
    const machine = await failing(5);
    expect(validationOf(machine)).toMatchObject({ status: "held", reason_code: "TooManyOut", owner: "hwh" });
    const second = machines.at(-2) ?? 0;
    await tested(second);
    await ticked(second);
    await passed(second, "fail");
    await ticked(second);
    expect(states(second)).toEqual(["held TooManyOut"]);
    expect(rows("items")).toMatchObject([{ kind: "too-many-out", subject: `cluster ${CLUSTER}`, closed_at: null }]);
    expect(rows("items")[0]?.title).toContain("5 of 19 machines");
  });

  it("stop nothing below five of them, nor what was not in service", async () => {
    expect(states(await failing(4))).toEqual(["banned PassFailed"]);
    await begin();
    await failing(5);
    const fresh = machines[6] ?? 0;
    await world.parts.store.transaction((tx) =>
      tx.update("machines", [{ key: { id: fresh }, set: { account: "Spare" as const } }]),
    );
    await tested(fresh);
    await ticked(fresh);
    await passed(fresh, "fail");
    await ticked(fresh);
    expect(states(fresh)).toEqual(["banned PassFailed"]);
  });

  it("close the item when there are fewer again", async () => {
    await failing(5);
    for (const { id } of rows("bans").slice(0, 2)) await liftBan(world.parts.store, { ban: id, ...said });
    const machine = machines.at(-2) ?? 0;
    await tested(machine);
    await ticked(machine);
    await passed(machine, "fail");
    await ticked(machine);
    expect(states(machine)).toEqual(["banned PassFailed"]);
    expect(rows("items").map(({ closed_at }) => closed_at === null)).toEqual([false]);
  });
});

describe("boots", () => {
  it("are asked for one in ten seconds, and of a tenth of a cluster at once", async () => {
    const some = machines.slice(0, 4);
    await ticked(...some);
    for (const machine of some)
      await passed(machine, "pass", { policy: { ...validationOf(machine).policy, freshBootEvery: 1 } });
    const booting = (): number =>
      rows("intents").filter(({ act, outcome }) => ["reboot", "await-boot"].includes(act) && outcome === null).length;
    await ticked(...some);
    expect(booting()).toBe(1);
    expect(count(states(...some))).toEqual({ "running BootUnderWay": 1, "running TooManyBoots": 3 });
    await ticked(...some);
    expect(booting()).toBe(1);
    for (let seconds = 10; seconds <= 60; seconds += 10) {
      await world.clock.runUntil(START + HOUR + seconds * 1_000);
      await ticked(...some);
    }
    expect(booting()).toBe(2);
  });
});

describe("what a person lifts and overrides", () => {
  it("is twenty machines an hour; then it is refused, with the time from which it may be tried again", async () => {
    const letIn = (machine: number, by = "ada"): Promise<number> =>
      override(world.parts.store, world.parts.fleet, { machine, by, reason: "because" });
    const [first = 0, second = 0, ...others] = machines;
    const ban = await banByHand(world.parts.store, world.parts.fleet, { machine: first, cause: "unknown", ...said });
    await liftBan(world.parts.store, { ban, ...said });
    await banByHand(world.parts.store, world.parts.fleet, { machine: second, cause: "unknown", ...said });
    await letIn(second);
    for (const machine of others) await letIn(machine);
    await expect(letIn(first)).rejects.toThrow(/ada .* 20 .*2026-01-01T02:00:00\.000Z/);
    await letIn(first, "grace");
    const again = await banByHand(world.parts.store, world.parts.fleet, { machine: first, cause: "unknown", ...said });
    await expect(liftBan(world.parts.store, { ban: again, ...said })).rejects.toThrow("within an hour");
    await world.clock.runUntil(START + 2 * HOUR);
    await liftBan(world.parts.store, { ban: again, ...said });
  });

  it("is as many as clusters.yaml says", async () => {
    await begin((fleet) => ({
      ...fleet,
      clusters: { ...fleet.clusters, blastRadius: { ...fleet.clusters.blastRadius, byHandPerHour: 1 } },
    }));
    const letIn = (machine = 0): Promise<number> =>
      override(world.parts.store, world.parts.fleet, { machine, by: "ada", reason: "because" });
    await letIn(machines[0]);
    await expect(letIn(machines[1])).rejects.toThrow("byHandPerHour");
  });
});

describe("releases under a setting that was promoted within a day", () => {
  it("are a tenth of a cluster; the others wait, and no other cluster does", async () => {
    const build = { kind: "expectation", name: `cluster/${CLUSTER}`, digest: "d2" } as const;
    await world.parts.store.transaction((tx) =>
      tx.insert("builds", [
        { ...build, version: "", state: "staged", body: "{}", first_seen: START - DAY, since: START - DAY, why: "" },
      ]),
    );
    expect(await decideSetting(world.parts.store, build, "active", said)).toBe(true);
    const some = machines.slice(0, 4);
    await ticked(...some);
    for (const machine of some) await passed(machine, "pass", { passes_required: 1 });
    await ticked(...some);
    expect(count(states(...some))).toEqual({ "released PassesDone": 2, "running TooManyReleases": 2 });
    await world.clock.runUntil(START + HOUR + DAY + 1);
    await ticked(...some.filter((machine) => validationOf(machine).status === "running"));
    expect(count(states(...some))).toEqual({ "released PassesDone": 4 });
  });
});
