import { SlipwayError } from "@slipway/plugin-sdk";
import { inTheNameOf, type ChangeSet } from "@slipway/reconciler";
import type { Store, Tx } from "@slipway/store";
import { z } from "zod";
import { digestOf } from "../files/fleet.ts";
import { buildObject, REMOVED, type Build, type Setting, type SettingKind } from "./settings.ts";

/** Kinds of settings whose absence from a checkout is a change too. */
const REMOVABLE: readonly string[] = ["expectation", "lane", "image"];

/** The row of `settings` that says what was applied last. */
const APPLIED = "fleet-release";

const AppliedRelease = z.object({
  /** Rises with every apply; an older checkout is refused by it. */
  release: z.number().int().positive(),
  /** SHA-256 over kind, name and digest of every setting of that checkout. */
  digest: z.string(),
  by: z.string(),
  reason: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
/** What was applied last, by whom and when. */
export type AppliedRelease = z.output<typeof AppliedRelease>;

/** A setting of a checkout that applying would change, or that waits for a decision. */
export interface SettingChange {
  readonly setting: Setting;
  /** What decides for the fleet now; undefined where nothing of that name does. */
  readonly active: Build | undefined;
  /**
   * `active`: decides at once. `staged`: canary nodes try it first. `waits`: it is staged already. `withdrawn`: the
   * checkout has what is active, and what was staged instead is given up. `rejected`: a person rejected this content.
   */
  readonly outcome: "active" | "staged" | "waits" | "withdrawn" | "rejected";
  readonly why: string;
}

/** How a checkout differs from what is applied. */
export interface FleetDifference {
  readonly applied: AppliedRelease | null;
  /** Whether the database holds no setting at all. */
  readonly empty: boolean;
  readonly changes: readonly SettingChange[];
}

/** Who applies a checkout's settings, and why. */
export interface ApplySaid {
  readonly by: string;
  readonly reason: string;
  /** The deployer's own number, which only rises; one more than the last when absent. */
  readonly release?: number | undefined;
}

/** How an apply ended. */
export interface AppliedSettings {
  readonly release: AppliedRelease | null;
  readonly changes: readonly SettingChange[];
}

/** Every setting that is active or staged. */
export const knownSettings = (tx: Tx): Promise<readonly Build[]> =>
  tx.find("builds", { where: { state: { in: ["active", "staged"] } }, orderBy: ["kind", "name", "first_seen"] });

/** What was applied last; null when nothing ever was. */
export async function appliedRelease(tx: Tx): Promise<AppliedRelease | null> {
  return AppliedRelease.safeParse((await tx.get("settings", { name: APPLIED }))?.value).data ?? null;
}

/** Compares a checkout's settings with what is applied; writes nothing. */
export function compareSettings(store: Store, offered: readonly Setting[]): Promise<FleetDifference> {
  return store.report(async (tx) => {
    const known = await tx.find("builds");
    return {
      applied: await appliedRelease(tx),
      empty: known.length === 0,
      changes: await changesOf(tx, known, offered),
    };
  });
}

/**
 * Makes a checkout's settings those of the fleet, in one transaction: what has no active one becomes active; what
 * differs from the active one is staged, and the fleet goes on with the active one, unless no machine is known that
 * it is for. A staged one that the checkout has no more is withdrawn.
 *
 * @param offered every setting of the checkout
 * @throws SlipwayError of kind `input` for a release number below the last one, and for the last one with other content
 */
export const applySettings = (store: Store, offered: readonly Setting[], said: ApplySaid): Promise<AppliedSettings> =>
  inTheNameOf(store, said, (_tx, change) => applyIn(change, offered, said));

/**
 * Applies a checkout's settings where the database holds none.
 *
 * @returns what was applied; undefined where settings were there, and nothing was written
 */
export const applyFirstSettings = (
  store: Store,
  offered: readonly Setting[],
  said: ApplySaid,
): Promise<AppliedSettings | undefined> =>
  inTheNameOf(store, said, async (tx, change) =>
    (await tx.find("builds", { limit: 1 })).length > 0 ? undefined : applyIn(change, offered, said),
  );

async function applyIn(change: ChangeSet, offered: readonly Setting[], said: ApplySaid): Promise<AppliedSettings> {
  const { tx, now } = change;
  const last = await appliedRelease(tx);
  const digest = contentOf(offered);
  refuseOlder(last, digest, said.release);
  const changes = await changesOf(tx, await tx.find("builds"), offered);
  const number = said.release ?? (last?.digest === digest ? last.release : (last?.release ?? 0) + 1);
  if (number === last?.release && changes.every(({ outcome }) => isSettled(outcome))) return { release: last, changes };
  await writeChanges(change, changes);
  const release = { release: number, digest, by: said.by, reason: said.reason, at: now };
  await tx.upsert("settings", [{ name: APPLIED, value: release }]);
  return { release, changes };
}

/** Stages or activates some of a checkout's settings, for a proposal that names them; the release stays what it is. */
export function applyNamed(
  store: Store,
  offered: readonly Setting[],
  names: readonly { readonly kind: SettingKind; readonly name: string }[],
  said: Pick<ApplySaid, "by">,
): Promise<readonly SettingChange[]> {
  return inTheNameOf(store, said, async (tx, change) => {
    const changes = (await changesOf(tx, await tx.find("builds"), offered)).filter(({ setting }) =>
      names.some(({ kind, name }) => kind === setting.kind && name === setting.name),
    );
    await writeChanges(change, changes);
    return changes;
  });
}

const isSettled = (outcome: SettingChange["outcome"]): boolean => outcome === "waits" || outcome === "rejected";

const contentOf = (offered: readonly Setting[]): string =>
  digestOf(
    offered
      .map(({ kind, name, digest }) => `${kind} ${name} ${digest}`)
      .sort()
      .join("\n"),
  );

function refuseOlder(last: AppliedRelease | null, digest: string, wanted: number | undefined): void {
  if (last === null || wanted === undefined || wanted > last.release) return;
  const applied = `release ${String(last.release)} was applied by ${last.by} at ${new Date(last.at).toISOString()}`;
  if (wanted < last.release)
    throw new SlipwayError("input", `--release ${String(wanted)}: ${applied}, and release numbers only rise`, {
      hint: "deploy the newer checkout, or apply this one under a higher number",
    });
  if (last.digest !== digest)
    throw new SlipwayError("input", `--release ${String(wanted)}: ${applied} with other content`, {
      hint: "apply this checkout under a higher number",
    });
}

async function changesOf(tx: Tx, known: readonly Build[], offered: readonly Setting[]): Promise<SettingChange[]> {
  const removed = known
    .filter(
      ({ kind, name, state, digest }) =>
        state === "active" &&
        digest !== REMOVED &&
        REMOVABLE.includes(kind) &&
        !offered.some((one) => one.kind === kind && one.name === name),
    )
    .map(({ kind, name }): Setting => ({ kind, name, version: "", digest: REMOVED, body: null }));
  const changes: SettingChange[] = [];
  for (const setting of [...offered, ...removed]) {
    const change = await changeOf(tx, known, setting);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

async function changeOf(tx: Tx, known: readonly Build[], setting: Setting): Promise<SettingChange | undefined> {
  const ofKind = known.filter(({ kind }) => kind === setting.kind);
  const ofName = ofKind.filter(({ name }) => name === setting.name);
  const own = ofName.find(({ digest }) => digest === setting.digest);
  const active = ofName.find(({ state }) => state === "active");
  const change = (outcome: SettingChange["outcome"], why: string): SettingChange => ({ setting, active, outcome, why });
  if (own?.state === "active")
    return ofName.some(({ state }) => state === "staged")
      ? change("withdrawn", "this checkout has what is active, so what is staged instead is given up")
      : undefined;
  if (own?.state === "staged") return change("waits", "it is staged; canary nodes try it");
  if (own?.state === "rejected") return change("rejected", own.why);
  const isFirst = active === undefined && (setting.kind === "check" || setting.kind === "image" || ofKind.length === 0);
  if (isFirst) return change("active", "the first of its name");
  if (setting.kind !== "check" && !(await concernsMachines(tx, setting)))
    return change("active", "no machine is known that it is for");
  return change("staged", "it differs from what is active; canary nodes try it first");
}

/** Whether any known machine would be judged differently. */
async function concernsMachines(tx: Tx, { kind, name }: Setting): Promise<boolean> {
  const [layer, label = ""] = kind === "image" ? ["cluster", name] : kind === "lane" ? ["any"] : split(name);
  if (layer === "cluster")
    return (await tx.find("placements", { where: { cluster: label, until_at: null }, limit: 1 })).length > 0;
  const where = layer === "vendor" ? { vendor: label } : layer === "sku" ? { sku: label } : {};
  return (await tx.find("machines", { where, limit: 1 })).length > 0;
}

function split(name: string): [string, string] {
  const slash = name.indexOf("/");
  return [name.slice(0, slash), name.slice(slash + 1)];
}

async function writeChanges(change: ChangeSet, changes: readonly SettingChange[]): Promise<void> {
  const { tx, now } = change;
  for (const { setting, active, outcome, why } of changes) {
    const { kind, name, digest } = setting;
    const given = await tx.find("builds", { where: { kind, name, state: "staged", digest: { not: digest } } });
    const retired = [
      ...given.map((row) => ({ row, why: "withdrawn: the applied checkout has another content" })),
      ...(outcome === "active" && active !== undefined
        ? [{ row: active, why: `replaced by ${digest.slice(0, 12)}` }]
        : []),
    ];
    await tx.update(
      "builds",
      retired.map(({ row, why: retiredWhy }) => ({
        key: { kind, name, digest: row.digest },
        set: { state: "retired" as const, since: now, why: retiredWhy },
      })),
    );
    if (outcome !== "active" && outcome !== "staged") continue;
    const before = await tx.get("builds", { kind, name, digest });
    await tx.upsert("builds", [{ ...setting, state: outcome, first_seen: before?.first_seen ?? now, since: now, why }]);
  }
  for (const { setting, active, outcome, why } of changes.filter((one) => !isSettled(one.outcome)))
    change.audit(buildObject(setting), {
      from: null,
      to: outcome,
      reason: why,
      detail: { active: active?.digest ?? null },
    });
}
