import type { Identity } from "./identity.ts";
import { createPrng, deriveSeed, type Prng } from "./prng.ts";

/** Hypervisor, command line and firmware of the host. */
export interface HostFacts {
  /** `systemd-detect-virt`: its text and exit code. */
  virt: { text: string; exitCode: number };
  /** Hyper-V key-value pool 3; null = there is no pool. */
  kvp: [key: string, value: string][] | null;
  /** Words of /proc/cmdline. */
  commandLine: string[];
  dmi: [file: string, content: string][];
}

/** The kernel argument that the expectation asks for. */
export const KERNEL_ARGUMENT = { gb300: "iommu.passthrough=1", h100: "iommu=pt" } as const;

/** The host of a healthy node: a Hyper-V guest on Azure, bare metal on OCI. */
export function healthyHost(identity: Identity): HostFacts {
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "host", identity.index));
  if (identity.profile === "h100") return bareMetal(identity, rng);
  const guest = hyperVGuest(identity, rng);
  return identity.virtual ? guest : { ...guest, virt: { text: "none", exitCode: 1 }, kvp: null };
}

function bareMetal({ node }: Identity, rng: Prng): HostFacts {
  return {
    virt: { text: "none", exitCode: 1 },
    kvp: null,
    commandLine: [
      "BOOT_IMAGE=/boot/vmlinuz-5.15.0-1074-oracle",
      `root=UUID=${rng.uuid()}`,
      "ro",
      "console=ttyS0,115200n8",
      "intel_iommu=on",
      KERNEL_ARGUMENT.h100,
      "pci=realloc=off",
      "nouveau.modeset=0",
    ],
    dmi: dmi({
      biosVendor: "American Megatrends Inc.",
      biosVersion: "95060200",
      vendor: "Oracle Corporation",
      product: "ORACLE SERVER E5-8c",
      serial: node.serials.system,
      uuid: rng.uuid(),
      assetTag: "OracleCloud.com",
    }),
  };
}

function hyperVGuest({ node }: Identity, rng: Prng): HostFacts {
  const root = `root=UUID=${rng.uuid()}`;
  const physicalHost = `PHX${rng.digits(2)}C${rng.digits(5)}`;
  return {
    virt: { text: "microsoft", exitCode: 0 },
    kvp: [
      ["HostName", physicalHost],
      ["HostingSystemEditionId", "168"],
      ["HostingSystemOsMajor", "10"],
      ["PhysicalHostName", physicalHost],
      ["PhysicalHostNameFullyQualified", physicalHost],
      ["VirtualMachineDynamicMemoryBalancingEnabled", "0"],
      ["VirtualMachineId", rng.uuid().toUpperCase()],
      ["VirtualMachineName", rng.uuid()],
    ],
    commandLine: [
      "BOOT_IMAGE=/boot/vmlinuz-6.8.0-1041-nvidia-64k",
      root,
      "ro",
      "console=tty1",
      "console=ttyAMA0,115200n8",
      KERNEL_ARGUMENT.gb300,
      "memhp_default_state=online_movable",
      "init_on_alloc=0",
      "pci=pcie_bus_safe",
    ],
    dmi: dmi({
      biosVendor: "Microsoft Corporation",
      biosVersion: "Hyper-V UEFI Release v4.1",
      vendor: "Microsoft Corporation",
      product: "Virtual Machine",
      serial: node.serials.system,
      uuid: rng.uuid(),
      assetTag: "7783-7084-3265-9085-8269-3286-77",
    }),
  };
}

interface Board {
  readonly biosVendor: string;
  readonly biosVersion: string;
  readonly vendor: string;
  readonly product: string;
  readonly serial: string;
  readonly uuid: string;
  readonly assetTag: string;
}

function dmi({ biosVendor, biosVersion, vendor, product, serial, uuid, assetTag }: Board): [string, string][] {
  return [
    ["bios_date", "09/28/2025"],
    ["bios_vendor", biosVendor],
    ["bios_version", biosVersion],
    ["board_name", product],
    ["board_vendor", vendor],
    ["chassis_asset_tag", assetTag],
    ["chassis_serial", serial],
    ["chassis_vendor", vendor],
    ["product_name", product],
    ["product_serial", serial],
    ["product_uuid", uuid],
    ["sys_vendor", vendor],
  ];
}

/** `key<TAB>value` lines of the pool. */
export function printKvp(pool: readonly (readonly [string, string])[]): string {
  return pool.map(([key, value]) => `${key}\t${value}\n`).join("");
}

/** `file:content` lines of /sys/class/dmi/id. */
export function printDmi(host: HostFacts): string {
  return host.dmi.map(([file, content]) => `${file}:${content}\n`).join("");
}

/** /proc/cmdline. */
export function commandLineOf(host: HostFacts): string {
  return host.commandLine.join(" ");
}
