import { formatObject } from "@slipway/domain";
import { parseExpectationFile, type SectionSchemas } from "@slipway/evidence";
import { inTheNameOf, type Said } from "@slipway/reconciler";
import type { Row, Store } from "@slipway/store";
import { digestOf, type FleetFiles } from "../files/fleet.ts";

export type Build = Row<"builds">;

/** The kinds of settings that decide how a fleet is judged, each known by its content. */
export type SettingKind = "check" | "expectation" | "lane" | "image";

/** A setting as this checkout has it. */
export interface Setting {
  readonly kind: SettingKind;
  /** The check, `<layer>/<name>` of an expectations file, the lane, or the cluster. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the content; {@link REMOVED} for one that was removed. */
  readonly digest: string;
  /** The content; null for checks, whose builds are files, and for what was removed. */
  readonly body: string | null;
}

/** The digest of a setting that the checkout no longer has. */
export const REMOVED = "removed";

/** The builds that decide for the fleet now, by kind and name. */
export const activeBuilds = (store: Store): Promise<readonly Build[]> =>
  store.report((tx) => tx.find("builds", { where: { state: "active" }, orderBy: ["kind", "name"] }));

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

/** Names a build in the audit. */
export const buildObject = ({ kind, name, digest }: Pick<Build, "kind" | "name" | "digest">): string =>
  formatObject({ kind: "build", id: `${kind}/${name}/${digest.slice(0, 12)}` });

/** Makes a staged setting active, or rejects it, as decided by a person. @returns whether it was staged */
export function decideSetting(
  store: Store,
  { kind, name, digest }: Pick<Build, "kind" | "name" | "digest">,
  to: "active" | "rejected",
  said: Said,
): Promise<boolean> {
  return inTheNameOf(store, said, async (tx, change) => {
    const staged = await tx.get("builds", { kind, name, digest });
    if (staged?.state !== "staged") return false;
    const { now } = change;
    if (to === "active") {
      const before = await tx.find("builds", { where: { kind, name, state: "active" } });
      if (before.length > 0)
        await tx.update(
          "builds",
          before.map((row) => ({
            key: { kind, name, digest: row.digest },
            set: { state: "retired" as const, since: now, why: `replaced by ${digest.slice(0, 12)}` },
          })),
        );
    }
    await tx.update("builds", [{ key: { kind, name, digest }, set: { state: to, since: now, why: said.reason } }]);
    change.audit(buildObject({ kind, name, digest }), { from: "staged", to, reason: said.reason });
    return true;
  });
}

/**
 * Takes a setting back, as decided by a person. Instead of an active one, the one before it is active again without
 * a new trial; a staged one is withdrawn. Where another one is active by now, nothing changes.
 *
 * @param change `before`: digest of what was active before it; `to`: `retired`, the same content may be staged
 *   again, or `rejected`, never
 * @returns what it was
 */
export function takeBackSetting(
  store: Store,
  { kind, name, digest }: Pick<Build, "kind" | "name" | "digest">,
  { before, to }: { readonly before: string | null; readonly to: "retired" | "rejected" },
  said: Said,
): Promise<Build["state"] | undefined> {
  return inTheNameOf(store, said, async (tx, change) => {
    const own = await tx.get("builds", { kind, name, digest });
    if (own?.state !== "active" && own?.state !== "staged") return own?.state;
    const { now } = change;
    const old =
      own.state === "active" && before !== null ? await tx.get("builds", { kind, name, digest: before }) : undefined;
    // This one first, because no two of one name may be active at any time.
    await tx.update("builds", [{ key: { kind, name, digest }, set: { state: to, since: now, why: said.reason } }]);
    if (old !== undefined)
      await tx.update("builds", [
        {
          key: { kind, name, digest: old.digest },
          set: { state: "active", since: now, why: `${digest.slice(0, 12)} was taken back` },
        },
      ]);
    const detail = { active: old?.digest ?? null };
    change.audit(buildObject({ kind, name, digest }), { from: own.state, to, reason: said.reason, detail });
    return own.state;
  });
}
