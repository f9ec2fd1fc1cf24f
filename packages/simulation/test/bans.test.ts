import { fileURLToPath } from "node:url";
import type { VendorEvent, VendorSession } from "@slipway/plugin-sdk";
import { banByHand, importBans, liftBan, lookNow, planValidations, tick } from "@slipway/runner";
import type { Row, TableName } from "@slipway/store";
import { beforeEach, describe, expect, it } from "vitest";
import { HOUR, simulatedWorld, START, type SimulatedWorld } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../fleet", import.meta.url));
const NOW = START + HOUR;
const said = { by: "ada", reason: "because" };

let world: SimulatedWorld;
/** A machine with a validation in line. Nobody works but where a test ticks. */
let machine: number;
beforeEach(async () => {
  world = await simulatedWorld({ seed: 5, fleetFolder, lab: { cells: { "oci-h100-b": 5 }, speed: 1 } });
  await world.clock.runUntil(NOW);
  await world.look();
  machine = rows("machines")[0]?.id ?? 0;
});

const rows = <K extends TableName>(table: K): readonly Row<K>[] => world.memory?.snapshot(table) ?? [];
const account = (): string | undefined => rows("machines").find(({ id }) => id === machine)?.account;
const validation = (): Row<"validations"> | undefined => rows("validations").findLast((row) => row.machine === machine);
const bans = (): readonly Row<"bans">[] => rows("bans").filter((row) => row.machine === machine);
const open = (): string[] =>
  bans()
    .filter(({ lifted_at }) => lifted_at === null)
    .map(({ source, cause }) => `${source}: ${cause}`);
/** How often the repair of the machine is asked for, once its bans were looked at. */
async function repairs(): Promise<number> {
  const ids = bans().map(({ id }) => id);
  await tick(world.parts, ids, "ban");
  return rows("intents").filter((row) => row.act === "open-repair" && row.machine === machine).length;
}

/** What the vendor says happened to the machine, taken in. */
async function told(...events: (Pick<VendorEvent, "id" | "kind"> & Partial<VendorEvent>)[]): Promise<void> {
  const [serial, session] = [
    rows("machines").find(({ id }) => id === machine)?.system_serial ?? "",
    world.parts.adapters.get("lab")?.vendor?.session,
  ];
  const place = rows("placements").find((row) => row.machine === machine);
  const node = { nodeName: place?.node_name ?? "", cluster: "oci-h100-b" };
  const telling = Object.assign(Object.create(session as object) as VendorSession, {
    listNodes: () => Promise.resolve({ items: [] }),
    listEvents: () =>
      Promise.resolve({
        items: events.map((event): VendorEvent => ({
          node,
          systemSerial: serial,
          at: new Date(world.clock.now()).toISOString(),
          ...event,
        })),
        cursor: String(world.clock.now()),
      }),
  });
  const lab = world.parts.adapters.get("lab");
  if (lab === undefined) throw new TypeError("the world has no lab");
  await lookNow({ ...world.parts, adapters: new Map([["lab", { ...lab, vendor: { session: telling } }]]) }, "lab");
}

const claimed = async (): Promise<void> => tick(world.parts, [validation()?.id ?? 0]);
const set = (change: Partial<Row<"validations">>): Promise<unknown> =>
  world.parts.store.transaction((tx) =>
    tx.update("validations", [{ key: { id: validation()?.id ?? 0 }, set: change }]),
  );

/** The validation in line as one that its last pass was counted for: the next tick lets the machine in. */
async function proven(): Promise<void> {
  const id = validation()?.id ?? 0;
  await set({ passes_required: 0, acting: null });
  await world.parts.store.transaction(async (tx) => {
    const acts = await tx.find("intents", { where: { object: `validation/${String(id)}` } });
    await tx.update(
      "intents",
      acts.map(({ key }) => ({ key: { key }, set: { outcome: "abandoned" as const, outcome_at: NOW } })),
    );
  });
  await tick(world.parts, [id]);
}

describe("a ban", () => {
  it("entails the same whoever made it: the validation ends, its claim is free, and the repair is asked for", async () => {
    const ways = {
      vendor: () => told({ id: "b1", kind: "ban", cause: "hardware" }),
      person: () => banByHand(world.parts.store, world.parts.fleet, { machine, cause: "hardware", ...said }),
      scheduler: () =>
        importBans(world.parts.store, world.parts.fleet, {
          file: "b.csv",
          source: "slurm",
          text: `event_id,revision,event_type,node_id,cluster_id,ts,cause\ne1,1,ban,m-${String(machine)},,2026-01-01T02:00:00Z,hardware\n`,
        }),
    };
    const entailed: Record<string, unknown> = {};
    for (const [who, ban] of Object.entries(ways)) {
      machine = rows("machines")[Object.keys(entailed).length]?.id ?? 0;
      await claimed();
      await ban();
      entailed[who] = {
        account: account(),
        validation: validation()?.status,
        holder: rows("claims").find((row) => row.machine === machine)?.holder,
        repairs: await repairs(),
      };
    }
    const same = { account: "Banned", validation: "cancelled", holder: null, repairs: 1 };
    expect(entailed).toEqual({ vendor: same, person: same, scheduler: same });
  });

  it("of a vendor opens the repair of a machine that was never validated", async () => {
    await world.parts.store.transaction((tx) =>
      tx.remove(
        "validations",
        rows("validations").map(({ id }) => ({ id })),
      ),
    );
    await told({ id: "b1", kind: "ban", cause: "hardware" });
    expect(await repairs()).toBe(1);
  });

  it("is one a machine and sender: a graver word takes the place of a lesser one, and a lesser one changes nothing", async () => {
    await told({ id: "b1", kind: "ban", cause: "workload" });
    await told({ id: "b2", kind: "ban", cause: "hardware" });
    await told({ id: "b3", kind: "ban", cause: "unknown" });
    expect(open()).toEqual(["lab: hardware"]);
    expect(bans()).toHaveLength(3);
    await banByHand(world.parts.store, world.parts.fleet, { machine, cause: "workload", ...said });
    expect(open()).toEqual(["lab: hardware", "person: workload"]);
  });

  it("is lifted by the word that names it alone: the end of a lesser one leaves the graver one", async () => {
    await told({ id: "b1", kind: "ban", cause: "workload" });
    await told({ id: "b2", kind: "ban", cause: "hardware" });
    await told({ id: "b1/lifted", kind: "unban" });
    expect([open(), account()]).toEqual([["lab: hardware"], "Banned"]);
  });

  it("that is lifted leaves the machine banned while that of another stands", async () => {
    await told({ id: "b1", kind: "ban", cause: "workload" });
    const ban = await banByHand(world.parts.store, world.parts.fleet, { machine, cause: "platform", ...said });
    await told({ id: "b1/lifted", kind: "unban" });
    expect([open(), account()]).toEqual([["person: platform"], "Banned"]);
    await liftBan(world.parts.store, { ban, ...said });
    expect([open(), account()]).toEqual([[], "Spare"]);
  });

  it("of the workload gives a machine back only where it took it out of service", async () => {
    await told({ id: "b1", kind: "ban", cause: "workload" });
    await told({ id: "b1/lifted", kind: "unban" });
    expect(account()).toBe("Spare");
  });

  it("of a vendor ends when the vendor gives the machine back from repair", async () => {
    await told({ id: "b1", kind: "ban", cause: "hardware" });
    await told({ id: "r1", kind: "out-for-repair" }, { id: "r2", kind: "returned" });
    expect([open(), account()]).toEqual([[], "Spare"]);
  });
});

describe("a release", () => {
  it("lifts what a validation banned, and leaves a vendor's ban, which keeps the machine out until the vendor lifts it", async () => {
    await told({ id: "b1", kind: "ban", cause: "unknown" });
    await world.parts.store.transaction(async (tx) => {
      const [ban] = await tx.find("bans", { where: { machine } });
      if (ban !== undefined)
        await tx.insert("bans", [
          { ...ban, id: 999_999, source: "validation", external_id: "validation/0", by: "policy" },
        ]);
    });
    await planValidations(world.parts, [{ machine, trigger: "on-demand" }]);
    await claimed();
    await proven();
    expect(rows("releases").filter((row) => row.machine === machine)).toHaveLength(1);
    expect([open(), account()]).toEqual([["lab: unknown"], "Banned"]);
    const [release] = rows("releases").filter((row) => row.machine === machine);
    await tick(world.parts, [release?.id ?? 0], "release");
    expect(rows("intents").filter((row) => row.act === "return-to-service" && row.machine === machine)).toEqual([]);
    expect(rows("releases").find(({ id }) => id === release?.id)?.reason_code).toBe("NotInService");
    await told({ id: "b1/lifted", kind: "unban" });
    expect([open(), account()]).toEqual([[], "Spare"]);
  });
});

describe("the ledger", () => {
  it("has a machine in Validating from the claim on, not while its validation is in line", async () => {
    expect([validation()?.status, account()]).toEqual(["queued", "Spare"]);
    await claimed();
    expect([validation()?.status, account()]).toEqual(["running", "Validating"]);
  });

  it("is not written by a validation that is cancelled without having claimed the machine", async () => {
    await world.parts.store.transaction((tx) =>
      tx.update("machines", [{ key: { id: machine }, set: { account: "InPool" } }]),
    );
    await set({ node: "another" });
    await claimed();
    expect([validation()?.status, account()]).toEqual(["cancelled", "InPool"]);
  });
});
