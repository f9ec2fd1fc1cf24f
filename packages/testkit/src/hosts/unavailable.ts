import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { environment } from "./run.ts";

/** Where sshd must be: it starts itself again by this path. */
export const sshd = "/usr/sbin/sshd";

const programs: readonly [paths: readonly string[], debianPackage: string][] = [
  [[sshd], "openssh-server"],
  [["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"], "iproute2"],
  [["/usr/bin/unshare"], "util-linux"],
  [["/usr/bin/nsenter"], "util-linux"],
  [["/usr/bin/setpriv"], "util-linux"],
  [["/usr/sbin/pivot_root", "/sbin/pivot_root", "/usr/bin/pivot_root"], "util-linux"],
  [["/usr/bin/mount", "/bin/mount"], "mount"],
];

/** Namespaces of a host besides its network, which outlives a boot of the host no longer than its link. */
export function namespaceFlags(uptimeSeconds: number): string[] {
  const flags = ["--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"];
  // Uptime then counts from the host's own power-on.
  if (existsSync("/proc/self/ns/time")) flags.push("--time", "--boottime", String(-Math.floor(uptimeSeconds)));
  return flags;
}

/** Tries, in namespaces that end with it, each thing that a host needs of the kernel. */
const probe = `
ip link add name probe0 type bridge || exit 11
ip link add name probe1 type veth peer name probe2 || exit 12
mount -t tmpfs tmpfs /tmp || exit 13
mkdir /tmp/upper /tmp/work /tmp/tree || exit 13
mount -t overlay overlay -o lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work /tmp/tree || exit 14
mkdir /tmp/tree/slipway-probe || exit 14
cd /tmp/tree && pivot_root . slipway-probe || exit 15
`;

const meanings: Readonly<Record<number, string>> = {
  11: "needs network bridges in the kernel",
  12: "needs veth pairs in the kernel",
  13: "needs the right to mount tmpfs",
  14: "needs overlayfs in the kernel, mountable over /",
  15: "needs a root file system that pivot_root accepts",
};

let known: { reason: string | null } | undefined;

/** Null when hosts can be made here, else the reason, in words for a named skip. */
export function hostsUnavailable(): string | null {
  known ??= { reason: findReason() };
  return known.reason;
}

function findReason(): string | null {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root";
  for (const [paths, debianPackage] of programs) {
    if (!paths.some((path) => existsSync(path))) return `needs ${debianPackage} (apt-get install ${debianPackage})`;
  }
  const flags = ["--net", ...namespaceFlags(0)];
  const tried = spawnSync("unshare", [...flags, "/bin/sh", "-c", probe], {
    env: environment,
    encoding: "utf8",
    timeout: 10_000,
  });
  if (tried.status === 0) return null;
  const meaning =
    meanings[tried.status ?? -1] ?? "needs the right to make namespaces (a privileged container or a machine)";
  const said = tried.stderr.trim().split("\n").at(-1) ?? "";
  return said === "" ? meaning : `${meaning}: ${said}`;
}
