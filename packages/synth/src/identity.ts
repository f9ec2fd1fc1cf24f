import { createPrng, deriveSeed } from "./prng.ts";
import type { Persona, SynthNode, SynthProfile } from "./types.ts";

/** One GPU of the machine: what stays the same whichever tool looks at it. */
export interface GpuIdentity {
  serial: string;
  uuid: string;
  /** As the kernel log prints it: `0008:01:00`. */
  pci: string;
}

/** Who and where the node is; everything here follows from seed, profile and tray. */
export interface Identity {
  profile: SynthProfile;
  seed: number;
  index: number;
  rackSize: number;
  node: SynthNode;
  gpus: GpuIdentity[];
  /** Driver, IMEX and GSP firmware come from one release. */
  driverVersion: string;
  /** Name of every tray of the rack, in order. */
  trays: readonly string[];
  /** A guest of Hyper-V, or bare metal. */
  virtual: boolean;
  /** Management address of every tray, in order. */
  addresses: string[];
  clusterUuid: string;
  cliqueId: string;
  chassisSerial: string;
  /** Full-member partition key of the pool. */
  pkey: string;
  /** Start of the collection. */
  collectMs: number;
  bootMs: number;
}

/** Facts of a SKU that more than one tool prints. */
export interface ProfileFacts {
  gpuCount: number;
  productName: string;
  architecture: string;
  deviceId: string;
  pci: readonly string[];
  rails: number;
  rate: string;
  vendor: string;
  sku: string;
  cluster: string;
}

export const PROFILES: Readonly<Record<SynthProfile, ProfileFacts>> = {
  gb300: {
    gpuCount: 4,
    productName: "NVIDIA GB300",
    architecture: "Blackwell",
    deviceId: "31c2",
    pci: ["0008:01:00", "0009:01:00", "0018:01:00", "0019:01:00"],
    rails: 4,
    rate: "800 Gb/sec (4X XDR)",
    vendor: "azure",
    sku: "Standard_ND128isr_GB300_v6",
    cluster: "az-gb300-a",
  },
  h100: {
    gpuCount: 8,
    productName: "NVIDIA H100 80GB HBM3",
    architecture: "Hopper",
    deviceId: "2330",
    pci: [
      "0000:0f:00",
      "0000:2d:00",
      "0000:44:00",
      "0000:5b:00",
      "0000:89:00",
      "0000:a8:00",
      "0000:c0:00",
      "0000:d8:00",
    ],
    rails: 8,
    rate: "400 Gb/sec (4X NDR)",
    vendor: "oci",
    sku: "BM.GPU.H100.8",
    cluster: "oci-h100-a",
  },
};

const FIRST_COLLECTION = 1_767_225_600_000; // 2026-01-01T00:00:00Z
const HOUR = 3_600_000;

/** Name of the rack, the same for all its trays. */
export function rackName(profile: SynthProfile, seed: number): string {
  return `${profile}-r${String((seed >>> 0) % 100_000).padStart(2, "0")}`;
}

/** Name of one tray. */
export function trayName(profile: SynthProfile, seed: number, index: number): string {
  return `${rackName(profile, seed)}-t${String(index).padStart(2, "0")}`;
}

/** Serials and UUIDs of one tray's GPUs; any tray of the rack may ask for another's. */
export function gpuIdentities(profile: SynthProfile, seed: number, index: number): GpuIdentity[] {
  const rng = createPrng(deriveSeed(seed, profile, "gpus", index));
  return PROFILES[profile].pci.map((pci) => ({
    serial: `1${rng.pick(["65", "66", "79"])}${rng.digits(10)}`,
    uuid: `GPU-${rng.uuid()}`,
    pci,
  }));
}

/** Works out who the node is. */
export function identify(
  profile: SynthProfile,
  seed: number,
  { index, rackSize }: { readonly index: number; readonly rackSize: number },
  as: Persona = {},
): Identity {
  const facts = PROFILES[profile];
  const rack = createPrng(deriveSeed(seed, profile, "rack"));
  const own = createPrng(deriveSeed(seed, profile, "node", index));
  const made = gpuIdentities(profile, seed, index);
  const gpus = made.map((gpu, at): GpuIdentity => {
    const serial = as.gpuSerials?.[at] ?? gpu.serial;
    // Another GPU in its place has a UUID of its own.
    return serial === gpu.serial
      ? gpu
      : { ...gpu, serial, uuid: `GPU-${createPrng(deriveSeed(seed, "swapped", serial)).uuid()}` };
  });
  const {
    virtual = profile === "gb300",
    trays = Array.from({ length: rackSize }, (_, tray) => trayName(profile, seed, tray)),
  } = as;
  const subnet = `10.${String(rack.between(16, 223))}.${String(rack.between(1, 250))}`;
  const firstHost = rack.between(4, 200 - Math.min(rackSize, 150));
  const collectMs = FIRST_COLLECTION + rack.between(0, 8000) * HOUR + own.between(0, HOUR - 1);
  const bootId = own.uuid();
  const system = `SX${own.digits(8)}`;
  return {
    profile,
    seed,
    index,
    rackSize,
    node: {
      name: as.name ?? trayName(profile, seed, index),
      vendor: as.vendor ?? facts.vendor,
      sku: as.sku ?? facts.sku,
      cluster: as.cluster ?? facts.cluster,
      rack: as.rack ?? rackName(profile, seed),
      bootId: as.bootId ?? bootId,
      serials: { system: as.systemSerial ?? system, gpus: gpus.map((gpu) => gpu.serial) },
    },
    gpus,
    trays,
    virtual,
    driverVersion: rack.pick(["580.95.05", "580.105.08", "580.126.09"]),
    addresses: Array.from({ length: rackSize }, (_, tray) => `${subnet}.${String(firstHost + tray)}`),
    clusterUuid: rack.uuid(),
    cliqueId: "32766",
    chassisSerial: `182${rack.digits(10)}`,
    pkey: as.pkey ?? rack.pick(["0x8001", "0x8021", "0x8a3f"]),
    collectMs,
    bootMs: collectMs - own.between(2, 90) * HOUR,
  };
}
