import type { Store } from "@slipway/store";

/** One line of the lab's journal. */
export interface JournalLine {
  readonly at: number;
  readonly what: "session" | "end" | "probe" | "power" | "repair" | "service" | "repeat";
  readonly node: string;
  readonly key: string;
  readonly detail?: string;
}

export interface Comparison {
  readonly sessions: number;
  readonly passes: number;
  readonly validations: number;
  readonly problems: readonly string[];
}

/**
 * Compares the tables with the lab's own journal, which no worker can change: every validation came to
 * an end, every counted pass was run, none counts twice, no act was applied twice, and none was parked because
 * its workers were killed.
 */
export function compare(store: Store, journal: readonly JournalLine[]): Promise<Comparison> {
  return store.transaction(async (tx) => {
    const validations = await tx.find("validations");
    const passes = await tx.find("passes");
    const intents = await tx.find("intents");
    const problems: string[] = [];
    const done = Map.groupBy(
      journal.filter(({ what }) => what === "end"),
      ({ node }) => node,
    );
    const counted = Map.groupBy(passes, ({ validation }) => validation);
    for (const { id, node, status, reason_code, passes_done, passes_required } of validations) {
      const own = (counted.get(id) ?? []).filter(({ kind }) => kind === "required");
      const good = own.filter(({ verdict }) => verdict === "pass").length;
      if (reason_code === "WorkEndsWorkers")
        problems.push(
          `validation ${String(id)} of ${node} was parked for the deaths of its workers, which were killed`,
        );
      if (status === "queued" || status === "running")
        problems.push(`validation ${String(id)} of ${node} never ended (${status})`);
      if (good !== passes_done)
        problems.push(`validation ${String(id)} counts ${String(passes_done)} passes and has ${String(good)}`);
      if (status === "released" && good < passes_required)
        problems.push(`validation ${String(id)} was released by ${String(good)} passes of ${String(passes_required)}`);
    }
    for (const [node, own] of Map.groupBy(passes, (pass) => pass.node)) {
      const sessions = done.get(node)?.length ?? 0;
      if (own.length > sessions)
        problems.push(`${node} has ${String(own.length)} passes, and its journal ${String(sessions)} whole sessions`);
    }
    const donePasses = intents.filter(({ act, outcome }) => act === "pass" && outcome === "done").length;
    if (donePasses < passes.length)
      problems.push(`${String(passes.length)} passes were counted by ${String(donePasses)} intents`);
    for (const [key, lines] of Map.groupBy(
      journal.filter(({ what }) => what === "power" || what === "repair" || what === "service"),
      ({ key: own }) => own,
    ))
      if (lines.length > 1) problems.push(`the act ${key} was applied ${String(lines.length)} times`);
    return {
      sessions: journal.filter(({ what }) => what === "session").length,
      passes: passes.length,
      validations: validations.length,
      problems,
    };
  });
}
