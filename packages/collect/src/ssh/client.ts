import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Client } from "ssh2";
import type { Route } from "./route.ts";
import { inTurn, type Login } from "./identities.ts";
import { checkHostKey, fingerprint, keyHash, knownName, signatureAlgorithms, type HostKeys } from "./known-hosts.ts";

/** A TCP connection, or a channel through a jump host, that is being opened. */
export interface Dialled {
  readonly stream: Promise<Duplex>;
  cancel(): void;
}

export interface HandshakeOptions {
  readonly route: Route;
  readonly login: Login;
  readonly keys: HostKeys;
  /** Called for a host of which no key is known; true trusts it from now on. */
  readonly acceptNew: (key: Buffer) => boolean;
  readonly keepaliveMs: number;
}

/** Key types with a signature algorithm without SHA-1, the cheapest first. */
const ANY_KEY = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];
const KEEPALIVES = 3;

export function unreachable(reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError("unreachable", reason, cause === undefined ? {} : { cause });
}

/** Ends the connection; a host that does not answer any more is not waited for. */
export function hangUp(client: Client): void {
  client.end();
  setTimeout(() => client.destroy(), 1000).unref();
}

/** Opens a stream to the host's sshd, directly or through a host that is already logged in to. */
export function dial({ address, port }: Route, via?: Client): Dialled {
  if (via !== undefined) {
    let cancelled = false;
    const stream = new Promise<Duplex>((resolve, reject) => {
      via.forwardOut("127.0.0.1", 0, address, port, (error, channel) => {
        if (error !== undefined)
          reject(unreachable(`the jump host cannot reach ${address}:${String(port)}: ${error.message}`, error));
        else if (cancelled) channel.destroy();
        else resolve(channel);
      });
    });
    return { stream, cancel: () => void (cancelled = true) };
  }
  const socket = connectTcp({ host: address, port, noDelay: true, autoSelectFamilyAttemptTimeout: 2000 });
  const stream = new Promise<Duplex>((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) => reject(unreachable(dialError(error, address, port), error)));
  });
  socket.pause();
  gatherWrites(socket);
  return { stream, cancel: () => socket.destroy() };
}

/** ssh2 writes each packet in several pieces: those of one turn of the event loop are sent as one segment. */
function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket);
  let corked = false;
  const release = (): void => {
    corked = false;
    socket.uncork();
  };
  socket.write = ((...args: Parameters<typeof write>) => {
    if (!corked) {
      corked = true;
      socket.cork();
      setImmediate(release);
    }
    return write(...args);
  }) as Socket["write"];
}

/**
 * Checks the host's key and logs in. Rejects with the reason. The client owns the stream from then on.
 *
 * @returns the SHA-256 of the key that the host proved to have, as {@link keyHash} writes it
 */
export function handshake(client: Client, stream: Duplex, options: HandshakeOptions): Promise<string> {
  const { route, login, keys, acceptNew, keepaliveMs } = options;
  const known = [...new Set(keys.known.map(({ type }) => type))].sort(cheapestFirst);
  const serverHostKey = (known.length > 0 ? known : ANY_KEY).flatMap(signatureAlgorithms);
  return new Promise((resolve, reject) => {
    let hostKey = "";
    let refusal: SlipwayError | undefined;
    const notes = [...login.notes];
    const fail = (error: SlipwayError): void => {
      reject(error);
      client.destroy();
    };
    if (serverHostKey.length === 0) {
      fail(
        unreachable(
          `${place(route)} is known only by keys that cannot be checked here: ${known.join(", ")} (${keys.known[0]?.where ?? ""})`,
        ),
      );
      return;
    }
    client.on("ready", () => resolve(hostKey));
    client.on("error", (error) => {
      if (error.level === "agent") notes.push(`the ssh agent: ${error.message}`);
      else fail(refusal ?? loginError(error, options, notes));
    });
    client.on("close", () => fail(refusal ?? unreachable(`${place(route)} closed the connection during login`)));
    client.connect({
      sock: stream,
      username: route.user,
      authHandler: inTurn(login.methods),
      algorithms: { serverHostKey: serverHostKey as never },
      hostVerifier: (offered: Buffer) => {
        hostKey = keyHash(offered);
        refusal = refuseHostKey(route, keys, offered, acceptNew);
        return refusal === undefined;
      },
      readyTimeout: 0,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: KEEPALIVES,
    });
  });
}

/** Of several known types always the same is asked for first, so that a host with several keys offers a known one. */
const cheapestFirst = (a: string, b: string): number => ANY_KEY.indexOf(a) - ANY_KEY.indexOf(b);

const place = ({ address, port }: Route): string => knownName(address, port);

/** Why the offered key may not be trusted; undefined when it may. */
function refuseHostKey(
  route: Route,
  keys: HostKeys,
  offered: Buffer,
  acceptNew: (key: Buffer) => boolean,
): SlipwayError | undefined {
  const answer = checkHostKey(keys, offered);
  switch (answer.state) {
    case "known":
      return undefined;
    case "revoked":
      return unreachable(
        `host key of ${place(route)} is revoked: it offers ${fingerprint(offered)}, revoked at ${answer.where}`,
      );
    case "changed": {
      const expected = answer.expected.map(({ key, where }) => `${fingerprint(key)} (${where})`).join(", ");
      return unreachable(
        `host key of ${place(route)} has changed: it offers ${fingerprint(offered)}, known is ${expected}`,
      );
    }
    case "unknown": {
      const [authority] = keys.authorities;
      if (authority !== undefined) {
        return unreachable(
          `host key of ${place(route)} is trusted only through the @cert-authority line ${authority}, and host ` +
            `certificates are not checked here; add its key ${fingerprint(offered)} itself`,
        );
      }
      if (acceptNew(offered)) return undefined;
      const atAddress = keys.ofAddress.find(({ key }) => key.equals(offered));
      if (atAddress !== undefined) {
        return unreachable(
          `host key of ${place(route)} is not known: the key that ${atAddress.where} lists for that address says nothing ` +
            `of ${route.alias}; list it for ${route.alias} if it is that host's`,
        );
      }
      return unreachable(
        `host key of ${place(route)} is not known: it offers ${fingerprint(offered)}; ` +
          `add it to known_hosts for ${route.alias}, or accept new keys with --accept-new`,
      );
    }
  }
}

function loginError(
  error: Error & { level?: string },
  { route, keys }: HandshakeOptions,
  notes: readonly string[],
): SlipwayError {
  const because = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  if (error.level === "client-authentication")
    return unreachable(`${place(route)} lets ${route.user} in with none of the keys tried${because}`, error);
  if (/no matching (host key|serverHostKey)/i.test(error.message) && keys.known.length > 0) {
    const known = keys.known.map(({ key, where }) => `${fingerprint(key)} (${where})`).join(", ");
    return unreachable(
      `host key of ${place(route)} has changed: it has none of the known types any more, known is ${known}`,
      error,
    );
  }
  return unreachable(`${place(route)}: ${error.message}`, error);
}

const DIAL_ERRORS: Readonly<Record<string, (target: string, address: string) => string>> = {
  ECONNREFUSED: (target) => `${target} refuses the connection`,
  ENOTFOUND: (_target, address) => `the name ${address} does not resolve`,
  EAI_AGAIN: (_target, address) => `the name ${address} does not resolve now: no name server answers`,
  EHOSTUNREACH: (target) => `there is no route to ${target}`,
  ENETUNREACH: (target) => `there is no route to ${target}`,
  ETIMEDOUT: (target) => `${target} does not answer`,
};

function dialError({ code = "", message }: NodeJS.ErrnoException, address: string, port: number): string {
  const target = `${address.includes(":") ? `[${address}]` : address}:${String(port)}`;
  return DIAL_ERRORS[code]?.(target, address) ?? `${target}: ${code === "" ? message : code}`;
}
