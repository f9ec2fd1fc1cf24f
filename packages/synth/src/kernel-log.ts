import { PROFILES, type Identity } from "./identity.ts";
import { createPrng, deriveSeed } from "./prng.ts";
import { germanCtime, isoSeconds, shortIso } from "./timestamps.ts";

/** One kernel message. */
export interface KernelMessage {
  /** Since the start of the kernel. */
  seconds: number;
  text: string;
  /** The program that wrote it, as its tag; the kernel when absent. */
  by?: string;
}

/** How a log was exported: `journalctl -o short-iso`, syslog's RFC 5424, Talos' dmesg, or `dmesg -T` in German. */
export type LogForm = "journal" | "rfc5424" | "talos" | "dmesg-german";

/** The kernel log of the running boot. */
export interface KernelLog {
  form: LogForm;
  messages: KernelMessage[];
}

const BANNERS = {
  gb300:
    "Linux version 6.8.0-1041-nvidia-64k (buildd@bos03-arm64-032) (aarch64-linux-gnu-gcc-13 (Ubuntu " +
    "13.3.0-6ubuntu2~24.04) 13.3.0, GNU ld (GNU Binutils for Ubuntu) 2.42) #44-Ubuntu SMP PREEMPT_DYNAMIC Thu Nov " +
    "13 21:06:07 UTC 2025 (Ubuntu 6.8.0-1041.44-nvidia-64k 6.8.12)",
  h100:
    "Linux version 5.15.0-1074-oracle (buildd@lcy02-amd64-104) (gcc (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0, GNU ld " +
    "(GNU Binutils for Ubuntu) 2.38) #80-Ubuntu SMP Mon Jan 27 18:37:06 UTC 2025 (Ubuntu 5.15.0-1074.80-oracle " +
    "5.15.173)",
} as const;

/** Stands for the command line until the log is printed. */
const COMMAND_LINE = "%cmdline";

/** What a healthy node logs between boot and collection. */
export function healthyKernelLog(identity: Identity): KernelLog {
  const rng = createPrng(deriveSeed(identity.seed, identity.profile, "kernel", identity.index));
  const arm = identity.profile === "gb300";
  const messages: KernelMessage[] = [];
  const log = (seconds: number, ...texts: readonly string[]): void => {
    for (const text of texts) messages.push({ seconds, text });
  };
  if (arm) log(0, "Booting Linux on physical CPU 0x0000000000 [0x410fd4f0]");
  log(0, BANNERS[identity.profile], `${arm ? "Kernel command line" : "Command line"}: ${COMMAND_LINE}`);
  log(
    0,
    arm ? "efi: EFI v2.9 by EDK II" : "KERNEL supported cpus:",
    arm ? "smp: Brought up 2 nodes, 144 CPUs" : "smp: Brought up 2 nodes, 224 CPUs",
  );
  log(
    0,
    arm ? "iommu: Default domain type: Passthrough (set via kernel command line)" : "DMAR: IOMMU enabled",
    "SCSI subsystem initialized",
    "audit: initializing netlink subsys (disabled)",
  );
  log(
    2,
    "systemd[1]: Detected architecture " + (arm ? "arm64." : "x86-64."),
    `systemd[1]: Hostname set to <${identity.node.name}>.`,
  );
  for (let drive = 0; drive < 4; drive += 1) log(3, `nvme nvme${String(drive)}: 32/0/0 default/read/poll queues`);
  log(4, "EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode. Quota mode: none.");
  for (let rail = 0; rail < PROFILES[identity.profile].rails; rail += 1) {
    const address = arm ? `000${String(rail * 2)}:03:00.0` : `0000:${(12 + rail * 16).toString(16)}:00.0`;
    log(
      9,
      `mlx5_core ${address}: firmware version: ${arm ? "40.46.3048" : "28.43.2566"}`,
      `mlx5_core ${address}: Port module event: module ${String(rail)}, Cable plugged`,
    );
  }
  log(
    15,
    "nvidia: loading out-of-tree module taints kernel.",
    "nvidia-nvlink: Nvlink Core is being initialized, major device number 511",
  );
  for (const gpu of identity.gpus) log(16, `nvidia ${gpu.pci}.0: enabling device (0000 -> 0002)`);
  log(
    29,
    `NVRM: loading NVIDIA UNIX Open Kernel Module for ${arm ? "aarch64" : "x86_64"}  ${identity.driverVersion}  Release Build  (dvs-builder@U22-I3-AE18-23-3)`,
  );
  log(
    31,
    "nvidia-uvm: Loaded the UVM driver, major device number 509.",
    `nvidia-modeset: Loading NVIDIA UNIX Open Kernel Mode Setting Driver for ${arm ? "aarch64" : "x86_64"}  ${identity.driverVersion}`,
  );
  if (!arm)
    for (let nvswitch = 0; nvswitch < 4; nvswitch += 1) log(33, `nvidia-nvswitch${String(nvswitch)}: open (major=508)`);
  log(rng.between(60, 240), "IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready");
  log(
    rng.between(600, 4000),
    `perf: interrupt took too long (${String(rng.between(2501, 3900))} > 2500), lowering kernel.perf_event_max_sample_rate to 79750`,
  );
  return { form: "journal", messages };
}

/** What each form puts before a message. */
const PREFIXES: Readonly<Record<LogForm, (ms: number, host: string, tag: string) => string>> = {
  journal: (ms, host, tag) => `${shortIso(ms)} ${host} ${tag}: `,
  rfc5424: (ms, host, tag) => `<6>1 ${isoSeconds(ms)} ${host} ${tag} - - - `,
  talos: (ms) => `10.20.7.12: kern:    info: [${isoSeconds(ms)}]: `,
  "dmesg-german": (ms) => `[${germanCtime(ms)}] `,
};

/** The log as text: `journalctl -k -b -o short-iso --no-pager`, unless it was exported in another form. */
export function printKernelLog(log: KernelLog, identity: Identity, commandLine: string): string {
  const prefix = PREFIXES[log.form];
  return log.messages
    .map(({ seconds, text, by = "kernel" }) => {
      const before = prefix(identity.bootMs + seconds * 1000, identity.node.name, by);
      return `${before}${text.replace(COMMAND_LINE, commandLine)}\n`;
    })
    .join("");
}
