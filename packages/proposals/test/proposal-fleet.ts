import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantOf, Proposal, PROPOSAL_SCHEMA, requiredOwners } from "@slipway/policy";
import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { machineRow, placementRow } from "@slipway/store/testing";
import { applyNamed, applySettings } from "@slipway/fleet";
import { settingsOf } from "@slipway/fleet";
import type { ChangeStatus } from "@slipway/fleet";
import { readFleet } from "@slipway/fleet";
import type { ApplyPorts } from "../src/apply.ts";
import { signApproval } from "../src/approvals.ts";
import { loadApprovalKey, makeApprovalKey } from "../src/approver-key.ts";
import { fleetChange } from "../src/fleet-change.ts";
import { giveSigned } from "../src/give-approval.ts";
import { createProposal, readProposal } from "../src/proposal-file.ts";
import { standingIn } from "../src/standing.ts";

export const LANE = "# twelve\r\nschema: slipway/lane@1\r\nlane: slow\r\nkind: slow\r\npasses: 12\r\nchecks: [xid]\r\n";
export const clusters = (image: string): string =>
  `schema: slipway/clusters@1\nclusters: { a: { vendor: oci, segment: fleet, owner: fleet-infra, image: ${image} } }\n`;
const check = { id: "xid", version: "1", sections: {}, needs: () => [], probes: [] };
export const checks = new Map([["xid", check]]) as unknown as Parameters<typeof fleetChange>[2];
export const NOW = Date.UTC(2026, 4, 28);

/** The database and the fleet's folder, since {@link newProposalFleet}. */
export let store: MemoryStore;
export let fleet: string;
/** What a test changes: the time, and whether the gate of what is staged is open. */
export const given = { now: NOW, open: true };

/** Makes new ones; each test begins with it. */
export async function newProposalFleet(): Promise<void> {
  store = memoryStore();
  Object.assign(given, { now: NOW, open: true });
  fleet = mkdtempSync(join(tmpdir(), "slipway-fleet-"));
  mkdirSync(join(fleet, "lanes"));
  writeFileSync(join(fleet, "lanes/slow.yaml"), LANE);
  writeFileSync(join(fleet, "clusters.yaml"), clusters("one"));
  await store.transaction(async (tx) => {
    await tx.insert("machines", [
      machineRow(1, {
        system_serial: "S1",
        gpu_serials: [],
        account: "InPool",
        account_since: 0,
        vendor: "oci",
        sku: "h100",
      }),
    ]);
    await tx.insert("placements", [placementRow(1, { vendor: "oci", sku: "h100", cluster: "a", from_at: 0 })]);
    await tx.insert("canary_nodes", [{ machine: 1, pool: "a", since: 0, by: "x", active: true }]);
  });
  await applySettings(store, settingsOf(readFleet(fleet), {}), { by: "deployer", reason: "first" });
}

const register: ApplyPorts["register"] = async (settings) =>
  void (await applyNamed(store, settingsOf(readFleet(fleet), {}), settings, { by: "runner" }));

/** What is staged, with a gate that the test opens and shuts. */
async function status(): Promise<readonly ChangeStatus[]> {
  const builds = await store.transaction((tx) => tx.find("builds", { where: { state: "staged" } }));
  return builds.map((build) => ({
    change: { build, world: undefined, problem: undefined },
    trials: [
      {
        id: 1,
        kind: build.kind,
        name: build.name,
        digest: build.digest,
        control: "positive",
        machine: 1,
        subject: "m-1",
        active_verdict: "pass",
        staged_verdict: "pass",
        good: given.open,
        why: "",
        at: 0,
      },
    ],
    gate: {
      open: given.open,
      missing: given.open ? [] : ["0 of 2 canary nodes have passed under it"],
      blamed: undefined,
    },
  }));
}

/** What applying needs, of this fleet. */
export const ports = (over: Partial<ApplyPorts> = {}): ApplyPorts => ({
  fleetFolder: fleet,
  store,
  standing: (one) => standingIn(fleet, store, one),
  register,
  status,
  hasCheckOf: () => true,
  by: "runner",
  now: () => given.now,
  ...over,
});
export const laneNow = (): string => readFileSync(join(fleet, "lanes/slow.yaml"), "utf8");

/** Keys of two people who speak for everybody that has to agree. */
export async function owners(): Promise<Readonly<Record<"one" | "two", Awaited<ReturnType<typeof loadApprovalKey>>>>> {
  const keys = await Promise.all(["one", "two"].map((name) => makeApprovalKey(join(fleet, `${name}.key`))));
  const lines = keys.map(
    ({ kid, x }, index) =>
      `  ${["one", "two"][index] ?? ""}: { owners: [${["fleet-infra", "hwh"][index] ?? ""}], keys: [{ kid: "${kid}", x: "${x}" }] }`,
  );
  writeFileSync(
    join(fleet, "owners.yaml"),
    ["schema: slipway/owners@1", "principals:", ...lines, "  author: { owners: [fleet-infra, hwh] }", ""].join("\n"),
  );
  return { one: await loadApprovalKey(join(fleet, "one.key")), two: await loadApprovalKey(join(fleet, "two.key")) };
}

export async function proposed(lane = LANE.replace("12", "13")): Promise<Proposal> {
  const { change, concerns } = fleetChange(fleet, [{ path: "lanes/slow.yaml", content: lane }], checks, []);
  const history = [
    { at: instantOf(NOW - 2_000), by: "author", from: null, to: "draft" as const, reason: "x" },
    { at: instantOf(NOW - 1_000), by: "author", from: "draft" as const, to: "open" as const, reason: "x" },
  ];
  const proposal = Proposal.parse({
    schema: PROPOSAL_SCHEMA,
    id: "p",
    kind: "policy",
    title: "T",
    reason: "x",
    author: "author",
    created: instantOf(NOW - 2_000),
    expires: instantOf(NOW + 86_400_000),
    state: "open",
    change,
    owners: requiredOwners(readFleet(fleet).clusters, concerns),
    canary: { nodes: ["n1"] },
    history,
  });
  await createProposal(fleet, proposal);
  return proposal;
}

export async function approved(): Promise<Proposal> {
  const [proposal, keys] = [await proposed(), await owners()];
  for (const key of Object.values(keys))
    await giveSigned({ fleetFolder: fleet, store }, "p", await signApproval(proposal, key, NOW), NOW);
  return readProposal(fleet, "p");
}
