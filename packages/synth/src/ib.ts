import { PROFILES, type Identity } from "./identity.ts";
import { createPrng, deriveSeed, type Prng } from "./prng.ts";

/** What mlxlink reports of a port; null in `IbPort.mlxlink` = the probe was not run. */
export interface MlxlinkFacts {
  state: string;
  physicalState: string;
  speed: string;
  width: string;
  /** `status.code` of the document. */
  statusCode: number;
  exitCode: number;
}

/** One port of one RDMA device. */
export interface IbPort {
  device: string;
  port: number;
  rail: boolean;
  rate: string;
  state: string;
  physState: string;
  linkLayer: string;
  pkeys: string[];
  counters: Record<string, string>;
  hwCounters: Record<string, string>;
  /** Of the counters that rise between the two readings of `ib-counters`, the second value. */
  later: Record<string, string>;
  caType: string;
  firmware: string;
  guid: string;
  lid: number;
  netdev: string;
  netdevUp: boolean;
  mlxlink: MlxlinkFacts | null;
}

/** All RDMA devices of the node. */
export interface IbFacts {
  ports: IbPort[];
  /** The device at which ibstat aborts behind its text. */
  ibpanic: string | null;
  /** Readings that `ib-counters` made. */
  readings: 1 | 2;
}

const ADAPTERS = {
  gb300: { rail: { caType: "MT4131", firmware: "40.46.3048" }, other: { caType: "MT41692", firmware: "32.43.2712" } },
  h100: { rail: { caType: "MT4129", firmware: "28.43.2566" }, other: { caType: "MT4125", firmware: "22.43.2566" } },
} as const;

const COUNTERS = [
  "VL15_dropped",
  "excessive_buffer_overrun_errors",
  "link_downed",
  "link_error_recovery",
  "local_link_integrity_errors",
  "port_rcv_constraint_errors",
  "port_rcv_data",
  "port_rcv_errors",
  "port_rcv_packets",
  "port_rcv_remote_physical_errors",
  "port_rcv_switch_relay_errors",
  "port_xmit_constraint_errors",
  "port_xmit_data",
  "port_xmit_discards",
  "port_xmit_packets",
  "port_xmit_wait",
  "symbol_error",
] as const;

const HW_COUNTERS = [
  "duplicate_request",
  "implied_nak_seq_err",
  "lifespan",
  "local_ack_timeout_err",
  "out_of_buffer",
  "out_of_sequence",
  "packet_seq_err",
  "rnr_nak_retry_err",
] as const;
/** Digits of the counters that count traffic; all others are 0. */
const TRAFFIC_DIGITS: Readonly<Record<string, number>> = {
  port_rcv_data: 14,
  port_rcv_packets: 11,
  port_xmit_data: 14,
  port_xmit_packets: 11,
};

/** The rails of a healthy node, and one front-end Ethernet port that is no rail. */
export function healthyIb(identity: Identity): IbFacts {
  const { profile } = identity;
  const rng = createPrng(deriveSeed(identity.seed, profile, "ib", identity.index));
  const { rails, rate } = PROFILES[profile];
  const label = rateLabel(rate);
  const netdevUp = rng.chance(0.5);
  const ports = Array.from({ length: rails + 1 }, (_, position): IbPort => {
    const rail = position < rails;
    const counters = Object.fromEntries(COUNTERS.map((name) => [name, trafficOf(name, rng)]));
    return {
      device: `mlx5_${String(position)}`,
      port: 1,
      rail,
      rate: rail ? rate : "100 Gb/sec (2X HDR)",
      state: "4: ACTIVE",
      physState: "5: LinkUp",
      linkLayer: rail ? "InfiniBand" : "Ethernet",
      pkeys: rail ? [identity.pkey, "0x7fff", "0x0000", "0x0000"] : ["0xffff"],
      counters,
      hwCounters: Object.fromEntries(HW_COUNTERS.map((name) => [name, name === "lifespan" ? "12" : "0"])),
      later: Object.fromEntries(Object.keys(TRAFFIC_DIGITS).map((name) => [name, laterTraffic(counters[name] ?? "0")])),
      ...ADAPTERS[profile][rail ? "rail" : "other"],
      guid: `a088c203${rng.hex(8)}`,
      lid: rng.between(17, 4800),
      netdev: rail ? `ib${String(position)}` : "eth0",
      netdevUp: rail ? netdevUp : true,
      mlxlink: rail
        ? {
            state: "Active",
            physicalState: "LinkUp",
            speed: `IB-${label.speed}`,
            width: `${String(label.width)}x`,
            statusCode: 0,
            exitCode: 0,
          }
        : null,
    };
  });
  return { ports, ibpanic: null, readings: 2 };
}

function trafficOf(counter: string, rng: Prng): string {
  const digits = TRAFFIC_DIGITS[counter];
  return digits === undefined ? "0" : rng.digits(digits);
}

/** What a counter of traffic shows half a minute later. */
function laterTraffic(value: string): string {
  return String(BigInt(value) + 1_048_576n);
}

/** Splits `800 Gb/sec (4X XDR)`. */
export function rateLabel(rate: string): { gbps: number; width: number; speed: string } {
  const match = /^(\d+)[\d.]* Gb\/sec \((\d+)X (\w+)\)$/u.exec(rate);
  return { gbps: Number(match?.[1] ?? 0), width: Number(match?.[2] ?? 0), speed: match?.[3] ?? "" };
}

/** Lines `/sys/class/infiniband/<dev>/ports/<n>/<file>:<content>`. */
export function printIbSysfs(ib: IbFacts): string {
  let text = "";
  for (const port of ib.ports) {
    const base = `/sys/class/infiniband/${port.device}/ports/${String(port.port)}`;
    text += `${base}/rate:${port.rate}\n${base}/state:${port.state}\n`;
    text += `${base}/phys_state:${port.physState}\n${base}/link_layer:${port.linkLayer}\n`;
    for (const index of tableOrder(port.pkeys.length))
      text += `${base}/pkeys/${index}:${port.pkeys[Number(index)] ?? ""}\n`;
    for (const [name, value] of Object.entries(port.counters)) text += `${base}/counters/${name}:${value}\n`;
    for (const [name, value] of Object.entries(port.hwCounters)) text += `${base}/hw_counters/${name}:${value}\n`;
  }
  return text;
}

/** A shell lists the files of a table by name: 0, 1, 10, 100, 11. */
function tableOrder(length: number): string[] {
  return Array.from({ length }, (_, index) => String(index)).sort();
}

const word = (state: string): string => state.slice(state.indexOf(":") + 1).trim();

/** `ibstat`. */
export function printIbstat(ib: IbFacts): string {
  return ib.ports
    .map((port) => {
      const state = word(port.state).toLowerCase();
      const active = state === "active";
      return `CA '${port.device}'
	CA type: ${port.caType}
	Number of ports: 1
	Firmware version: ${port.firmware}
	Hardware version: 0
	Node GUID: 0x${port.guid}
	System image GUID: 0x${port.guid}
	Port ${String(port.port)}:
		State: ${state.charAt(0).toUpperCase()}${state.slice(1)}
		Physical state: ${word(port.physState)}
		Rate: ${String(rateLabel(port.rate).gbps)}
		Base lid: ${port.linkLayer === "InfiniBand" && active ? String(port.lid) : "0"}
		LMC: 0
		SM lid: ${port.linkLayer === "InfiniBand" && active ? "1" : "0"}
		Capability mask: ${port.linkLayer === "InfiniBand" ? "0xa751e848" : "0x00010000"}
		Port GUID: 0x${port.guid}
		Link layer: ${port.linkLayer}
`;
    })
    .join("");
}

/** What ibstat says on stderr when it aborts at a device. */
export function ibpanicMessage(device: string): string {
  return `ibpanic: [24817] main: stat of IB device '${device}' failed: Invalid argument\n`;
}

/** `ibdev2netdev`; the (Down) of a rail is its IPoIB interface, not its link. */
export function printIbdev2netdev(ib: IbFacts): string {
  return ib.ports
    .map((port) => `${port.device} port ${String(port.port)} ==> ${port.netdev} (${port.netdevUp ? "Up" : "Down"})\n`)
    .join("");
}

/** `mlxlink -d <dev> -m -c -e --json`. */
export function printMlxlink(port: IbPort, link: MlxlinkFacts): string {
  const active = link.state === "Active";
  const known = (value: string): string => (active ? value : "N/A");
  const lanes = rateLabel(port.rate).width;
  const document = {
    result: {
      output: {
        "Operational Info": {
          "Auto Negotiation": "ON",
          FEC: known("Interleaved_Standard_RS-FEC - (544,514)"),
          "Loopback Mode": "No Loopback",
          "Physical state": link.physicalState,
          Speed: link.speed,
          State: link.state,
          Width: link.width,
        },
        "Module Info": {
          "Cable Type": "Passive copper cable",
          Identifier: "OSFP",
          "Vendor Name": "NVIDIA",
          "Vendor Part Number": "MCP4Y10-N001",
        },
        "Physical Counters and BER Info": {
          "Effective Physical BER": known("15E-255"),
          "Effective Physical Errors": known("0"),
          "Link Down Counter": port.counters["link_downed"] ?? "0",
          "Link Error Recovery Counter": "0",
          "Raw Physical BER": known("1E-11"),
          "Raw Physical Errors Per Lane": { values: active ? Array.from({ length: lanes }, () => "0") : [] },
          "Symbol BER": known("15E-255"),
          "Symbol Errors": known("0"),
          "Time Since Last Clear [Min]": "1440.0",
        },
        "Tool Information": { "Firmware Version": port.firmware, "MFT Version": "mft 4.33.0-169" },
        "Troubleshooting Info": {
          "Group Opcode": "N/A",
          Recommendation: active ? "No issue was observed" : "The port is not up: check the cable and the peer",
          "Status Opcode": active ? "0" : "2",
        },
      },
    },
    status: {
      code: link.statusCode,
      message: link.statusCode === 0 ? "success" : "Failed to query the port registers",
    },
  };
  return `${JSON.stringify(document, null, 4)}\n`;
}
