import { BANS } from "@slipway/nodes";
import { objectOf, type ChangeSet, type Kind } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { openActItem } from "../attention/act-item.ts";
import { looseFields } from "../worker/node-facts.ts";
import { stepOf, type RunnerParts } from "../worker/parts.ts";
import { repairFor } from "./repair.ts";

type Ban = Row<"bans">;

/** What a ban is decided by. */
interface BanFacts {
  /** What its vendor is to be asked for; undefined: nothing. */
  readonly repair: Readonly<Record<string, unknown>> | undefined;
  /** It was asked for, or given up since the machine was taken again. */
  readonly wasAsked: boolean;
}

type BanStep =
  { readonly do: "wait" | "rest" } | { readonly do: "ask"; readonly repair: Readonly<Record<string, unknown>> };

/**
 * Bans as a kind of object: an open one asks its vendor for repair, once, where the vendor repairs by itself. It ends
 * when it is lifted, which is said of it from outside; what was still to be asked for is not wanted any more then.
 */
export function banKind(parts: Pick<RunnerParts, "fleet" | "steps">): Kind<Ban, BanFacts, BanStep> {
  const { fleet } = parts;
  const kind: Kind<Ban, BanFacts, BanStep> = {
    ...BANS,
    owner: () => fleet.clusters.healthOwner,
    acts: {
      get "open-repair"() {
        return stepOf(parts, "open-repair");
      },
    },
    async look(reads, bans) {
      const objects = bans.map((ban) => objectOf(BANS, ban));
      const over = await reads.find("intents", {
        where: { object: { in: objects }, outcome: { in: ["done", "abandoned"] } },
        columns: ["object"],
      });
      const fields = await looseFields(
        reads,
        bans.map(({ machine }) => machine),
        fleet.precedence,
      );
      const asked = new Set(over.map(({ object }) => object));
      return new Map(
        bans.map((ban) => [
          ban.id,
          { repair: repairFor(fleet, ban, fields.get(ban.machine)), wasAsked: asked.has(objectOf(BANS, ban)) },
        ]),
      );
    },
    decide({ acting }, { repair, wasAsked }) {
      if (acting !== null) return { do: "wait" };
      return repair === undefined || wasAsked ? { do: "rest" } : { do: "ask", repair };
    },
    status: () => [],
    async apply(change, ban, _facts, next) {
      // Of one that was parked nobody is left as the owner.
      const owner = ban.owner ?? fleet.ownerOf(ban.cluster, ban.cause);
      const owned = owner === ban.owner ? ban : change.change(BANS, ban, { owner });
      if (next.do === "rest") change.change(BANS, owned, { due_at: null });
      if (next.do === "ask") change.ask(kind, owned, { act: "open-repair", input: next.repair, machine: ban.machine });
      return undefined;
    },
    stillWants: (change, { machine }) => holdsFree(change, machine),
    async record(change, ban, intent, ended) {
      if (ended.did === "parked")
        return await openActItem(change, [BANS, ban], intent, { ...ended, owner: fleet.clusters.healthOwner });
      const reason = `${String(intent.input["account"])} was asked to repair it`;
      change.change(BANS, ban, { reason_code: "RepairAsked", reason });
    },
  };
  return kind;
}

/** Whether nobody holds a machine; of this transaction and one that takes it only one commits. */
async function holdsFree(change: ChangeSet, machine: number): Promise<boolean> {
  const claim = await change.tx.get("claims", { machine });
  if ((claim?.holder ?? null) !== null) return false;
  change.hold(claim, machine);
  return true;
}
