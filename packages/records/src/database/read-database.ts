import { foldRuns, type Attempt, type EventRow, type RunRow } from "@slipway/stats";
import type { Store } from "@slipway/store";
import { Machines } from "./machines.ts";
import { importedEvents, importedRuns } from "./imported.ts";
import { serviceEvents } from "./service-events.ts";
import { validationRuns } from "./validation-runs.ts";

/** What rows need of the fleet's files. */
export interface FleetNames {
  /** Who owns a cluster. */
  ownerOf(cluster: string): string | undefined;
  /** The kind of a lane; a lane whose file is gone has none. */
  laneKindOf(lane: string): string | undefined;
}

/**
 * The running database as the rows of interfaces.md 6, of one instant. `node_id` is the machine, such as `m-12`,
 * whatever it was called.
 */
export interface DatabaseRows {
  readonly events: readonly EventRow[];
  readonly runs: readonly RunRow[];
}

/**
 * Reads the history of admissions, bans and runs, those of before Slipway included, from one snapshot.
 *
 * @param onRead told how many rows were read so far
 */
export function readDatabase(
  store: Store,
  fleet: FleetNames,
  onRead: (rows: number) => void = () => undefined,
): Promise<DatabaseRows> {
  return store.report(async (tx) => {
    const machines = await Machines.read(tx);
    let read = 0;
    const count = (rows: number): void => onRead((read += rows));
    const { runs, attemptOf, testedInService } = await validationRuns(tx, machines, fleet, count);
    const events = await serviceEvents(tx, machines, fleet, { attemptOf, testedInService });
    count(events.length);
    return {
      events: [...(await importedEvents(tx, machines)), ...events],
      runs: [...(await importedRuns(tx, machines)), ...runs],
    };
  });
}

/**
 * Attempts of a runs file. Where its rows name the probability of the canary arm's coin, that is the attempt's, and no
 * label; so is what its outcome was, which canary admissions say.
 *
 * @throws StatsInputError as `foldRuns`
 */
export function attemptsOfRuns(runs: readonly RunRow[]): {
  readonly attempts: readonly Attempt[];
  readonly counters: ReturnType<typeof foldRuns>["counters"];
} {
  const { attempts, counters } = foldRuns(runs);
  return {
    counters,
    attempts: attempts.map((attempt) => {
      const { canary_probability: text, ...labels } = attempt.labels;
      const probability = Number(text);
      return text === undefined || !(probability >= 0 && probability <= 1)
        ? attempt
        : { ...attempt, labels, canaryProbability: probability };
    }),
  };
}
