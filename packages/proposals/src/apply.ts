import { SlipwayError } from "@slipway/plugin-sdk";
import { instantOf, moved, settled, type Act, type Proposal, type StagedSetting, type Standing } from "@slipway/policy";
import type { Store } from "@slipway/store";
import { decideSetting, takeBackSetting } from "@slipway/fleet";
import type { ChangeStatus } from "@slipway/fleet";
import { findNode } from "@slipway/nodes";
import { changeProposal, readProposal } from "./proposal-file.ts";
import { writeFiles } from "./written-files.ts";

/** What applying and reverting need. */
export interface ApplyPorts {
  readonly fleetFolder: string;
  readonly store: Store;
  readonly standing: (proposal: Proposal) => Promise<Standing>;
  /** Applies these settings as the checkout has them now, and no others. */
  readonly register: (settings: Proposal["change"]["settings"]) => Promise<void>;
  /** The staged settings with their trials. */
  readonly status: () => Promise<readonly ChangeStatus[]>;
  /** Whether this checkout has a check as a commit has it. */
  readonly hasCheckOf: (check: string, rev: string) => boolean;
  readonly by: string;
  readonly now: () => number;
}

/** The proposal after the step, and what it still waits for, one sentence each. */
export interface Applied {
  readonly proposal: Proposal;
  readonly missing: readonly string[];
}

/**
 * Applies an approved proposal: writes its files, stages its settings, and makes those active whose canary gate is
 * open. A further call, also after a crash, continues where the last one ended.
 *
 * @throws SlipwayError of kind `input` for a file that has changed since, and for a proposal that has ended
 */
export async function applyProposal(id: string, ports: ApplyPorts): Promise<Applied> {
  const { fleetFolder, now, by } = ports;
  const standing = await ports.standing(readProposal(fleetFolder, id));
  let proposal = await changeProposal(fleetFolder, id, (one) => settled(one, standing, now()));
  switch (proposal.state) {
    case "draft":
      return { proposal, missing: ["it is a draft: slipway propose post opens it"] };
    case "open":
      return { proposal, missing: disagreements(standing) };
    case "approved": {
      const missing = await canaryProblems(ports.store, proposal);
      if (missing.length > 0) return { proposal, missing };
      proposal = await stage(proposal, ports);
      break;
    }
    case "staged":
      if (!standing.complete) return { proposal, missing: disagreements(standing) };
      break;
    case "applied":
      return { proposal, missing: [] };
    case "rejected":
    case "reverted":
    case "expired":
      throw new SlipwayError("input", `${id} is ${proposal.state}: it is not applied any more`);
  }
  const missing = await promote(proposal, ports);
  if (missing.length > 0) return { proposal, missing };
  return {
    proposal: await changeProposal(fleetFolder, id, (one) =>
      one.state === "staged"
        ? moved(one, "applied", { by, reason: "its canary gate is open and its settings are active", at: now() })
        : one,
    ),
    missing,
  };
}

const disagreements = ({ waiting, void: refused }: Standing): readonly string[] => [
  ...waiting.map(
    ({ owner, segment, why }) => `${owner}${segment === null ? "" : ` (${segment})`} has not agreed: ${why}`,
  ),
  ...refused.map(({ by, why }) => `the word of ${by} does not count: ${why}`),
];

/** The nodes named for staging have to be canary nodes, or nothing is tried on them. */
async function canaryProblems(store: Store, { canary }: Proposal): Promise<readonly string[]> {
  const machines = await canaryMachines(store, canary.nodes);
  const active = new Set(
    (await store.transaction((tx) => tx.find("canary_nodes", { where: { active: true } }))).map(
      ({ machine }) => machine,
    ),
  );
  return [...machines]
    .filter(([, machine]) => !active.has(machine))
    .map(([node]) => `${node} is no canary node; name it by: slipway canary nodes add`);
}

async function canaryMachines(store: Store, nodes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const machines = new Map<string, number>();
  for (const node of nodes) machines.set(node, (await findNode(store, node)).machine.id);
  return machines;
}

const keyOf = (id: string): string => `${id}/apply`;

/** The act of applying in the proposal's file, if it was begun. */
const applyAct = ({ id, acts }: Proposal): Act | undefined => acts.find(({ key }) => key === keyOf(id));

/** Writes the act with what undoing needs, then the files, then the act's outcome. */
async function stage(proposal: Proposal, ports: ApplyPorts): Promise<Proposal> {
  const { fleetFolder, store, by, now } = ports;
  const { id, change } = proposal;
  if (change.check !== undefined && !ports.hasCheckOf(change.check.id, change.check.to))
    throw new SlipwayError(
      "input",
      `this checkout has another ${change.check.id} than ${change.check.to.slice(0, 12)}`,
      { hint: "check that commit out, or merge it; then apply again" },
    );
  // The active settings are read before anything is written, because reverting restores them.
  if (applyAct(proposal) === undefined) {
    const before = await activeDigests(store, change.settings);
    const intent: Act = {
      key: keyOf(id),
      act: "apply",
      by,
      at: instantOf(now()),
      outcome: null,
      ended: null,
      note: null,
      not_before: null,
      settings: before,
    };
    await changeProposal(fleetFolder, id, (one) =>
      applyAct(one) === undefined ? { ...one, acts: [...one.acts, intent] } : one,
    );
  }
  writeFiles(fleetFolder, proposal, "forward");
  await ports.register(change.settings);
  const written = await newDigests(store, change.settings);
  return changeProposal(fleetFolder, id, (one) => {
    const acts = one.acts.map((act) =>
      act.key === keyOf(id)
        ? {
            ...act,
            outcome: "done" as const,
            ended: instantOf(now()),
            settings: act.settings.map((setting) => ({
              ...setting,
              digest: written.get(nameOf(setting)) ?? setting.digest,
            })),
          }
        : act,
    );
    return moved({ ...one, acts }, "staged", {
      by,
      reason: "its content is written; canary nodes try it first",
      at: now(),
    });
  });
}

const nameOf = ({ kind, name }: Pick<StagedSetting, "kind" | "name">): string => `${kind}/${name}`;

async function activeDigests(store: Store, settings: Proposal["change"]["settings"]): Promise<StagedSetting[]> {
  const builds = await store.transaction((tx) =>
    tx.find("builds", { where: { state: "active", name: { in: settings.map(({ name }) => name) } } }),
  );
  return settings.map(({ kind, name }) => {
    const active = builds.find((row) => row.kind === kind && row.name === name)?.digest ?? null;
    return { kind, name, digest: active ?? "", before: active };
  });
}

/** The digest of each setting after its file was written: the staged one, or the one that became active at once. */
async function newDigests(
  store: Store,
  settings: Proposal["change"]["settings"],
): Promise<ReadonlyMap<string, string>> {
  const builds = await store.transaction((tx) =>
    tx.find("builds", {
      where: { state: { in: ["active", "staged"] }, name: { in: settings.map(({ name }) => name) } },
    }),
  );
  return new Map(
    settings.flatMap((setting) => {
      const own = builds.filter((row) => row.kind === setting.kind && row.name === setting.name);
      const row = own.find(({ state }) => state === "staged") ?? own[0];
      return row === undefined ? [] : [[nameOf(setting), row.digest] as const];
    }),
  );
}

/** Makes every setting active whose gate is open, once the nodes for staging passed under it. @returns what is missing */
async function promote(proposal: Proposal, { store, status, by }: ApplyPorts): Promise<readonly string[]> {
  const settings = applyAct(proposal)?.settings ?? [];
  const staged = await status();
  const machines = await canaryMachines(store, proposal.canary.nodes);
  const missing: string[] = [];
  for (const setting of settings) {
    const row = await store.transaction((tx) =>
      tx.get("builds", { kind: setting.kind, name: setting.name, digest: setting.digest }),
    );
    if (row?.state === "active") continue;
    const tried = staged.find(
      ({ change: { build } }) =>
        build.kind === setting.kind && build.name === setting.name && build.digest === setting.digest,
    );
    if (row?.state !== "staged" || tried === undefined) {
      missing.push(`${nameOf(setting)} is ${row?.state ?? "unknown"}, so it cannot become active: revert the proposal`);
      continue;
    }
    const { gate, trials } = tried;
    const passed = new Set(
      trials.filter(({ control, good }) => control === "positive" && good).map(({ machine }) => machine),
    );
    const untried = [...machines]
      .filter(([, machine]) => !passed.has(machine))
      .map(([node]) => `${nameOf(setting)}: ${node} has not passed under it`);
    const open = gate.open && untried.length === 0;
    if (!open)
      missing.push(
        ...[...(gate.blamed === undefined ? [] : [gate.blamed]), ...gate.missing].map(
          (why) => `${nameOf(setting)}: ${why}`,
        ),
        ...untried,
      );
    else await decideSetting(store, setting, "active", { by, reason: `proposal ${proposal.id}` });
  }
  return missing;
}

/**
 * Reverts what a proposal wrote, where it is still there, and the settings that it made active; those from before
 * are active again at once.
 *
 * @throws SlipwayError of kind `input` when nothing was written, or a file has changed since; then nothing is taken back
 */
export async function revertProposal(
  id: string,
  { fleetFolder, store, register, by, now }: ApplyPorts,
  reason: string,
): Promise<Proposal> {
  const before = readProposal(fleetFolder, id);
  const applied = applyAct(before);
  if (applied === undefined || !["approved", "staged", "applied", "expired"].includes(before.state))
    throw new SlipwayError("input", `${id} is ${before.state}: it wrote nothing that could be taken back`);
  // After a crash while it was applied it is still approved; it is reverted like a staged one.
  const proposal = await changeProposal(fleetFolder, id, (one) => {
    const key = `${id}/revert`;
    const intent: Act = {
      key,
      act: "revert",
      by,
      at: instantOf(now()),
      outcome: null,
      ended: null,
      note: null,
      not_before: null,
      settings: applied.settings,
    };
    const acts = one.acts.some((act) => act.key === key) ? one.acts : [...one.acts, intent];
    return one.state === "approved"
      ? moved({ ...one, acts }, "staged", { by, reason: "its apply was cut short", at: now() })
      : { ...one, acts };
  });
  writeFiles(fleetFolder, proposal, "back");
  for (const setting of applied.settings) {
    if (setting.digest === setting.before) continue;
    // The checkout still has the check's build, so only a rejection keeps it from being staged again.
    await takeBackSetting(
      store,
      setting,
      { before: setting.before, to: setting.kind === "check" ? "rejected" : "retired" },
      { by, reason: `proposal ${id} was reverted: ${reason}` },
    );
  }
  await register(proposal.change.settings);
  return changeProposal(fleetFolder, id, (one) =>
    moved(
      {
        ...one,
        acts: one.acts.map((act) =>
          act.key === `${id}/revert` ? { ...act, outcome: "done", ended: instantOf(now()) } : act,
        ),
      },
      "reverted",
      { by, reason, at: now() },
    ),
  );
}
