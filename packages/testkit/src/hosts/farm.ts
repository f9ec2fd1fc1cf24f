import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cutPower } from "./boot.ts";
import { bridgeName, claimFarm, linkName, removeFarm, sweepLeftovers, type Claim } from "./claims.ts";
import { NamespaceHost, type Host } from "./host.ts";
import { makeKey, type SshKey } from "./keys.ts";
import { addressIn, macOf, makeBridge, plugIn, type Port } from "./network.ts";
import { assertSpecs, type HostSpec } from "./spec.ts";
import { hostsUnavailable, sshd } from "./unavailable.ts";

/** Hosts that reach only this machine and each other, and this machine reaches them. */
export interface HostFarm extends AsyncDisposable {
  readonly hosts: readonly Host[];
  /** A folder that goes with the farm. */
  readonly dir: string;
  /** Private key that logs in as root on every host. */
  readonly identityFile: string;
  /** The right entry for each host, by name and by address, as of the start. */
  readonly knownHostsFile: string;
  /** `ssh -F` file: every host by name, as root, host keys checked. */
  readonly sshConfigFile: string;
  /** Private key that logs in as `fleet`, and only so. */
  readonly userIdentityFile: string;
  /** Removes processes, namespaces, links and files. Throws only after all of that was tried. */
  close(): Promise<void>;
}

export interface FarmOptions {
  /** An unused IPv4 network such as `10.99.4.0/24`; a free /22 of 10.77.0.0/16 unless given. */
  subnet?: string;
  /** First letters of the farm's interface names, at most four. */
  prefix?: string;
}

/** Starts a host for each spec. What dead processes left of their farms is cleared away first. */
export async function startHosts(specs: readonly HostSpec[], options: FarmOptions = {}): Promise<HostFarm> {
  const reason = hostsUnavailable();
  if (reason !== null) throw new Error(`no hosts here: ${reason}`);
  assertSpecs(specs);
  await sweepLeftovers();
  const claim = await claimFarm(options);
  const hosts: NamespaceHost[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeFarm(claim, hosts));
  try {
    const keys = { root: makeKey("root"), fleet: makeKey("fleet") };
    const ports = specs.map((_, index) => portOf(claim, index));
    await makeBridge(bridgeName(claim.prefix), claim.subnet, ports);
    const authorized = { root: keys.root.publicLine, fleet: keys.fleet.publicLine };
    const openssh = { penalises: penalises() };
    for (const [index, port] of ports.entries()) {
      const spec = specs[index];
      if (spec !== undefined)
        hosts.push(new NamespaceHost({ spec, folder: join(claim.dir, "hosts", spec.name), port, authorized, openssh }));
    }
    await plugIn(ports);
    for (const host of hosts) host.pluggedIn();
    const starts = await Promise.allSettled(hosts.map((host) => host.powerOn()));
    const failures = starts.flatMap((start) => (start.status === "rejected" ? [start.reason as Error] : []));
    if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join("\n"));
    const files = writeClientFiles(claim.dir, hosts, keys);
    return { hosts, dir: claim.dir, ...files, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

function portOf({ prefix, subnet }: Claim, index: number): Port {
  const address = addressIn(subnet, index + 2);
  return { link: linkName(prefix, index), bridge: bridgeName(prefix), address, bits: subnet.bits, mac: macOf(address) };
}

async function closeFarm(claim: Claim, hosts: readonly NamespaceHost[]): Promise<void> {
  const boots = await Promise.all(hosts.map((host) => host.retire()));
  const problems: string[] = [];
  try {
    await cutPower(boots.filter((boot) => boot !== null));
  } catch (error) {
    problems.push((error as Error).message);
  }
  const left = await removeFarm(claim.prefix);
  if (left !== null) problems.push(left);
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

function writeClientFiles(dir: string, hosts: readonly Host[], keys: { root: SshKey; fleet: SshKey }) {
  const client = join(dir, "client");
  mkdirSync(client, { mode: 0o755 });
  const put = (name: string, content: string, mode: number): string => {
    const file = join(client, name);
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  };
  const identityFile = put("id_root", keys.root.privateFile, 0o600);
  const userIdentityFile = put("id_fleet", keys.fleet.privateFile, 0o600);
  const known = hosts.map((host) => `${host.name},${host.address} ${host.hostKey()}\n`);
  const knownHostsFile = put("known_hosts", known.join(""), 0o644);
  const blocks = hosts.map(({ name, address, port }) => [
    `Host ${name}`,
    `  HostName ${address}`,
    `  Port ${port}`,
    "  User root",
    `  IdentityFile ${identityFile}`,
  ]);
  const all = [
    "Host *",
    `  UserKnownHostsFile ${knownHostsFile}`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
    "  IdentitiesOnly yes",
    "  BatchMode yes",
  ];
  const sshConfigFile = put("ssh_config", `${[...blocks.flat(), ...all].join("\n")}\n`, 0o644);
  return { identityFile, userIdentityFile, knownHostsFile, sshConfigFile };
}

/** True for servers that know PerSourcePenalties (OpenSSH 9.8); older ones refuse to start with it. */
function penalises(): boolean {
  const { stderr } = spawnSync(sshd, ["-V"], { encoding: "utf8" });
  const match = /OpenSSH_(\d+)\.(\d+)/.exec(stderr);
  return match !== null && Number(match[1]) * 1000 + Number(match[2]) >= 9008;
}
