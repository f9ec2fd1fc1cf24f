import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  machinery,
  machineSys,
  makeFolder,
  makeSys,
  ownFolders,
  putFile,
  putProcFiles,
  putTool,
  putUsers,
  type Cover,
} from "./disk.ts";
import { hostSide, type Port } from "./network.ts";
import { fleetUser, type FakeTool, type HostSpec } from "./spec.ts";

/** What a host is given at one power-on. */
export interface Given {
  folder: string;
  spec: HostSpec;
  port: Port;
  bootId: string;
  hostKey: string;
  /** Public keys that may log in. */
  authorized: { root: string; fleet: string };
  tools: ReadonlyMap<string, FakeTool>;
}

const path = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";
const devices = ["null", "zero", "full", "random", "urandom", "tty"];
const bootIdFile = "/proc/sys/kernel/random/boot_id";

/** Lays out what outlives a reboot: the disk and the homes. */
export function layDisk({ folder, spec, port }: Pick<Given, "folder" | "spec" | "port">): void {
  if (spec.files?.[bootIdFile] !== undefined) throw new Error(`${spec.name}: each boot gets a boot id of its own`);
  for (const name of ["disk", "work", "tree", ...Object.values(ownFolders)]) makeFolder(join(folder, name), null);
  for (const inside of ["/proc", ...Object.keys(ownFolders)]) makeFolder(join(folder, "disk", inside), inside);
  chmodSync(join(folder, ownFolders["/root"]), 0o700);
  putUsers(folder, spec.loginUser !== "root");
  putFile(folder, "/etc/hostname", `${spec.name}\n`);
  putFile(folder, "/etc/hosts", `127.0.0.1 localhost\n${port.address} ${spec.name}\n`);
  for (const [place, file] of Object.entries(spec.files ?? {})) if (!volatile(place)) putFile(folder, place, file);
}

/** Lays out all the rest anew, as it is after a reboot, and what pid 1 shall mount. */
export function layBoot(given: Given, openssh: { penalises: boolean }): void {
  const { folder, spec } = given;
  const files = Object.entries(spec.files ?? {}).filter(([place]) => volatile(place));
  for (const name of ["run", "tmp", "dev", "sys", "proc", "tools"]) {
    rmSync(join(folder, name), { recursive: true, force: true });
    makeFolder(join(folder, name), null);
  }
  for (const place of ["/run/sshd", `${machinery}/machine`, machineSys, "/dev/pts"])
    makeFolder(inFolder(folder, place), null);
  for (const place of ["/tmp", "/dev/shm", "/run/lock"]) {
    makeFolder(inFolder(folder, place), null);
    chmodSync(inFolder(folder, place), 0o1777);
  }
  putDevices(folder);
  putSshd(given, openssh);
  putFile(folder, `${machinery}/boot_id`, `${given.bootId}\n`);
  for (const [name, tool] of given.tools) putTool(folder, name, tool, 0);
  const below = (root: string): typeof files => files.filter(([place]) => place.startsWith(root));
  const sysFiles = below("/sys/");
  if (sysFiles.length > 0)
    makeSys(
      folder,
      sysFiles.map(([place]) => place),
    );
  const covers = putProcFiles(folder, below("/proc/"));
  for (const [place, file] of files) if (!place.startsWith("/proc/")) putFile(folder, place, file);
  writeFileSync(join(folder, "network"), `${hostSide(given.port).join("\n")}\n`);
  writeFileSync(join(folder, "fstab"), fstab(folder, covers, sysFiles.length > 0));
}

const volatile = (place: string): boolean => /^\/(run|tmp|dev|sys|proc|usr\/local\/bin|var\/run)\//.test(place);

function inFolder(folder: string, place: string): string {
  const [, first = "", ...rest] = place.split("/");
  return join(folder, first, ...rest);
}

function putDevices(folder: string): void {
  for (const device of devices) putFile(folder, `/dev/${device}`, "");
  const links = { fd: "/proc/self/fd", stdin: "fd/0", stdout: "fd/1", stderr: "fd/2", ptmx: "pts/ptmx" };
  for (const [name, linkTo] of Object.entries(links)) putFile(folder, `/dev/${name}`, { linkTo });
}

function putSshd({ folder, hostKey, authorized, spec }: Given, openssh: { penalises: boolean }): void {
  const config = {
    Port: "22",
    AddressFamily: "inet",
    HostKey: `${machinery}/host_key`,
    AuthorizedKeysFile: `${machinery}/authorized/%u`,
    AuthenticationMethods: "publickey",
    PermitRootLogin: "prohibit-password",
    StrictModes: "no",
    UsePAM: "no",
    UseDNS: "no",
    PrintMotd: "no",
    PrintLastLog: "no",
    PidFile: "none",
    MaxStartups: "200",
    SetEnv: `PATH=${path}`,
    Subsystem: "sftp internal-sftp",
    // Newer servers shut out an address after failed logins, and here all come from one.
    ...(openssh.penalises ? { PerSourcePenalties: "no" } : {}),
  };
  const lines = Object.entries(config).map(([key, value]) => `${key} ${value}\n`);
  putFile(folder, `${machinery}/sshd_config`, lines.join(""));
  putFile(folder, `${machinery}/host_key`, { content: hostKey, mode: 0o600 });
  putFile(folder, `${machinery}/authorized/root`, `${authorized.root}\n`);
  if (spec.loginUser !== "root") putFile(folder, `${machinery}/authorized/${fleetUser.name}`, `${authorized.fleet}\n`);
}

function fstab(folder: string, covers: readonly Cover[], ownSys: boolean): string {
  const tree = join(folder, "tree");
  const bind = (source: string, place: string): string[] => [source, join(tree, place), "none", "bind"];
  const own = Object.entries(ownFolders).filter(([place]) => place !== "/sys" || ownSys);
  const layers = `lowerdir=/,upperdir=${join(folder, "disk")},workdir=${join(folder, "work")}`;
  const mounts = [
    ["overlay", tree, "overlay", layers],
    ["proc", join(tree, "proc"), "proc", "defaults"],
    ...own.map(([place, name]) => bind(join(folder, name), place)),
    ["sysfs", join(tree, ownSys ? machineSys : "sys"), "sysfs", "defaults"],
    ...devices
      .filter((device) => existsSync(`/dev/${device}`))
      .map((device) => bind(`/dev/${device}`, `/dev/${device}`)),
    ["devpts", join(tree, "dev/pts"), "devpts", "newinstance,ptmxmode=0666,mode=0620"],
    bind(join(folder, "run", "slipway", "boot_id"), bootIdFile),
    ...covers.map(({ path: place, by }) => bind(by, place)),
  ];
  return mounts.map((fields) => `${fields.map(escape).join(" ")} 0 0\n`).join("");
}

/** fstab(5): blanks and backslashes are written in octal. */
const escape = (text: string): string =>
  text.replace(/[ \t\n\\]/g, (blank) => `\\${blank.charCodeAt(0).toString(8).padStart(3, "0")}`);
