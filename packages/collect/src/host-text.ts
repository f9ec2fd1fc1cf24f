import { SlipwayError, type Host } from "@slipway/plugin-sdk";

/** A host with the place it was read at. */
export interface Located extends Host {
  readonly where: string;
}

/** Reads `[user@]host[:port]`; a bare IPv6 address has no port. */
export function parseHost(text: string, where: string): Host {
  const at = text.lastIndexOf("@");
  const user = at < 0 ? undefined : text.slice(0, at);
  if (user === "")
    throw new SlipwayError("input", `${where}: user: nothing stands before the @ of ${JSON.stringify(text)}`);
  const rest = text.slice(at + 1);
  const bracket = /^\[([^\]]*)\](?::(.*))?$/.exec(rest);
  const colons = rest.split(":").length - 1;
  const [name = "", port] = bracket !== null ? [bracket[1], bracket[2]] : colons === 1 ? rest.split(":") : [rest];
  if (name === "") throw new SlipwayError("input", `${where}: name: ${JSON.stringify(text)} names no host`);
  return { name, user, port: port === undefined ? undefined : parsePort(port, where) };
}

export function parsePort(text: string, where: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw new SlipwayError("input", `${where}: port: ${JSON.stringify(text)} is no port (1 to 65535)`);
  return port;
}
