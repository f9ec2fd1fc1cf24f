import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantOf, moved, Proposal, PROPOSAL_SCHEMA, requiredOwners, bindingOf } from "@slipway/policy";
import { memoryStore, type MemoryStore } from "@slipway/store/memory";
import { beforeEach, describe, expect, it } from "vitest";
import { registerSettings, settingsOf } from "../canary/settings.ts";
import type { ChangeStatus } from "../canary/try.ts";
import { readFleet } from "../fleet/fleet.ts";
import { applyProposal, revertProposal, type ApplyPorts } from "./apply.ts";
import { signApproval } from "./approvals.ts";
import { loadApprovalKey, makeApprovalKey } from "./approver-key.ts";
import { fleetChange } from "./fleet-change.ts";
import { giveAsPrincipal, giveSigned } from "./give-approval.ts";
import { changeProposal, createProposal, readProposal } from "./proposal-file.ts";
import { standingIn } from "./standing.ts";

const LANE = "# twelve\r\nschema: slipway/lane@1\r\nlane: slow\r\nkind: slow\r\npasses: 12\r\nchecks: [xid]\r\n";
const clusters = (image: string): string =>
  `schema: slipway/clusters@1\nclusters: { a: { vendor: oci, segment: fleet, owner: fleet-infra, image: ${image} } }\n`;
const check = { id: "xid", version: "1", sections: {}, needs: () => [], probes: [] };
const checks = new Map([["xid", check]]) as unknown as Parameters<typeof fleetChange>[2];
const NOW = Date.UTC(2026, 4, 28);

let store: MemoryStore;
let fleet: string;
let now: number;
let open: boolean;

beforeEach(async () => {
  [store, now, open] = [memoryStore(), NOW, true];
  fleet = mkdtempSync(join(tmpdir(), "slipway-fleet-"));
  mkdirSync(join(fleet, "lanes"));
  writeFileSync(join(fleet, "lanes/slow.yaml"), LANE);
  writeFileSync(join(fleet, "clusters.yaml"), clusters("one"));
  await store.transaction(async (tx) => {
    await tx.insert("machines", [
      {
        id: 1,
        system_serial: "S1",
        gpu_serials: [],
        account: "InPool",
        account_since: 0,
        vendor: "oci",
        sku: "h100",
        merged_into: null,
        created_at: 0,
        generation: 1,
      },
    ]);
    await tx.insert("placements", [
      {
        id: 1,
        machine: 1,
        vendor: "oci",
        sku: "h100",
        cluster: "a",
        node_name: "n1",
        vendor_instance_id: null,
        host_id: null,
        rack: null,
        tray: null,
        nvlink_domain: null,
        ibkey: null,
        from_at: 0,
        until_at: null,
      },
    ]);
    await tx.insert("canary_nodes", [{ machine: 1, pool: "a", since: 0, by: "x", active: true }]);
  });
  await register();
});

/** As `openActive` does, with a gate that the test opens and shuts. */
async function register(): Promise<readonly ChangeStatus[]> {
  const builds = await registerSettings(store, settingsOf(readFleet(fleet), {}), now);
  return builds
    .filter(({ state }) => state === "staged")
    .map((build) => ({
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
          good: open,
          why: "",
          at: 0,
        },
      ],
      gate: { open, missing: open ? [] : ["0 of 2 canary nodes have passed under it"], blamed: undefined },
    }));
}
const ports = (over: Partial<ApplyPorts> = {}): ApplyPorts => ({
  fleetFolder: fleet,
  store,
  standing: (one) => standingIn(fleet, store, one),
  register,
  hasCheckOf: () => true,
  by: "runner",
  now: () => now,
  ...over,
});
const laneNow = (): string => readFileSync(join(fleet, "lanes/slow.yaml"), "utf8");
const active = async (): Promise<string | undefined> =>
  store.snapshot("builds").find(({ kind, name, state }) => kind === "lane" && name === "slow" && state === "active")
    ?.body ?? undefined;

/** Keys of two people who speak for everybody that has to agree. */
async function owners(): Promise<Readonly<Record<"one" | "two", Awaited<ReturnType<typeof loadApprovalKey>>>>> {
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

async function proposed(lane = LANE.replace("12", "13")): Promise<Proposal> {
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

async function approved(): Promise<Proposal> {
  const [proposal, keys] = [await proposed(), await owners()];
  for (const key of Object.values(keys))
    await giveSigned(fleet, store, "p", await signApproval(proposal, key, NOW), NOW);
  return readProposal(fleet, "p");
}

describe("approvals", () => {
  it("signed by everybody who has to agree make it approved", async () => {
    expect(await approved()).toMatchObject({ state: "approved", approvals: [{ by: "one" }, { by: "two" }] });
  });

  it("are refused when they are the author's, of another proposal, of nobody's key, or of what it is no more", async () => {
    const [proposal, { one }] = [await proposed(), await owners()];
    const signed = await signApproval(proposal, one, NOW);
    const give = (what: typeof signed): ReturnType<typeof giveSigned> => giveSigned(fleet, store, "p", what, NOW);
    expect(
      await giveAsPrincipal(fleet, store, "p", { by: "author", binding: bindingOf(proposal), reason: "x", now: NOW }),
    ).toMatchObject({ refused: "forbidden" });
    expect(
      await giveAsPrincipal(fleet, store, "p", { by: "stranger", binding: bindingOf(proposal), reason: "x", now: NOW }),
    ).toMatchObject({ refused: "forbidden" });
    expect(await give(await signApproval({ ...proposal, id: "other" }, one, NOW))).toMatchObject({
      refused: "unproven",
      why: "it approves other",
    });
    expect(await give(await signApproval({ ...proposal, title: "other" }, one, NOW))).toMatchObject({
      refused: "conflict",
      why: "it has another terms than what is approved",
    });
    expect(await give(await signApproval(proposal, { ...one, kid: "stranger" }, NOW))).toMatchObject({
      refused: "unproven",
      why: expect.stringContaining("nobody's") as string,
    });
    expect(
      await give({
        ...signed,
        payload: Buffer.from(Buffer.from(signed.payload, "base64url").toString().replace('"p"', '"q"')).toString(
          "base64url",
        ),
      }),
    ).toMatchObject({ refused: "unproven", why: "the signature is not of this content" });
    expect(readProposal(fleet, "p").approvals).toEqual([]);
  });

  it("do not count for standing in the file", async () => {
    const proposal = await proposed();
    await owners();
    const by = { at: instantOf(NOW), binding: bindingOf(proposal), proof: { audit: 77 } };
    await changeProposal(fleet, "p", (one) =>
      moved(
        {
          ...one,
          approvals: [
            { by: "one", ...by },
            { by: "two", ...by },
          ],
        },
        "approved",
        { by: "policy", reason: "forged", at: NOW },
      ),
    );
    expect(await applyProposal("p", ports())).toMatchObject({
      proposal: { state: "open" },
      missing: [
        expect.stringContaining("fleet-infra (fleet) has not agreed"),
        expect.stringContaining("hwh has not agreed"),
        "the word of one does not count: the database knows of no such approval",
        expect.anything(),
      ] as unknown,
    });
    expect(laneNow()).toBe(LANE);
  });

  it("of principals are proven by the audit, and by the owners file as it is now", async () => {
    const proposal = await proposed();
    await owners();
    const said = { binding: bindingOf(proposal), reason: "fine", now: NOW };
    await giveAsPrincipal(fleet, store, "p", { by: "one", ...said });
    await giveAsPrincipal(fleet, store, "p", { by: "one", ...said });
    expect(await giveAsPrincipal(fleet, store, "p", { by: "two", ...said })).toMatchObject({
      proposal: { state: "approved", approvals: [{ by: "one" }, { by: "two" }] },
    });
    expect((await standingIn(fleet, undefined, readProposal(fleet, "p"))).complete).toBe(false);
    writeFileSync(
      join(fleet, "owners.yaml"),
      "schema: slipway/owners@1\nprincipals: { one: { owners: [fleet-infra] } }\n",
    );
    expect(await standingIn(fleet, store, readProposal(fleet, "p"))).toMatchObject({
      complete: false,
      void: [{ by: "two", why: "is not in owners.yaml" }],
    });
  });
});

describe("applying", () => {
  it("writes the file, stages it, and is applied once its gate is open", async () => {
    open = false;
    await approved();
    expect(await applyProposal("p", ports())).toMatchObject({
      proposal: { state: "staged" },
      missing: ["lane/slow: 0 of 2 canary nodes have passed under it", "lane/slow: n1 has not passed under it"],
    });
    expect(laneNow()).toBe(LANE.replace("12", "13"));
    expect(await active()).toContain('"passes":12');
    open = true;
    expect(await applyProposal("p", ports())).toMatchObject({ proposal: { state: "applied" }, missing: [] });
    expect(await active()).toContain('"passes":13');
    now += 10 * 86_400_000;
    expect(await applyProposal("p", ports())).toMatchObject({ proposal: { state: "applied" } });
  });

  it("waits for who has not agreed, and for nodes that are canaries", async () => {
    await proposed();
    await owners();
    expect((await applyProposal("p", ports())).missing).toHaveLength(2);
    await store.transaction((tx) => tx.update("canary_nodes", [{ key: { machine: 1 }, set: { active: false } }]));
    const { one, two } = {
      one: await loadApprovalKey(join(fleet, "one.key")),
      two: await loadApprovalKey(join(fleet, "two.key")),
    };
    for (const key of [one, two])
      await giveSigned(fleet, store, "p", await signApproval(readProposal(fleet, "p"), key, NOW), NOW);
    expect((await applyProposal("p", ports())).missing).toEqual([
      "n1 is no canary node; name it by: slipway canary nodes add",
    ]);
    expect(laneNow()).toBe(LANE);
  });

  it("goes on after a crash, wherever that was", async () => {
    await approved();
    await expect(applyProposal("p", ports({ register: () => Promise.reject(new Error("killed")) }))).rejects.toThrow(
      "killed",
    );
    expect(readProposal(fleet, "p")).toMatchObject({ state: "approved", acts: [{ act: "apply", outcome: null }] });
    expect(await applyProposal("p", ports())).toMatchObject({
      proposal: { state: "applied", acts: [{ outcome: "done" }] },
    });
  });

  it("writes nothing over a file that has changed since, nor after its expiry", async () => {
    await approved();
    writeFileSync(join(fleet, "lanes/slow.yaml"), LANE.replace("12", "11"));
    await expect(applyProposal("p", ports())).rejects.toThrow("lanes/slow.yaml: has changed since");
    expect(laneNow()).toBe(LANE.replace("12", "11"));
    writeFileSync(join(fleet, "lanes/slow.yaml"), LANE);
    now += 2 * 86_400_000;
    await expect(applyProposal("p", ports())).rejects.toThrow("p is expired");
    expect(readProposal(fleet, "p").state).toBe("expired");
    await expect(applyProposal("p", ports())).rejects.toThrow("p is expired");
  });

  it("refuses a diff that somebody made otherwise", async () => {
    await approved();
    await changeProposal(fleet, "p", (one) => ({
      ...one,
      change: { ...one.change, diff: one.change.diff.replace("+passes: 13", "+passes: 1") },
    }));
    expect(await applyProposal("p", ports())).toMatchObject({ proposal: { state: "open" } });
    expect(laneNow()).toBe(LANE);
  });
});

describe("reverting", () => {
  it("brings back what was active, at once and byte for byte", async () => {
    await approved();
    await applyProposal("p", ports());
    open = false;
    expect((await revertProposal("p", ports(), "worse")).state).toBe("reverted");
    expect(laneNow()).toBe(LANE);
    expect(await active()).toContain('"passes":12');
    expect(store.snapshot("builds").filter(({ state }) => state === "staged")).toEqual([]);
    await expect(revertProposal("p", ports(), "again")).rejects.toThrow("p is reverted");
  });

  it("withdraws what was only staged, also after its expiry", async () => {
    open = false;
    await approved();
    await applyProposal("p", ports());
    now += 2 * 86_400_000;
    await expect(applyProposal("p", ports())).rejects.toThrow("p is expired");
    expect((await revertProposal("p", ports(), "too late")).state).toBe("reverted");
    expect(laneNow()).toBe(LANE);
  });

  it("takes nothing back where the file has another content by now", async () => {
    await approved();
    await applyProposal("p", ports());
    writeFileSync(join(fleet, "lanes/slow.yaml"), LANE.replace("12", "14"));
    await expect(revertProposal("p", ports(), "worse")).rejects.toThrow("lanes/slow.yaml: has changed since");
    expect(await active()).toContain('"passes":13');
  });

  it("has nothing to take back of what was never applied", async () => {
    await proposed();
    await expect(revertProposal("p", ports(), "x")).rejects.toThrow("it wrote nothing");
  });
});

describe("what is proposed", () => {
  const change = (path: string, content: string | null) => fleetChange(fleet, [{ path, content }], checks, []);

  it.each<[string, string, string | null, RegExp]>([
    [
      "a file that is wrong, with its line",
      "lanes/slow.yaml",
      LANE.replace("12", "many"),
      /lanes\/slow\.yaml:5:9: passes/,
    ],
    ["a lane of a check that nobody knows", "lanes/slow.yaml", LANE.replace("xid", "gone"), /there is no check gone/],
    ["nothing but a comment", "lanes/slow.yaml", LANE.replace("twelve", "12"), /say already/],
    ["what no canary node tries", "clusters.yaml", clusters("one").replace("fleet-infra", "other"), /only images/],
    ["the same lane twice", "lanes/other.yaml", LANE, /another file has the lane/],
  ])("is not %s", (_name, path, content, why) => {
    expect(() => change(path, content)).toThrow(why);
    expect(laneNow()).toBe(LANE);
  });

  it("may be a new file, one that goes, and an image", () => {
    expect(change("lanes/fast.yaml", LANE.replaceAll("slow", "fast")).change).toMatchObject({
      files: [{ before: null }],
      settings: [{ kind: "lane", name: "fast" }],
    });
    expect(change("lanes/slow.yaml", null).change).toMatchObject({
      files: [{ after: null }],
      relaxes: [expect.stringContaining("gone")],
    });
    expect(change("clusters.yaml", clusters("two"))).toMatchObject({
      change: { settings: [{ kind: "image", name: "a" }], relaxes: [] },
    });
  });
});

it("a private key is its owner's alone", async () => {
  await makeApprovalKey(join(fleet, "k"));
  expect(statSync(join(fleet, "k")).mode & 0o777).toBe(0o600);
  await expect(makeApprovalKey(join(fleet, "k"))).rejects.toThrow("there already");
  await expect(loadApprovalKey(join(fleet, "none"))).rejects.toThrow("there is no approval key");
});
