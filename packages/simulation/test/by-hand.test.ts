import { fileURLToPath } from "node:url";
import {
  banByHand,
  buildRelease,
  importBans,
  importHistory,
  liftBan,
  override,
  planValidations,
  reclassify,
  type RunnerEvent,
  type Validation,
} from "@slipway/runner";
import { describe, expect, it } from "vitest";
import { HOUR, simulatedWorld, START, type SimulatedWorld } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));

/** A world with a few machines in line, and nobody working. */
async function world(
  onEvent?: (event: RunnerEvent) => void,
): Promise<{ world: SimulatedWorld; machines: { id: number; node: string; serial: string }[] }> {
  const made = await simulatedWorld({ seed: 5, fleetFolder, lab: { cells: { "oci-h100-a": 12 }, speed: 1 }, onEvent });
  await made.clock.runUntil(START + HOUR);
  await made.look();
  const placements = new Map(made.memory?.snapshot("placements").map((row) => [row.machine, row.node_name ?? ""]));
  return {
    world: made,
    machines: (made.memory?.snapshot("machines") ?? []).map(({ id, system_serial }) => ({
      id,
      node: placements.get(id) ?? "",
      serial: system_serial ?? "",
    })),
  };
}
const said = { by: "ada", reason: "because", now: START + HOUR };

describe("what people do", () => {
  it("is told as changes of state once it is committed, like what a worker does", async () => {
    const told: RunnerEvent[] = [];
    const {
      world: { parts },
      machines: [machine],
    } = await world((event) => void told.push(event));
    told.length = 0;
    const ban = { machine: machine?.id ?? 0, cause: "platform" as const };
    const id = await banByHand(parts.store, parts.fleet, { ...ban, ...said });
    await reclassify(parts.store, parts.fleet, { ban: id, cause: "fabric", ...said });
    await expect(reclassify(parts.store, parts.fleet, { ban: id, cause: "fabric", ...said })).rejects.toThrow("fabric");
    expect(told).toMatchObject([
      { event: "transition", object: `ban/${String(id)}`, from: null, to: "open", reason: "because" },
      { event: "transition", object: expect.stringMatching(/^validation\//) as unknown, to: "cancelled" },
      { event: "transition", object: `ban/${String(id)}`, from: "platform", to: "fabric" },
    ]);
  });

  it("bans, ends the open validation, lifts, and lets in by override, each in somebody's name", async () => {
    const {
      world: { parts, memory },
      machines,
    } = await world();
    const [first, second] = machines;
    const machine = first?.id ?? 0;
    const ban = await banByHand(parts.store, parts.fleet, { machine, cause: "platform", ...said });
    const account = (id: number | undefined): string | undefined =>
      memory?.snapshot("machines").find((row) => row.id === id)?.account;
    expect(account(machine)).toBe("Banned");
    expect(memory?.snapshot("validations").find((row) => row.machine === machine)?.status).toBe("cancelled");
    expect(await liftBan(parts.store, { ban, ...said })).toBe(machine);
    expect(account(machine)).toBe("Spare");
    await expect(liftBan(parts.store, { ban, ...said })).rejects.toThrow("lifted already, by ada");
    const release = await override(parts.store, parts.fleet, { machine: second?.id ?? 0, ...said });
    expect(account(second?.id)).toBe("InPool");
    expect(await buildRelease(parts.store, release)).toMatchObject({
      entry: "override",
      decided_by: "ada",
      reason: "because",
    });
    await expect(override(parts.store, parts.fleet, { machine: second?.id ?? 0, ...said })).rejects.toThrow(
      "in service already",
    );
    await expect(override(parts.store, parts.fleet, { machine: 999_999, ...said })).rejects.toThrow(
      "no machine m-999999",
    );
    for (const object of [`ban/${String(ban)}`, `release/${String(release)}`])
      expect(memory?.snapshot("audit").some((row) => row.object === object && row.actor === "ada")).toBe(true);
  });

  it("takes nobody's word for a proof, and leaves a machine out that somebody banned until somebody lifts it", async () => {
    const {
      world: { parts, memory },
      machines,
    } = await world();
    const [machine] = machines;
    const plan = async (): Promise<Validation | undefined> =>
      (await planValidations(parts, [{ machine: machine?.id ?? 0, trigger: "on-demand" }]))[0];
    await override(parts.store, parts.fleet, { machine: machine?.id ?? 0, ...said });
    expect(memory?.snapshot("releases").map(({ entry }) => entry)).toEqual(["override"]);
    const planned = await plan();
    expect([planned?.lane, planned?.lane_reason]).toEqual(["slow", "new hardware: this machine was never proven"]);
    const ban = await banByHand(parts.store, parts.fleet, { machine: machine?.id ?? 0, cause: "hardware", ...said });
    expect(await plan()).toBeUndefined();
    await liftBan(parts.store, { ban, ...said });
    expect((await plan())?.lane_reason).toBe("back from a ban (hardware)");
  });

  it("takes a machine that was banned before Slipway for one that is back from a ban, but for a workload's that was lifted", async () => {
    const lane = async (...events: string[]): Promise<string | undefined> => {
      const {
        world: { parts },
        machines,
      } = await world();
      const [machine] = machines;
      for (const { id } of await planValidations(parts, [{ machine: machine?.id ?? 0, trigger: "on-demand" }]))
        await parts.store.transaction((tx) =>
          tx.update("validations", [{ key: { id }, set: { status: "cancelled", finished_at: said.now } }]),
        );
      const rows = events.map((event, at) => `x${String(at)},1,${event.replace("NODE", machine?.serial ?? "")}`);
      await importHistory(parts.store, {
        events: {
          file: "e.csv",
          text: `event_id,revision,event_type,node_id,cluster_id,ts,cause\n${rows.join("\n")}\n`,
        },
      });
      return (await planValidations(parts, [{ machine: machine?.id ?? 0, trigger: "on-demand" }]))[0]?.lane_reason;
    };
    const admit = "admit,NODE,oci-h100-a,2025-12-30T00:00:00Z,";
    const ban = (cause: string): string => `ban,NODE,oci-h100-a,2025-12-31T00:00:00Z,${cause}`;
    const unban = "unban,NODE,oci-h100-a,2025-12-31T01:00:00Z,";
    expect(await lane(admit)).toContain("proven healthy");
    expect(await lane(admit, ban("fabric"), unban)).toBe("back from a ban (fabric)");
    expect(await lane(admit, ban("workload"), unban)).toContain("proven healthy");
    expect(await lane(admit, ban("workload"))).toBe("back from a ban (workload)");
  });

  it("imports bans once, and gives a workload's back when it is lifted", async () => {
    const {
      world: { parts, memory },
      machines,
    } = await world();
    const [machine] = machines;
    const release = await override(parts.store, parts.fleet, { machine: machine?.id ?? 0, ...said });
    expect(release).toBeGreaterThan(0);
    const header = "event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause\n";
    const at = "2026-01-01T02:00:00Z";
    const known = `e1,1,ban,${machine?.node ?? ""},oci-h100-a,${at},,workload\n`;
    const text = `${header}${known}e2,1,ban,nobody,,${at},,hardware\n`;
    const take = (content: string): ReturnType<typeof importBans> =>
      importBans(parts.store, parts.fleet, { file: "b.csv", text: content, source: "slurm" });
    expect(await take(text)).toEqual({ banned: 1, lifted: 0, reclassified: 0, known: 0, unknown: 1 });
    expect(await take(text)).toEqual({ banned: 0, lifted: 0, reclassified: 0, known: 1, unknown: 1 });
    expect(memory?.snapshot("machines").find(({ id }) => id === machine?.id)?.account).toBe("Banned");
    expect(await take(`${header}e3,1,unban,${machine?.node ?? ""},,2026-01-01T03:00:00Z,,\n`)).toMatchObject({
      lifted: 1,
    });
    expect(memory?.snapshot("machines").find(({ id }) => id === machine?.id)?.account).toBe("InPool");
    await expect(take(`${header}e4,1,ban,x,,2026-01-01T02:00:00Z,,gremlins\n`)).rejects.toThrow("b.csv:2: cause");
  });

  it("puts an imported ban down to what its highest revision says, and leaves what somebody said by hand", async () => {
    const {
      world: { parts, memory },
      machines,
    } = await world();
    const [machine] = machines;
    const revision = (event: string, number: number, cause: string): string =>
      `${event},${String(number)},ban,${machine?.node ?? ""},oci-h100-a,2026-01-01T02:00:00Z,,${cause}\n`;
    const take = (...rows: string[]): ReturnType<typeof importBans> =>
      importBans(parts.store, parts.fleet, {
        file: "b.csv",
        text: `event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause\n${rows.join("")}`,
        source: "slurm",
      });
    const ban = (): unknown => memory?.snapshot("bans").find(({ external_id }) => external_id === "r1");
    expect(await take(revision("r1", 1, "unknown"), revision("r1", 1, "unknown"))).toMatchObject({
      banned: 1,
      known: 1,
    });
    expect(await take(revision("r1", 3, "fabric"), revision("r1", 2, "platform"))).toMatchObject({
      reclassified: 1,
      known: 1,
    });
    expect(ban()).toMatchObject({ cause: "fabric", revision: 2, attribution: { rule: "said by slurm" } });
    expect(await take(revision("r1", 2, "platform"))).toMatchObject({ reclassified: 0, known: 1 });
    expect(await take(revision("r1", 4, "workload"))).toMatchObject({ reclassified: 1 });
    await reclassify(parts.store, parts.fleet, { ban: (ban() as { id: number }).id, cause: "hardware", ...said });
    expect(await take(revision("r1", 5, "platform"))).toMatchObject({ reclassified: 0, known: 1 });
    expect(ban()).toMatchObject({ cause: "hardware", revision: 4 });
  });

  it("takes a machine's lane from history that was imported before the machine was known", async () => {
    const fresh = await simulatedWorld({ seed: 5, fleetFolder, lab: { cells: { "oci-h100-a": 12 }, speed: 1 } });
    const { machines } = await world();
    const serial = machines[0]?.serial ?? "";
    const events = {
      file: "e.csv",
      text: `event_id,revision,event_type,node_id,cluster_id,ts\nx1,1,admit,${serial},oci-h100-a,2025-12-30T00:00:00Z\n`,
    };
    expect(await importHistory(fresh.parts.store, { events })).toMatchObject({ events: 1, unknown: 1 });
    await fresh.clock.runUntil(START + HOUR);
    await fresh.look();
    const known = fresh.memory?.snapshot("machines").find(({ system_serial }) => system_serial === serial)?.id;
    const lanes = new Map(fresh.memory?.snapshot("validations").map((row) => [row.machine, row.lane]));
    expect(lanes.get(known ?? 0)).toBe("fast");
    expect([...lanes.values()].filter((lane) => lane === "slow").length).toBe(lanes.size - 1);
  });

  it("keeps one open validation a machine, whoever asks", async () => {
    const {
      world: { parts },
      machines,
    } = await world();
    const requests = machines.map(({ id }) => ({ machine: id, trigger: "on-demand" as const }));
    const [one, two]: (readonly Validation[])[] = await Promise.all([
      planValidations(parts, requests),
      planValidations(parts, requests),
    ]);
    expect(one?.map(({ id }) => id)).toEqual(two?.map(({ id }) => id));
  });
});
