import { isReasonCode } from "@slipway/domain";
import type { Ended } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { openActItem } from "../attention/act-item.ts";
import { freeClaim } from "../claims/end-validation.ts";
import type { Validation } from "../worker/parts.ts";
import { readyPassOf } from "./acts.ts";
import { countPass } from "./count-pass.ts";
import type { ValidationTurn } from "./kind.ts";

/** An act of a validation, and how it ended. */
interface EndedAct {
  readonly intent: Row<"intents">;
  readonly ended: Ended;
}

/** Writes what an act of a validation came to, in the transaction that ends it. */
export async function recordAct(
  turn: ValidationTurn,
  validation: Validation,
  { intent, ended }: EndedAct,
): Promise<void> {
  const { parts, change, kind } = turn;
  if (ended.did === "parked") return hold(turn, validation, { intent, code: ended.code, reason: ended.reason });
  if (ended.did !== "done") return;
  switch (intent.act) {
    case "pass": {
      const { keepEvidenceDays } = parts.fleet.clusters;
      const keepMs = keepEvidenceDays === null ? null : keepEvidenceDays * 86_400_000;
      return countPass(change, validation, readyPassOf(ended), keepMs);
    }
    case "reboot":
      // In the same transaction, so that a machine that boots is counted as one that boots at every moment.
      return awaitBoot(turn, validation, intent);
    case "await-boot":
      change.transition(
        kind,
        validation,
        { reason_code: "Booted", reason: `it is on another boot: ${String(ended.observed.facts["bootId"])}` },
        { intent: intent.key },
      );
  }
}

/** A boot that was asked for is proven by a look at the node. */
function awaitBoot({ change, kind }: ValidationTurn, validation: Validation, boot: Row<"intents">): void {
  const { attempt, runIndex } = boot.input;
  const { machine, cluster, fence, input } = boot;
  const part = [attempt, runIndex, "await-boot"].map(String).join("/");
  change.ask(kind, validation, { act: "await-boot", input, machine, cluster, fence, part });
}

/** Holds a validation whose act needs a person, and frees its machine. */
async function hold(
  turn: ValidationTurn,
  validation: Validation,
  { intent, code, reason }: { readonly intent: Row<"intents">; readonly code: string; readonly reason: string },
): Promise<void> {
  const { parts, change, kind } = turn;
  change.transition(
    kind,
    validation,
    { status: "held", due_at: null, reason_code: isReasonCode(code) ? code : "ActFailing", reason },
    { intent: intent.key },
  );
  await freeClaim(turn, validation);
  if (code !== "WorkEndsWorkers") return;
  const owner = parts.fleet.clusters.healthOwner;
  await openActItem(change, [kind, validation], intent, { code, reason, owner });
}
