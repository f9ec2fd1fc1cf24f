import { sessionise, type EventRow } from "@slipway/stats";
import type { Row } from "@slipway/store";
import { banRow, releaseRow } from "@slipway/store/testing";
import { describe, expect, it } from "vitest";
import { machine, pass, read, START, validation } from "../../test/database-rows.ts";
import type { DatabaseRows } from "./read-database.ts";

const DAY = 86_400_000;
const release = (id: number, over: Partial<Row<"releases">> = {}): Row<"releases"> =>
  releaseRow(id, {
    machine: 1,
    node: "n1",
    cluster: "c1",
    vendor: "oci",
    sku: "H100",
    segment: "fleet",
    at: START,
    ...over,
  });
const ban = (id: number, over: Partial<Row<"bans">> = {}): Row<"bans"> =>
  banRow(id, {
    machine: 1,
    node: "n1",
    cluster: "c1",
    sku: "H100",
    segment: "fleet",
    at: START + DAY,
    source: "lab",
    external_id: String(id),
    ...over,
  });
const move = (
  id: number,
  to_account: Row<"ledger">["to_account"],
  over: Partial<Row<"ledger">> = {},
): Row<"ledger"> => ({ id, at: START + DAY, machine: 1, from_account: "InPool", to_account, cause: "x", ...over });
const told = ({ events }: DatabaseRows): string[] =>
  [...events]
    .sort((a, b) => a.ts - b.ts)
    .map(({ type, cause, node, cluster }) => [type, cause, node, cluster].filter((part) => part !== null).join(" "));
const spellsOf = (events: readonly EventRow[]): readonly (readonly [number, string | null])[] =>
  sessionise(events, { asOf: START + 30 * DAY }).spells.map(({ days, cause }) => [days, cause]);

describe("readDatabase", () => {
  it("tells releases as admissions of the machine, with their validation's attempt", async () => {
    const { events } = await read({
      validations: [validation(7, { attempt: 2 })],
      releases: [release(9, { validation: 7, entry: "ofr" })],
    });
    expect(events).toEqual([
      {
        eventId: "release-9",
        revision: 1,
        type: "admit",
        node: "m-1",
        cluster: "c1",
        ts: START,
        ingestedTs: null,
        cause: null,
        labels: { cluster: "c1", vendor: "oci", sku: "H100", segment: "fleet", owner: "fleet-infra", entry: "ofr" },
        attemptId: "7/2",
      },
    ]);
  });

  it("tells a merged machine as the one it was merged into", async () => {
    expect(
      told(
        await read({
          machines: [machine(1, { merged_into: 2 }), machine(2, { merged_into: 3 }), machine(3)],
          releases: [release(9)],
        }),
      ),
    ).toEqual(["admit m-3 c1"]);
  });

  it("tells bans with their newest revision, and one in service ends the stay", async () => {
    const { events } = await read({
      releases: [release(9)],
      bans: [ban(5, { spec_generation: 3, cause: "fabric", release: 9 })],
      ledger: [move(1, "Banned", { cause: "ban/5" })],
    });
    expect(events.find(({ type }) => type === "ban")).toMatchObject({ eventId: "ban-5", revision: 3, cause: "fabric" });
    expect(spellsOf(events)).toEqual([[1, "fabric"]]);
  });

  it("tells a lifted ban only where it put the machine back to work", async () => {
    const bans = [ban(5, { cause: "workload", lifted_at: START + 2 * DAY })];
    const back = await read({
      releases: [release(9)],
      bans,
      ledger: [move(1, "Banned"), move(2, "InPool", { from_account: "Banned", at: START + 2 * DAY, cause: "ban/5" })],
    });
    expect(told(back)).toEqual(["admit m-1 c1", "ban workload m-1 c1", "unban m-1 c1"]);
    expect(spellsOf(back.events)).toEqual([[30, null]]);
    const proven = await read({
      releases: [release(9), release(10, { at: START + 3 * DAY })],
      bans,
      ledger: [move(1, "Banned"), move(2, "Spare", { from_account: "Banned", at: START + 2 * DAY, cause: "ban/5" })],
    });
    expect(spellsOf(proven.events)).toEqual([
      [1, "workload"],
      [27, null],
    ]);
  });

  it("does not tell a refusal by validation as a ban: its runs do", async () => {
    const rows = await read({
      validations: [validation(7, { status: "banned" })],
      bans: [ban(5, { validation: 7 })],
      passes: [pass(7, 1, { verdict: "fail", failed_checks: ["imex"] })],
    });
    expect(rows.events).toEqual([]);
    expect(rows.runs.map(({ result }) => result)).toEqual(["fail"]);
  });

  it("tells a test in service that failed as a ban of the stay, and one that passed as a leave and an admission", async () => {
    const tested = validation(7, { trigger: "on-demand" });
    const failed = await read({
      validations: [tested],
      releases: [release(9)],
      bans: [ban(5, { validation: 7, at: START + 2 * DAY, release: 9 })],
      ledger: [
        move(1, "Validating", { cause: "validation/7" }),
        move(2, "Banned", { from_account: "Validating", at: START + 2 * DAY }),
      ],
    });
    expect(spellsOf(failed.events)).toEqual([[2, "hardware"]]);
    const passed = await read({
      validations: [tested],
      releases: [release(9), release(10, { validation: 7, at: START + 2 * DAY, entry: "maintenance" })],
      ledger: [move(1, "Validating", { cause: "validation/7" })],
    });
    expect(spellsOf(passed.events)).toEqual([
      [1, null],
      [28, null],
    ]);
  });

  it("does not tell the release of a machine that another's ban keeps out as an admission", async () => {
    const rows = await read({
      releases: [release(9), release(10, { at: START + 2 * DAY, entry: "maintenance" })],
      bans: [ban(5, { at: START + DAY })],
      ledger: [move(1, "Banned"), move(2, "Banned", { from_account: "Validating", cause: "release/10" })],
    });
    expect(told(rows)).toEqual(["admit m-1 c1", "ban hardware m-1 c1"]);
  });

  it("tells a move that failed its validation as a leave: it was refused where it came to", async () => {
    const rows = await read({
      validations: [validation(7, { trigger: "re-entry", cluster: "c2" })],
      releases: [release(9)],
      bans: [ban(5, { validation: 7, cluster: "c2", at: START + 2 * DAY, release: 9 })],
      ledger: [move(1, "Validating", { cause: "validation/7" })],
    });
    expect(told(rows)).toEqual(["admit m-1 c1", "leave m-1 c1"]);
  });

  it("tells what goes out of service unbanned as a leave, of the cluster it was let into", async () => {
    const rows = await read({
      releases: [release(9), release(10, { at: START + 5 * DAY, cluster: "c2" })],
      ledger: [
        move(1, "OFR"),
        move(2, "Offered", { at: START + 6 * DAY }),
        move(3, "Lost", { from_account: "Offered", at: START + 7 * DAY }),
      ],
    });
    expect(told(rows)).toEqual(["admit m-1 c1", "leave m-1 c1", "admit m-1 c2", "leave m-1 c2"]);
  });
});
