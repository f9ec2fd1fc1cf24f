import type { Fleet } from "@slipway/fleet";
import { RELEASES } from "@slipway/nodes";
import type { Kind, Reads } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { openActItem } from "../attention/act-item.ts";
import { targetOf } from "../worker/at-vendor.ts";
import { stepOf, type RunnerParts } from "../worker/parts.ts";

type Release = Row<"releases">;

/** What a release is decided by. */
interface ReleaseFacts {
  /** Who is to be told, as the step `return-to-service` takes it; undefined: nobody. */
  readonly vendor: Readonly<Record<string, unknown>> | undefined;
  /** It is the newest one of a machine that is in service and that nobody holds. */
  readonly stands: boolean;
  readonly claim: Row<"claims"> | undefined;
  readonly machine: Row<"machines"> | undefined;
}

type ReleaseStep =
  | { readonly do: "wait" }
  | { readonly do: "tell"; readonly vendor: Readonly<Record<string, unknown>> }
  | { readonly do: "end"; readonly code: string; readonly reason: string };

/**
 * Releases as a kind of object: the vendor is told that the machine is back in service, as long as it is. A release ends
 * once it was told, or where nobody has to be.
 */
export function releaseKind(parts: Pick<RunnerParts, "fleet" | "steps">): Kind<Release, ReleaseFacts, ReleaseStep> {
  const { fleet } = parts;
  const kind: Kind<Release, ReleaseFacts, ReleaseStep> = {
    ...RELEASES,
    owner: () => fleet.clusters.healthOwner,
    acts: {
      get "return-to-service"() {
        return stepOf(parts, "return-to-service");
      },
    },
    look: (reads, releases) => look(reads, fleet, releases),
    decide({ acting }, { vendor, stands }) {
      if (acting !== null) return { do: "wait" };
      if (vendor === undefined) return { do: "end", code: "NobodyToTell", reason: "no vendor is to be told of it" };
      if (!stands) return { do: "end", code: "NotInService", reason: "the machine is in service by it no more" };
      return { do: "tell", vendor };
    },
    status: () => [],
    async apply(change, release, _facts, next) {
      if (next.do === "tell")
        change.ask(kind, release, { act: "return-to-service", input: next.vendor, machine: release.machine });
      if (next.do === "end") {
        const end = { status: "finished", owner: null, due_at: null, finished_at: change.now };
        change.transition(RELEASES, release, { ...end, reason_code: next.code, reason: next.reason });
      }
      return undefined;
    },
    async stillWants(change, release) {
      const facts = (await look(change.tx, fleet, [release])).get(release.id);
      if (facts?.stands !== true || facts.machine === undefined) return false;
      change.hold(facts.claim, release.machine);
      change.holdAccount(facts.machine);
      return true;
    },
    async record(change, release, intent, ended) {
      if (ended.did === "parked")
        return await openActItem(change, [RELEASES, release], intent, { ...ended, owner: fleet.clusters.healthOwner });
      const end = { status: "finished", owner: null, due_at: null, finished_at: change.now };
      const reason = `${String(intent.input["account"])} was told`;
      change.transition(RELEASES, release, { ...end, reason_code: "VendorTold", reason });
    },
  };
  return kind;
}

async function look(
  reads: Reads,
  { capabilities }: Pick<Fleet, "capabilities">,
  releases: readonly Release[],
): Promise<ReadonlyMap<number, ReleaseFacts>> {
  const of = { in: [...new Set(releases.map(({ machine }) => machine))] };
  const machines = new Map((await reads.find("machines", { where: { id: of } })).map((row) => [row.id, row]));
  const claims = new Map((await reads.find("claims", { where: { machine: of } })).map((row) => [row.machine, row]));
  const columns = ["id", "machine"] as const;
  const all = await reads.find("releases", { where: { machine: of }, orderBy: ["at", "id"], columns });
  const newest = new Map(all.map(({ machine, id }) => [machine, id]));
  const proofs = await reads.find("validations", {
    where: { id: { in: releases.flatMap(({ validation }) => validation ?? []) } },
    columns: ["id", "adapter", "node", "cluster", "address"],
  });
  const told = new Map(
    proofs.flatMap(({ id, adapter: account, ...place }) =>
      capabilities.get(account)?.returnToService === true ? [[id, { account, node: targetOf(place) }] as const] : [],
    ),
  );
  return new Map(
    releases.map(({ id, machine, validation }) => {
      const claim = claims.get(machine);
      const row = machines.get(machine);
      const isIn = row?.account === "InPool" && newest.get(machine) === id;
      const stands = isIn && (claim?.holder ?? null) === null;
      return [id, { vendor: told.get(validation ?? 0), stands, claim, machine: row }];
    }),
  );
}
