import { SlipwayError, type Host } from "@slipway/plugin-sdk";
import { parseHost } from "./host-text.ts";

/** How a node is reached: where, by whom and at which port, as far as its address says. */
type Reach = Pick<Host, "address" | "user" | "port" | "jump">;

/**
 * Reads the `address` of a sighting as inventories write hosts: `[user@]host[:port]`, or an object with such an
 * `address`, `user` and `port`, of which those beside the address count before those in it, and `jump`, the hosts to go
 * through, separated by commas. Other keys are the vendor's own.
 *
 * @throws SlipwayError of kind `input` for what is neither
 */
export function reachOf(address: unknown): Reach {
  const said = typeof address === "string" ? { address } : address;
  if (typeof said !== "object" || said === null || Array.isArray(said)) throw wrong(address);
  const { address: place, user, port, jump } = said as Readonly<Record<string, unknown>>;
  if (![place, user, jump].every((text) => text === undefined || text === null || typeof text === "string"))
    throw wrong(address);
  const plain = typeof place === "string" && place !== "" ? parseHost(place, "address") : undefined;
  const reach = {
    address: plain?.name,
    user: typeof user === "string" && user !== "" ? user : plain?.user,
    port: portOf(port) ?? plain?.port,
    jump: jumpOf(jump),
  };
  return Object.fromEntries(Object.entries(reach).filter(([, value]) => value !== undefined));
}

function jumpOf(jump: unknown): string | undefined {
  if (typeof jump !== "string" || jump.trim() === "") return undefined;
  for (const host of jump.split(",")) parseHost(host.trim(), "address: jump");
  return jump;
}

function portOf(port: unknown): number | undefined {
  if (port === undefined || port === null || port === "") return undefined;
  const number = typeof port === "string" && /^\d{1,5}$/.test(port) ? Number(port) : port;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1 || number > 65_535)
    throw new SlipwayError("input", `address: port: ${JSON.stringify(port)} is no port (1 to 65535)`);
  return number;
}

const wrong = (address: unknown): SlipwayError =>
  new SlipwayError("input", `address: ${JSON.stringify(address)} is no [user@]host[:port]`);
