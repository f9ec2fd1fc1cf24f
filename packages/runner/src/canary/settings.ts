import { parseExpectationFile, type SectionSchemas } from "@slipway/evidence";
import type { Row, Store, Tx } from "@slipway/store";
import { digestOf, type FleetFiles } from "../fleet/fleet.ts";

export type Build = Row<"builds">;

/** What a fleet is judged by, one by one and by content: a check's build, an expectations file, a lane, a cluster's image. */
export type SettingKind = "check" | "expectation" | "lane" | "image";

/** A setting as this checkout has it. */
export interface Setting {
  readonly kind: SettingKind;
  /** The check, `<layer>/<name>` of an expectations file, the lane, or the cluster. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the content; {@link REMOVED} where there is none any more. */
  readonly digest: string;
  /** The content; null for checks, whose builds are files, and for what was removed. */
  readonly body: string | null;
}

/** The digest of a setting that the checkout has no more. */
export const REMOVED = "removed";

/** Kinds of settings whose absence from a checkout is a change too. */
const REMOVABLE: readonly string[] = ["expectation", "lane", "image"];

/** The settings that a fleet's files hold. Comments and order of keys are no change of content. */
export function settingsOf(
  { lanes, clusters, expectations }: FleetFiles,
  sections: SectionSchemas,
): readonly Setting[] {
  const setting = (kind: SettingKind, name: string, content: unknown): Setting => {
    const body = JSON.stringify(content);
    return { kind, name, version: "", digest: digestOf(body), body };
  };
  return [
    ...lanes.map(({ lane }) => setting("lane", lane.lane, lane)),
    ...expectations.map(({ layer, name, path, text }) =>
      setting("expectation", `${layer}/${name}`, parseExpectationFile(path, text, sections).expectations),
    ),
    ...Object.entries(clusters.clusters).flatMap(([cluster, { image }]) =>
      image === undefined ? [] : [setting("image", cluster, image)],
    ),
  ];
}

/**
 * Makes a checkout's settings known. What a database never saw becomes active; what differs from the
 * active one is staged and the fleet goes on with the active one, unless no machine is known that it
 * is for. A staged one that the checkout has no more is withdrawn.
 *
 * @param offered every setting of the kinds that it holds
 * @returns all settings that are active or staged
 */
export function registerSettings(store: Store, offered: readonly Setting[], now: number): Promise<readonly Build[]> {
  return store.transaction(async (tx) => {
    const kinds = [...new Set(offered.map(({ kind }) => kind))];
    const known = await tx.find("builds", { where: { kind: { in: kinds } } });
    const removed = known
      .filter(
        ({ kind, name, state, digest }) =>
          state === "active" &&
          digest !== REMOVED &&
          REMOVABLE.includes(kind) &&
          !offered.some((one) => one.kind === kind && one.name === name),
      )
      .map(({ kind, name }): Setting => ({ kind, name, version: "", digest: REMOVED, body: null }));
    for (const setting of [...offered, ...removed]) await register(tx, known, setting, now);
    return tx.find("builds", {
      where: { kind: { in: kinds }, state: { in: ["active", "staged"] } },
      orderBy: ["kind", "name", "first_seen"],
    });
  });
}

async function register(tx: Tx, known: readonly Build[], setting: Setting, now: number): Promise<void> {
  const { kind, name, digest } = setting;
  const others = known.filter((row) => row.kind === kind && row.name === name && row.digest !== digest);
  const own = known.find((row) => row.kind === kind && row.name === name && row.digest === digest);
  const active = others.find(({ state }) => state === "active");
  const set = async (row: Build, state: Build["state"], why: string): Promise<void> => {
    await tx.update("builds", [
      { key: { kind: row.kind, name: row.name, digest: row.digest }, set: { state, since: now, why } },
    ]);
  };
  for (const row of others.filter(({ state }) => state === "staged"))
    await set(row, "retired", "withdrawn: this checkout has another content");
  if (own !== undefined && own.state !== "retired") return;
  const first =
    active === undefined && (kind === "check" || kind === "image" || !known.some((row) => row.kind === kind));
  const state = first || (kind !== "check" && !(await concernsMachines(tx, setting))) ? "active" : "staged";
  const why =
    state === "staged"
      ? "it differs from what is active; canary nodes try it first"
      : first
        ? "the first of its name"
        : "no machine is known that it is for";
  if (state === "active" && active !== undefined) await set(active, "retired", `replaced by ${digest.slice(0, 12)}`);
  if (own !== undefined) await set(own, state, why);
  else await tx.insert("builds", [{ ...setting, state, first_seen: now, since: now, why }], { skipConflicts: true });
}

/** Whether any known machine would be judged otherwise. */
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

/** Makes a staged setting active, or refuses it, in somebody's name. @returns whether there was one to decide */
export function decideSetting(
  store: Store,
  { kind, name, digest }: Pick<Build, "kind" | "name" | "digest">,
  to: "active" | "rejected",
  said: { readonly by: string; readonly reason: string; readonly now: number },
): Promise<boolean> {
  return store.transaction(async (tx) => {
    const staged = await tx.get("builds", { kind, name, digest });
    if (staged?.state !== "staged") return false;
    if (to === "active") {
      const before = await tx.find("builds", { where: { kind, name, state: "active" } });
      if (before.length > 0)
        await tx.update(
          "builds",
          before.map((row) => ({
            key: { kind, name, digest: row.digest },
            set: { state: "retired" as const, since: said.now, why: `replaced by ${digest.slice(0, 12)}` },
          })),
        );
    }
    await tx.update("builds", [{ key: { kind, name, digest }, set: { state: to, since: said.now, why: said.reason } }]);
    const [id = 0] = await tx.nextIds("event", 1);
    await tx.insert("audit", [
      {
        id,
        at: said.now,
        actor: said.by,
        object: `build/${kind}/${name}/${digest.slice(0, 12)}`,
        from_state: "staged",
        to_state: to,
        reason: said.reason,
        detail: null,
      },
    ]);
    return true;
  });
}

/**
 * Takes a setting back in somebody's name: of an active one, what was active before it is so again
 * without being tried anew; a staged one is staged no more. Where another one is active by now, nothing changes.
 *
 * @param change `before`: digest of what was active before it; `to`: `retired`, the same content may be staged
 *   again, or `rejected`, never
 * @returns what it was
 */
export function takeBackSetting(
  store: Store,
  { kind, name, digest }: Pick<Build, "kind" | "name" | "digest">,
  { before, to }: { readonly before: string | null; readonly to: "retired" | "rejected" },
  said: { readonly by: string; readonly reason: string; readonly now: number },
): Promise<Build["state"] | undefined> {
  return store.transaction(async (tx) => {
    const own = await tx.get("builds", { kind, name, digest });
    if (own?.state !== "active" && own?.state !== "staged") return own?.state;
    const old =
      own.state === "active" && before !== null ? await tx.get("builds", { kind, name, digest: before }) : undefined;
    // First this one, then the other: no two of a name are active, not even for a moment.
    await tx.update("builds", [{ key: { kind, name, digest }, set: { state: to, since: said.now, why: said.reason } }]);
    if (old !== undefined)
      await tx.update("builds", [
        {
          key: { kind, name, digest: old.digest },
          set: { state: "active", since: said.now, why: `${digest.slice(0, 12)} was taken back` },
        },
      ]);
    const [id = 0] = await tx.nextIds("event", 1);
    await tx.insert("audit", [
      {
        id,
        at: said.now,
        actor: said.by,
        object: `build/${kind}/${name}/${digest.slice(0, 12)}`,
        from_state: own.state,
        to_state: to,
        reason: said.reason,
        detail: { active: old?.digest ?? null },
      },
    ]);
    return own.state;
  });
}
