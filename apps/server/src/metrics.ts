import { transitionLabels, type RunnerEvent } from "@slipway/runner";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  observe(event: RunnerEvent): void;
  /** Counts a bearer token that is no principal's. */
  refusedToken(): void;
}

/** What a worker counts; docs/operations.md says what each metric means. */
export function metrics(): Metrics {
  const registry = new Registry();
  const { transitions, passes, seconds, ticks, failedTicks, failures, trouble, skew, tokens, sightings } = instruments([
    registry,
  ]);
  return {
    registry,
    refusedToken() {
      tokens.inc();
    },
    observe(event) {
      switch (event.event) {
        case "transition":
          transitions.inc({ ...transitionLabels(event.object, event.to) });
          break;
        case "pass":
          passes.inc({ verdict: event.verdict, counted: String(event.counted) });
          seconds.observe(event.seconds);
          break;
        case "ticks":
          ticks.inc(event.count);
          break;
        case "tick-failed":
          failedTicks.inc();
          break;
        case "act-failed":
          failures.inc({ act: event.act, parked: String(event.tryAgainAt === null) });
          break;
        case "clock-skew":
          skew.set(event.ms / 1_000);
          break;
        case "sighting-refused":
          sightings.inc({ vendor: event.adapter });
          break;
        case "store-trouble":
          trouble.inc();
          break;
        // Told in the log, or read from the database by whoever is asked for metrics.
        case "act-said":
        case "look-failed":
        case "looked":
        case "tidied":
          break;
      }
    },
  };
}

function instruments(registers: Registry[]) {
  const transitions = new Counter({
    name: "slipway_transitions_total",
    help: "Changes of state that this process made, by the kind of object and its new state.",
    labelNames: ["object", "to"],
    registers,
  });
  const passes = new Counter({
    name: "slipway_passes_total",
    help: "Passes run by this worker, by verdict, and whether they were counted.",
    labelNames: ["verdict", "counted"],
    registers,
  });
  const seconds = new Histogram({
    name: "slipway_pass_seconds",
    help: "Seconds from asking the node to the judgement.",
    buckets: [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200],
    registers,
  });
  const ticks = new Counter({ name: "slipway_ticks_total", help: "Objects looked at.", registers });
  const failedTicks = new Counter({
    name: "slipway_tick_failures_total",
    help: "Looks at an object that failed; what was said stands on its row.",
    registers,
  });
  const failures = new Counter({
    name: "slipway_act_failures_total",
    help: "Tries of acts that failed, and whether the act is parked for a person then.",
    labelNames: ["act", "parked"],
    registers,
  });
  const sightings = new Counter({
    name: "slipway_sightings_refused_total",
    help: "Rows of a vendor's list that were not taken in, each counted once while the vendor says the same.",
    labelNames: ["vendor"],
    registers,
  });
  const trouble = new Counter({
    name: "slipway_store_trouble_total",
    help: "Times the database could not be reached.",
    registers,
  });
  const skew = new Gauge({
    name: "slipway_clock_skew_seconds",
    help: "By how much this machine's clock is ahead of the database's, where it is more than 2 s; above 30 s the worker refuses work.",
    registers,
  });
  const tokens = new Counter({
    name: "slipway_refused_tokens_total",
    help: "Requests whose bearer token is no principal's.",
    registers,
  });
  return { transitions, passes, seconds, ticks, failedTicks, failures, trouble, skew, tokens, sightings };
}
