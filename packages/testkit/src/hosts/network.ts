import { existsSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { ip } from "./run.ts";

/** An IPv4 network with the bridge at its first address. */
export interface Subnet {
  base: number;
  bits: number;
}

/** Where one host hangs on the farm's bridge. */
export interface Port {
  /** Name of the network namespace and of the machine's end of the veth pair. */
  link: string;
  bridge: string;
  address: string;
  bits: number;
  mac: string;
}

/** `10.77.4.0/22` as numbers; throws unless it is a whole IPv4 network with room for a host. */
export function parseSubnet(text: string): Subnet {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const parts = (match ?? []).slice(1).map(Number);
  const bits = parts.pop() ?? 0;
  const base = parts.reduce((sum, part) => sum * 256 + part, 0);
  if (match === null || parts.some((part) => part > 255) || bits < 8 || bits > 30 || base % 2 ** (32 - bits) !== 0) {
    throw new Error(`not an IPv4 network: ${text}`);
  }
  return { base, bits };
}

/** Address number `offset` of a subnet; 1 is the bridge. */
export function addressIn({ base, bits }: Subnet, offset: number): string {
  if (offset > 2 ** (32 - bits) - 2) throw new Error(`the subnet has no room for host ${offset - 1}`);
  return [24, 16, 8, 0].map((shift) => Math.floor((base + offset) / 2 ** shift) % 256).join(".");
}

/** A locally administered MAC made of the address, so that nobody has to ask for it. */
export function macOf(address: string): string {
  const bytes = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return ["02", "5c", ...bytes].join(":");
}

/** True when an interface of this machine is in the subnet already. */
export function subnetInUse({ base, bits }: Subnet): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.some(({ family, address, cidr }) => {
    if (family !== "IPv4") return false;
    const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - Math.min(bits, Number(cidr?.split("/")[1] ?? 32)));
    return Math.floor(number / size) === Math.floor(base / size);
  });
}

/**
 * Makes the bridge. Neighbours are permanent, so a host that is off is silence until the caller's own
 * timeout: with ARP, the kernel would answer "no route to host" after three seconds.
 */
export async function makeBridge(bridge: string, subnet: Subnet, hosts: readonly Port[]): Promise<void> {
  const address = addressIn(subnet, 1);
  await ip([
    `link add name ${bridge} address ${macOf(address)} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
  ]);
  silenceIpv6(bridge);
  await ip([
    `address add ${address}/${subnet.bits} dev ${bridge}`,
    `link set dev ${bridge} up`,
    ...hosts.map((host) => `neigh replace ${host.address} lladdr ${host.mac} dev ${bridge} nud permanent`),
  ]);
}

/** Gives each port a new, empty network namespace: no socket of an earlier boot is left in it. */
export async function plugIn(ports: readonly Port[]): Promise<void> {
  await ip(
    ports.flatMap(({ link, mac }) => [
      `netns add ${link}`,
      `link add name ${link} type veth peer name eth0 address ${mac} netns ${link}`,
    ]),
  );
  for (const { link } of ports) silenceIpv6(link);
  await ip(ports.map(({ link, bridge }) => `link set dev ${link} master ${bridge} up`));
}

/** Takes the ports away; what is sent to them from now on is lost without an answer. */
export async function unplug(links: readonly string[]): Promise<void> {
  await ip(
    links.flatMap((link) => [`link delete dev ${link}`, `netns delete ${link}`]),
    { keepGoing: true },
  );
}

/** What a host runs in its own namespace at boot, as lines of `ip`. */
export function hostSide({ address, bits }: Port): string[] {
  return ["link set dev lo up", `address add ${address}/${bits} dev eth0`, "link set dev eth0 up"];
}

/** 64 ports that announce link-local addresses to each other are thousands of packets for nothing. */
function silenceIpv6(link: string): void {
  const path = `/proc/sys/net/ipv6/conf/${link}/disable_ipv6`;
  if (existsSync(path)) writeFileSync(path, "1");
}
