import { loadCheckFile, type Change, type CheckFile, type Side } from "@slipway/backtest";
import { readExpectationTexts, type ExpectationText } from "@slipway/evidence";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Lane } from "@slipway/policy";
import { activeBuilds, readFleet, type Build } from "@slipway/fleet";
import {
  buildChecks,
  bundleCheck,
  buildCheckAt,
  keepBuilds,
  keptBuild,
  type CheckBuild,
  type Database,
  type Revision,
} from "@slipway/server";
import { fleetFolder, root } from "../fleet.ts";

/** What both sides have alike, and what the changed thing is laid into. */
export type Settings = Pick<Side, "checks" | "expectations" | "lanes">;

/** What the database has recorded as active. A backtest changes nothing of it, and stages nothing. */
export async function runningSettings({ store }: Database): Promise<Settings> {
  const rows = await activeBuilds(store);
  const checks = rows.filter(({ kind }) => kind === "check");
  if (checks.length === 0)
    throw new SlipwayError("input", "the database has recorded no check as running", {
      hint: "start it once by ./slipway up, or give --against and --evidence",
    });
  return {
    checks: Object.fromEntries(
      checks.map(({ name, version, digest }): [string, CheckFile] => [
        name,
        { file: keptBuild(name, digest), version, digest },
      ]),
    ),
    expectations: rows.flatMap((row) => expectationOf(row) ?? []),
    lanes: rows.flatMap(({ kind, body }) => (kind === "lane" && body !== null ? [Lane.parse(JSON.parse(body))] : [])),
  };
}

function expectationOf({ kind, name, digest, body }: Build): ExpectationText | undefined {
  if (kind !== "expectation" || body === null) return undefined;
  const slash = name.indexOf("/");
  return {
    layer: name.slice(0, slash) as ExpectationText["layer"],
    name: name.slice(slash + 1),
    path: `expectations/${name} (${digest.slice(0, 12)})`,
    text: body,
  };
}

/** What this checkout has. Of a changed check no other is needed. */
export async function checkoutSettings(kind: Change["kind"]): Promise<Settings> {
  const folder = fleetFolder();
  const builds = kind === "check" ? [] : await buildChecks();
  keepBuilds(builds);
  return {
    checks: Object.fromEntries(
      builds.map(({ id, version, digest }) => [id, { file: keptBuild(id, digest), version, digest }]),
    ),
    expectations: readExpectationTexts(folder),
    lanes: readFleet(folder).lanes.map(({ lane }) => lane),
  };
}

/** A check of a revision, kept as the running ones are; undefined when the revision has none of that name. */
export async function checkAt(tree: Revision, id: string): Promise<CheckFile | undefined> {
  const build = await buildCheckAt(root(), tree, id);
  return build === undefined ? undefined : kept(build);
}

/** A check of a source file. */
export const checkOfFile = async (file: string, id: string): Promise<CheckFile> => kept(await bundleCheck(id, file));

async function kept(build: CheckBuild): Promise<CheckFile> {
  keepBuilds([build]);
  const file = keptBuild(build.id, build.digest);
  const { version } = await loadCheckFile(build.id, { file });
  return { file, version, digest: build.digest };
}
