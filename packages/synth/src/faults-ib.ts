import {
  at,
  fails,
  faultsOf,
  inconclusive,
  nodeScope,
  passes,
  portScope,
  WIDE,
  type Conclusion,
  type FaultTable,
} from "./fault.ts";
import { rateLabel, type IbPort, type MlxlinkFacts } from "./ib.ts";
import { PROFILES } from "./identity.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";
import type { TruthScope } from "./types.ts";

const GONE = ["hardware", "platform", "configuration"];
const PARTITION = ["configuration", "fabric", "platform"];

function pickRail(machine: Machine, rng: Prng): { port: IbPort; scope: TruthScope } {
  const port = rng.pick(machine.ib.ports.filter(({ rail }) => rail));
  return { port, scope: portScope(port.device, port.port) };
}

const railWrong =
  (change: (port: IbPort, machine: Machine) => void) =>
  (machine: Machine, rng: Prng): Conclusion => {
    const { port, scope } = pickRail(machine, rng);
    change(port, machine);
    return fails("X4", WIDE, [scope]);
  };

/** A link that is not up prints the rate it would start with. */
const notUp =
  (state: string, physState: string) =>
  (port: IbPort): void => {
    port.state = state;
    port.physState = physState;
    if (!physState.endsWith("LinkUp")) port.rate = "40 Gb/sec (4X QDR)";
    port.netdevUp = false;
    if (port.mlxlink !== null)
      port.mlxlink = {
        ...port.mlxlink,
        state: physState.endsWith("LinkUp") ? "Init" : word(physState),
        physicalState: word(physState),
        speed: "N/A",
        width: "N/A",
      };
  };

const word = (state: string): string => state.slice(3);

/** A rail whose kernel does not know its speed, and what mlxlink says of it. */
function readsAsSdr(port: IbPort, mlxlink: Partial<MlxlinkFacts> | null): void {
  port.rate = "10 Gb/sec (4X SDR)";
  port.mlxlink = mlxlink === null || port.mlxlink === null ? null : { ...port.mlxlink, ...mlxlink };
}

const sdrUnproven =
  (mlxlink: Partial<MlxlinkFacts> | null) =>
  (machine: Machine, rng: Prng): Conclusion => {
    const { port, scope } = pickRail(machine, rng);
    readsAsSdr(port, mlxlink);
    return inconclusive("X3", [scope]);
  };

const slowerRate = { gb300: "400 Gb/sec (4X NDR)", h100: "200 Gb/sec (4X HDR)" } as const;
const narrowRate = { gb300: "400 Gb/sec (2X XDR)", h100: "200 Gb/sec (2X NDR)" } as const;
const mislabelled = { gb300: "800 Gb/sec (8X NDR)", h100: "400 Gb/sec (8X HDR)" } as const;

const withRate = (rates: Readonly<Record<"gb300" | "h100", string>>) =>
  railWrong((port, machine) => {
    port.rate = rates[machine.settings.profile];
    const { width, speed } = rateLabel(port.rate);
    if (port.mlxlink !== null) port.mlxlink = { ...port.mlxlink, speed: `IB-${speed}`, width: `${String(width)}x` };
  });

const partitionWrong =
  (pkeys: (pool: string) => string[]) =>
  (machine: Machine, rng: Prng): Conclusion => {
    const { port, scope } = pickRail(machine, rng);
    port.pkeys = pkeys(machine.identity.pkey);
    return fails("X4", PARTITION, [scope]);
  };

/** The same key without the bit of full membership. */
const limited = (pool: string): string => `0x${(Number.parseInt(pool, 16) & 0x7fff).toString(16).padStart(4, "0")}`;

/** X1-X6. */
export const IB_FAULTS: FaultTable = faultsOf("ib-xdr", {
  "ib-rail-polling": { describe: "A rail is DOWN and Polling.", strike: railWrong(notUp("1: DOWN", "2: Polling")) },
  "ib-rail-disabled": { describe: "A rail is DOWN and Disabled.", strike: railWrong(notUp("1: DOWN", "3: Disabled")) },
  "ib-rail-init": { describe: "A rail is LinkUp but only INIT.", strike: railWrong(notUp("2: INIT", "5: LinkUp")) },
  "ib-rail-armed": { describe: "A rail is LinkUp but only ARMED.", strike: railWrong(notUp("3: ARMED", "5: LinkUp")) },
  "ib-rail-slow": { describe: "A rail came up one generation slower.", strike: withRate(slowerRate) },
  "ib-rail-narrow": { describe: "A rail came up with half its lanes.", strike: withRate(narrowRate) },
  "ib-rail-label": {
    describe: "A rail has the rate expected with another label and width.",
    strike: withRate(mislabelled),
  },
  "ib-rail-ethernet": {
    describe: "A rail's link layer is Ethernet.",
    strike: railWrong((port) => {
      port.linkLayer = "Ethernet";
    }),
  },
  "ib-rail-gone": {
    describe: "A rail's device is absent.",
    alsoAffects: ["ib-errors"],
    strike: (machine, rng) => {
      const { port, scope } = pickRail(machine, rng);
      machine.ib.ports = machine.ib.ports.filter((other) => other !== port);
      return fails("X1", GONE, [scope]);
    },
  },
  "ib-rail-replaced-by-roce": {
    describe: "A rail's device is absent and one of another name stands in its place.",
    alsoAffects: ["ib-errors"],
    strike: (machine, rng) => {
      const { port, scope } = pickRail(machine, rng);
      Object.assign(port, { device: "rocep3s0", linkLayer: "Ethernet", pkeys: ["0xffff"], mlxlink: null });
      return fails("X1", GONE, [scope]);
    },
  },
  "ib-rails-other-names": {
    describe: "None of the expected devices is there: the names do not fit this machine.",
    alsoAffects: ["ib-errors"],
    strike: (machine) => {
      machine.ib.ports.forEach((port, position) => {
        port.device = port.rail ? `ibP${String(position * 2)}p3s0` : "rocep4s0";
      });
      return inconclusive("X1", [nodeScope(machine)]);
    },
  },
  "ib-rail-sdr-mlxlink-absent": { describe: "A rail reads SDR and mlxlink was not run.", strike: sdrUnproven(null) },
  "ib-rail-sdr-mlxlink-not-available": {
    describe: "A rail reads SDR and mlxlink knows no speed.",
    strike: sdrUnproven({ speed: "N/A", width: "N/A" }),
  },
  "ib-rail-sdr-mlxlink-not-active": {
    describe: "A rail reads SDR and mlxlink says Polling.",
    strike: sdrUnproven({ state: "Polling", physicalState: "ETH_AN_FSM_ENABLE" }),
  },
  "ib-rail-sdr-mlxlink-status": {
    describe: "A rail reads SDR and mlxlink ends with a status code.",
    strike: sdrUnproven({ statusCode: 1 }),
  },
  "ib-rail-sdr-mlxlink-exit": {
    describe: "A rail reads SDR and mlxlink exits non-zero.",
    strike: sdrUnproven({ exitCode: 1 }),
  },
  "ib-rail-sdr-mlxlink-right": {
    describe: "A rail reads SDR and mlxlink shows the expected speed and width.",
    strike: (machine, rng) => {
      readsAsSdr(pickRail(machine, rng).port, {});
      return passes("X3");
    },
  },
  "ib-rail-sdr-mlxlink-slower": {
    describe: "A rail reads SDR and mlxlink shows another speed.",
    strike: (machine, rng) => {
      const { port, scope } = pickRail(machine, rng);
      readsAsSdr(port, { speed: `IB-${rateLabel(slowerRate[machine.settings.profile]).speed}` });
      return fails("X3", WIDE, [scope]);
    },
  },
  "ib-rail-sdr-mlxlink-narrow": {
    describe: "A rail reads SDR and mlxlink shows another width.",
    strike: (machine, rng) => {
      const { port, scope } = pickRail(machine, rng);
      readsAsSdr(port, { width: "2X" });
      return fails("X3", WIDE, [scope]);
    },
  },
  "ib-rail-sdr-pkey-missing": {
    describe: "A rail reads SDR, mlxlink clears it, but it is not in the partition.",
    strike: (machine, rng) => {
      const { port, scope } = pickRail(machine, rng);
      readsAsSdr(port, {});
      port.pkeys = ["0x7fff", "0x0000"];
      return fails("X4", PARTITION, [scope]);
    },
  },
  "ib-pkey-missing": {
    describe: "A rail is not in the partition of the pool.",
    strike: partitionWrong(() => ["0x7fff", "0x0000", "0x0000", "0x0000"]),
  },
  "ib-pkey-limited": {
    describe: "A rail is only a limited member of the partition.",
    strike: partitionWrong((pool) => [limited(pool), "0x7fff", "0x0000", "0x0000"]),
  },
  "ib-pkey-far-down": {
    describe: "The table has 128 entries and the key stands far down.",
    strike: (machine, rng) => {
      const { port } = pickRail(machine, rng);
      port.pkeys = Array.from({ length: 128 }, (_, index) =>
        index === 0 ? "0x7fff" : index === 101 ? machine.identity.pkey : "0x0000",
      );
      return passes("X4");
    },
  },
  "ib-ibpanic": {
    describe: "ibstat aborts at a rail behind valid text.",
    strike: (machine, rng) => {
      machine.ib.ibpanic = pickRail(machine, rng).port.device;
      return inconclusive("X5", [nodeScope(machine)]);
    },
  },
  "ib-ibpanic-elsewhere": {
    describe: "ibstat aborts at a device that is no rail.",
    strike: (machine) => {
      machine.ib.ibpanic = at(machine.ib.ports, PROFILES[machine.settings.profile].rails).device;
      return passes("X5");
    },
  },
  "ib-other-port-down": {
    describe: "A port that is no rail is down.",
    strike: (machine) => {
      notUp("1: DOWN", "3: Disabled")(at(machine.ib.ports, PROFILES[machine.settings.profile].rails));
      return passes("X2");
    },
  },
  "ib-netdev-down": {
    describe: "ibdev2netdev shows (Down) for every rail.",
    strike: (machine) => {
      for (const port of machine.ib.ports) port.netdevUp = !port.netdevUp;
      return passes("X2");
    },
  },
  "ib-counters-high": {
    describe: "The counters of a rail are high.",
    alsoAffects: ["ib-errors"],
    strike: (machine, rng) => {
      const { port } = pickRail(machine, rng);
      Object.assign(port.counters, { link_downed: "17", symbol_error: "40213", link_error_recovery: "9" });
      return passes("X6");
    },
  },
});
