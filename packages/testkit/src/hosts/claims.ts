import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addressIn, parseSubnet, subnetInUse, unplug, type Subnet } from "./network.ts";
import { killNow, processesByNamespace, startTick } from "./processes.ts";
import { ip, run } from "./run.ts";

/** Farms of all processes; emptied with the namespaces themselves when the machine boots. */
const registry = "/run/slipway-hosts";
const namedNamespaces = "/run/netns";

/** A name, a folder and a subnet that no other farm on this machine has. */
export interface Claim {
  prefix: string;
  /** A tmpfs of the farm's own. */
  dir: string;
  subnet: Subnet;
}

interface Owner {
  pid: number;
  /** With the pid, names the owner even after pids have come round. */
  startTick: string | null;
}

const recordOf = (prefix: string): string => join(registry, `${prefix}.json`);

/** Name of the n-th network interface of a farm; prefixes hold no dash, so no farm's name begins another's. */
export const linkName = (prefix: string, index: number): string => `${prefix}-${index.toString(36).padStart(2, "0")}`;
export const bridgeName = (prefix: string): string => `${prefix}-br`;

/** Takes a name and a subnet, and mounts the folder. */
export async function claimFarm(options: { prefix?: string; subnet?: string }): Promise<Claim> {
  mkdirSync(registry, { recursive: true, mode: 0o755 });
  const prefix = claimPrefix(options.prefix ?? "sw");
  try {
    const subnet = claimSubnet(prefix, options.subnet);
    const dir = join(registry, prefix);
    mkdirSync(dir, { mode: 0o755 });
    await run("mount", ["-t", "tmpfs", "-o", "mode=0755", "tmpfs", dir]);
    return { prefix, dir, subnet };
  } catch (error) {
    await removeFarm(prefix);
    throw error;
  }
}

/** Takes away all that a farm of this name may have left; null, or what would not go. */
export async function removeFarm(prefix: string): Promise<string | null> {
  killStragglers(prefix);
  const links = linksOf(prefix);
  await ip(
    links.map((link) => `netns delete ${link}`),
    { keepGoing: true },
  );
  // The kernel takes down the networks of ended namespaces together, ten times cheaper than link by link; but one
  // with a connection that was cut in the middle of a word lingers for minutes.
  const end = performance.now() + 500;
  while (performance.now() < end && linksOf(prefix).length > 0) await sleep(10);
  await unplug(linksOf(prefix));
  await ip([`link delete dev ${bridgeName(prefix)}`], { keepGoing: true });
  const dir = join(registry, prefix);
  if (existsSync(dir)) {
    await run("umount", ["--lazy", dir]).catch(() => undefined);
    rmdirSync(dir);
  }
  const left = [
    ...linksOf(prefix),
    ...(existsSync(`/sys/class/net/${bridgeName(prefix)}`) ? [bridgeName(prefix)] : []),
  ];
  if (left.length > 0) return `not removed: ${left.join(" ")}`;
  for (const claim of subnetClaims()) if (claim.holder === `${prefix}.json`) rmSync(claim.path, { force: true });
  rmSync(recordOf(prefix), { force: true });
  return null;
}

/** Clears away farms whose process ended without closing them. */
export async function sweepLeftovers(): Promise<void> {
  if (!existsSync(registry)) return;
  for (const file of readdirSync(registry)) {
    if (!file.endsWith(".json")) continue;
    const owner = readOwner(join(registry, file));
    if (owner === null || startTick(owner.pid) === owner.startTick) continue;
    // What resists is tried again at the next start; it is no reason not to start.
    await removeFarm(file.slice(0, -".json".length)).catch(() => null);
  }
  for (const { path, holder } of subnetClaims()) if (!existsSync(join(registry, holder))) rmSync(path, { force: true });
}

function claimPrefix(wanted: string): string {
  if (!/^[a-z][a-z0-9]{0,3}$/.test(wanted))
    throw new Error(`a prefix is one to four of a-z0-9, beginning with a letter: ${wanted}`);
  const owner: Owner = { pid: process.pid, startTick: startTick(process.pid) };
  // Threads of one process have the same pid, so the number in the name is taken on disk, not counted here.
  for (let number = 0; number < 36 ** 2; number += 1) {
    const prefix = `${wanted}${process.pid.toString(36).padStart(5, "0")}${number.toString(36).padStart(2, "0")}`;
    if (createWhole(recordOf(prefix), JSON.stringify(owner))) return prefix;
  }
  throw new Error("this process has 1296 farms open");
}

/** Creates a file that nobody ever sees half written; false when it is there already. */
function createWhole(path: string, content: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function claimSubnet(prefix: string, wanted: string | undefined): Subnet {
  const pool = wanted === undefined ? Array.from({ length: 64 }, (_, slot) => `10.77.${slot * 4}.0/22`) : [wanted];
  for (const text of pool) {
    const subnet = parseSubnet(text);
    if (subnetInUse(subnet)) continue;
    try {
      symlinkSync(`${prefix}.json`, join(registry, `net-${addressIn(subnet, 0)}-${subnet.bits}`));
      return subnet;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  throw new Error(
    wanted === undefined ? "no free subnet in 10.77.0.0/16" : `subnet ${wanted} is in use on this machine`,
  );
}

function subnetClaims(): { path: string; holder: string }[] {
  return readdirSync(registry)
    .filter((file) => file.startsWith("net-"))
    .flatMap((file) => {
      const path = join(registry, file);
      try {
        return [{ path, holder: readlinkSync(path) }];
      } catch {
        return []; // given back while we looked
      }
    });
}

function linksOf(prefix: string): string[] {
  const folders = [namedNamespaces, "/sys/class/net"].filter((folder) => existsSync(folder));
  const names = folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.startsWith(`${prefix}-`));
  return [...new Set(names)].filter((name) => name !== bridgeName(prefix));
}

/** Ends processes that live in the farm's own network namespaces; nobody else's can. */
function killStragglers(prefix: string): void {
  const namespaces = linksOf(prefix).flatMap((link) => {
    const status = statSync(join(namedNamespaces, link), { throwIfNoEntry: false });
    return status === undefined ? [] : [`net:[${status.ino}]`];
  });
  if (namespaces.length === 0) return;
  const living = processesByNamespace("net");
  for (const namespace of namespaces) for (const { pid } of living.get(namespace) ?? []) killNow(pid);
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Owner;
  } catch {
    return null;
  }
}
