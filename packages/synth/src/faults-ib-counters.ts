import { fails, faultsOf, inconclusive, passes, portScope, type Conclusion, type FaultTable } from "./fault.ts";
import type { IbPort } from "./ib.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { TruthScope } from "./types.ts";

const FABRIC: readonly string[] = ["fabric"];

const railsOf = (machine: Machine): IbPort[] => machine.ib.ports.filter(({ rail }) => rail);
const scopeOf = ({ device, port }: IbPort): TruthScope => portScope(device, port);

/** One rail reads so, first and second. */
const reads =
  (counter: string, first: number, second: number, conclude: (scopes: TruthScope[]) => Conclusion) =>
  (machine: Machine, rng: Prng): Conclusion => {
    const port = rng.pick(railsOf(machine));
    port.counters[counter] = String(first);
    port.later[counter] = String(second);
    return conclude([scopeOf(port)]);
  };

/** `ib-sysfs` and mlxlink print the first value too. */
const ALSO = { alsoAffects: ["ib-xdr"] } as const;

/** E1-E4, under `ib.errors: { link_downed: 0, symbol_error: 240 }`. */
export const IB_COUNTER_FAULTS: FaultTable = faultsOf("ib-errors", {
  "ib-link-flapped": {
    describe: "A rail's link went down and came back between the readings.",
    ...ALSO,
    strike: reads("link_downed", 2, 3, (scopes) => fails("E2", FABRIC, scopes)),
  },
  "ib-symbol-errors-rising": {
    describe: "A rail's symbol errors rise faster than they may.",
    ...ALSO,
    strike: reads("symbol_error", 118, 163, (scopes) => fails("E2", FABRIC, scopes)),
  },
  "ib-symbol-errors-reached-their-end": {
    describe: "A rail's symbol errors rose to the end of their width.",
    ...ALSO,
    strike: reads("symbol_error", 65_120, 65_535, (scopes) => fails("E4", FABRIC, scopes)),
  },
  "ib-symbol-errors-few": {
    describe: "A rail has as many symbol errors as are allowed.",
    ...ALSO,
    strike: reads("symbol_error", 118, 120, () => passes("E2")),
  },
  "ib-symbol-error-once": {
    describe: "A rail has one symbol error: that proves no rate.",
    ...ALSO,
    strike: reads("symbol_error", 118, 119, (scopes) => inconclusive("E2", scopes)),
  },
  "ib-counters-reset": {
    describe: "A rail's counters were reset between the readings.",
    ...ALSO,
    strike: reads("symbol_error", 118, 0, (scopes) => inconclusive("E3", scopes)),
  },
  "ib-link-downed-at-its-end": {
    describe: "A rail's count of lost links stands at the end of its width.",
    ...ALSO,
    strike: reads("link_downed", 255, 255, (scopes) => inconclusive("E4", scopes)),
  },
  "ib-counters-one-reading": {
    describe: "The second reading was not made.",
    strike: (machine) => {
      machine.ib.readings = 1;
      return inconclusive("E3", railsOf(machine).map(scopeOf));
    },
  },
  "ib-symbol-errors-of-another-port": {
    describe: "Symbol errors rise on a port that is no rail.",
    strike: (machine) => {
      for (const port of machine.ib.ports) if (!port.rail) port.later.symbol_error = "4711";
      return passes("E1");
    },
  },
  "ib-workload-counters-rising": {
    describe: "Counters rise that no expectation names: a job's retries.",
    strike: (machine) => {
      for (const port of railsOf(machine)) Object.assign(port.later, { out_of_sequence: "921", packet_seq_err: "17" });
      return passes("E1");
    },
  },
});
