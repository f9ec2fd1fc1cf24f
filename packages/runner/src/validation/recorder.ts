import { objectOf, type RunnerParts } from "../worker/parts.ts";
import { recordPasses, type ReadyPass, type Recorded } from "./record-passes.ts";

/** Counts a pass. */
export type Recorder = (pass: ReadyPass) => Promise<Recorded>;

/** Passes of one transaction at most. */
const GROUP = 64;

/**
 * Counts passes in groups: those that become ready while a transaction is under way share the next
 * one. A group that fails is counted one by one, so that one pass does not keep others from being counted.
 */
export function recorderOf(parts: RunnerParts): Recorder {
  const waiting: {
    readonly pass: ReadyPass;
    readonly resolve: (recorded: Recorded) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  let busy = false;
  const record = async (passes: readonly ReadyPass[]): Promise<readonly Recorded[]> => {
    const recorded = await recordPasses(parts.store, passes, {
      actor: parts.worker.id,
      keepMs: parts.fleet.clusters.keepEvidenceDays * 86_400_000,
    });
    await parts.queue.send(
      "tick",
      passes.map(({ validation, priority }) => ({ key: objectOf({ id: validation }), priority })),
    );
    return recorded;
  };
  const recordGroup = async (group: typeof waiting): Promise<void> => {
    try {
      const recorded = await record(group.map(({ pass }) => pass));
      for (const [index, { pass, resolve }] of group.entries())
        resolve(recorded[index] ?? { key: pass.key, counted: false });
    } catch (error) {
      if (group.length === 1) for (const { reject } of group) reject(error);
      else for (const one of group) await recordGroup([one]);
    }
  };
  const drain = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) await recordGroup(waiting.splice(0, GROUP));
    busy = false;
  };
  return (pass) =>
    new Promise((resolve, reject) => {
      waiting.push({ pass, resolve, reject });
      if (!busy) void drain();
    });
}
