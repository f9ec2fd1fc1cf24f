import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { DAY, HOUR, simulatedWorld, START } from "../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../../../fleet", import.meta.url));

it("brings machines from their first sighting to a release or a ban, and each re-ban back through repair", async () => {
  const failures: string[] = [];
  const world = await simulatedWorld({
    seed: 1,
    fleetFolder,
    lab: { cells: { "oci-h100-a": 16, "az-gb300-a": 18, "cwg-h200-a": 8 }, speed: 1 },
    onEvent: (event) => {
      if (event.event === "act-failed") failures.push(`${event.key}: ${event.reason}`);
    },
  });
  const runner = await world.start();
  for (let at = START; at < START + 40 * DAY; at += 4 * HOUR) {
    await world.look();
    await world.clock.runUntil(at + 4 * HOUR);
  }
  await runner.stop();
  const memory = world.memory;
  if (memory === undefined) throw new TypeError("no memory store");
  const validations = memory.snapshot("validations");
  const passes = memory.snapshot("passes");
  expect(failures).toEqual([]);
  expect(validations.filter(({ status }) => status === "released").length).toBeGreaterThan(15);
  expect(validations.filter(({ status }) => status === "banned").length).toBeGreaterThan(3);
  for (const { id, passes_required } of validations.filter(({ status }) => status === "released")) {
    const own = passes.filter((pass) => pass.validation === id && pass.kind === "required");
    expect(own.filter(({ verdict }) => verdict === "pass")).toHaveLength(passes_required);
    expect(own.filter(({ verdict }) => verdict === "fail")).toEqual([]);
  }
  const lanes = new Set(validations.map(({ lane }) => lane));
  expect(lanes).toContain("slow");
  expect(lanes).toContain("post-repair");
  for (const ban of memory.snapshot("bans").filter(({ source }) => source === "validation"))
    expect(ban.attribution.findings.length).toBeGreaterThan(0);
  for (const machine of memory.snapshot("machines")) {
    const moves = memory.snapshot("ledger").filter((row) => row.machine === machine.id);
    expect(moves.at(-1)?.to_account).toBe(machine.account);
    moves.forEach((move, index) => {
      expect(move.from_account).toBe(moves[index - 1]?.to_account ?? null);
    });
  }
}, 60_000);
