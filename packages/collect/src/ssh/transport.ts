import { existsSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Client } from "ssh2";
import type { Connection, Host, Reached, Transport } from "@slipway/plugin-sdk";
import { dial, handshake, hangUp, unreachable } from "./client.ts";
import { createRouter, type Route, type Router, type SshOverrides } from "./route.ts";
import { SshConnection } from "./connection.ts";
import { Identities } from "./identities.ts";
import { KnownHosts, knownName, scopedName, writeKnownHost } from "./known-hosts.ts";

export interface SshOptions extends SshOverrides {
  /** Trusts and records the key of a host of which none is known. A changed key is refused even then. */
  readonly acceptNew?: boolean | undefined;
  /** From the first packet to the login; 10 seconds when absent. */
  readonly connectTimeoutMs?: number | undefined;
  /** A host that is silent for three of these is lost; 5 seconds when absent. */
  readonly keepaliveMs?: number | undefined;
  /** Told of each key that was accepted as new. */
  readonly onAccepted?: ((host: string, file: string, line: string) => void) | undefined;
}

/** A client that is logged in, with the host's key and the route to it. */
interface LoggedIn {
  readonly client: Client;
  readonly reached: Reached;
}

/** A jump host that is logged in to. */
interface Via {
  readonly client: Client;
  readonly name: string;
}

const MOST_HOPS = 8;

/**
 * Reaches hosts by ssh: connections in this process, held until they are closed.
 *
 * @throws SlipwayError of kind `config` for a configuration or key file that cannot be used
 */
export async function sshTransport(options: SshOptions = {}): Promise<Transport> {
  for (const file of options.identityFiles ?? []) {
    if (!existsSync(file)) throw new SlipwayError("config", `--identity ${file}: there is no such key file`);
  }
  return new SshTransport(options, await createRouter(options));
}

class SshTransport implements Transport {
  readonly #options: SshOptions;
  readonly #route: Router;
  readonly #clients = new Set<Client>();
  /** Logged-in jump hosts, shared by all hosts behind them. */
  readonly #jumps = new Map<string, Promise<LoggedIn>>();
  readonly #knownHosts = new Map<string, KnownHosts>();
  #identities: Identities | undefined;

  constructor(options: SshOptions, route: Router) {
    this.#options = options;
    this.#route = route;
  }

  async connect(host: Host, signal: AbortSignal): Promise<Connection> {
    const { client, reached } = await this.#reach(host, signal, 0);
    return new SshConnection(client, reached);
  }

  close(): void {
    for (const client of this.#clients) hangUp(client);
    this.#clients.clear();
    this.#jumps.clear();
  }

  async #reach(host: Host, signal: AbortSignal, hops: number): Promise<LoggedIn> {
    if (hops > MOST_HOPS)
      throw unreachable(
        `more than ${String(MOST_HOPS)} jump hosts stand before ${host.name}; do they name each other?`,
      );
    let route: Route;
    try {
      route = this.#route(host);
    } catch (error) {
      throw SlipwayError.is(error) ? unreachable(error.message, error) : error;
    }
    return this.#open(route, signal, await this.#through(route, signal, hops));
  }

  /** The last jump host of a route, logged in; undefined for a direct one. */
  async #through(route: Route, signal: AbortSignal, hops: number): Promise<Via | undefined> {
    let via: Via | undefined;
    let path = "";
    for (const jump of route.jumps) {
      path += `>${jump.user ?? ""}@${jump.name}:${String(jump.port ?? "")}`;
      const before = via;
      const known = this.#jumps.get(path);
      // The jump host's own configuration may name further jumps; a hop behind another one is reached through that one.
      const opening =
        known ??
        (before === undefined ? this.#jumpTo(jump, signal, hops + 1) : this.#open(this.#route(jump), signal, before));
      if (known === undefined) {
        const key = path;
        this.#jumps.set(key, opening);
        opening.then(
          ({ client }) => client.once("close", () => this.#jumps.delete(key)),
          () => this.#jumps.delete(key),
        );
      }
      try {
        via = { client: (await opening).client, name: jump.name };
      } catch (error) {
        throw unreachable(`jump host ${jump.name}: ${(error as Error).message}`, error);
      }
    }
    return via;
  }

  /** `--jump` applies to the hosts asked for, not to the jump hosts themselves. */
  #jumpTo(jump: Host, signal: AbortSignal, hops: number): Promise<LoggedIn> {
    if (this.#options.jump === undefined) return this.#reach(jump, signal, hops);
    return this.#open({ ...this.#route(jump), jumps: [] }, signal, undefined);
  }

  async #open(route: Route, signal: AbortSignal, via: Via | undefined): Promise<LoggedIn> {
    const { connectTimeoutMs = 10_000, keepaliveMs = 5000 } = this.#options;
    signal.throwIfAborted();
    // The stream is opened while the ssh library loads.
    const dialled = dial(route, via?.client);
    dialled.stream.catch(() => undefined); // it may fail before it is awaited
    const { default: ssh2 } = await import("ssh2");
    const client = new ssh2.Client();
    let stop: (error: SlipwayError) => void = () => undefined;
    const stopped = new Promise<never>((_resolve, reject) => (stop = reject));
    const limit = setTimeout(
      () =>
        stop(
          unreachable(
            `${knownName(route.address, route.port)} does not answer within ${String(connectTimeoutMs / 1000)} s`,
          ),
        ),
      connectTimeoutMs,
    );
    const abort = (): void => stop(unreachable("given up"));
    signal.addEventListener("abort", abort, { once: true });
    let hostKey: string;
    try {
      const log = async (): Promise<string> => {
        const stream = await dialled.stream;
        const login = this.#login(route, ssh2.utils.parseKey);
        return handshake(client, stream, { route, login, keepaliveMs, ...this.#trust(route, via) });
      };
      hostKey = await Promise.race([log(), stopped]);
    } catch (error) {
      dialled.cancel();
      client.on("error", () => undefined);
      client.destroy();
      throw error;
    } finally {
      clearTimeout(limit);
      signal.removeEventListener("abort", abort);
    }
    this.#clients.add(client);
    client.once("close", () => this.#clients.delete(client));
    return { client, reached: { hostKey, route: via?.name ?? "direct" } };
  }

  /** A key that the user named and that cannot be used ends the command; any other error is this host's alone. */
  #login(route: Route, parseKey: ConstructorParameters<typeof Identities>[0]): ReturnType<Identities["login"]> {
    this.#identities ??= new Identities(parseKey);
    try {
      return this.#identities.login(route);
    } catch (error) {
      if (!SlipwayError.is(error) || this.#options.identityFiles !== undefined) throw error;
      throw unreachable(error.message, error);
    }
  }

  #trust(route: Route, via: Via | undefined) {
    const files = route.knownHostsFiles;
    const id = files.join("\0");
    const knownHosts = this.#knownHosts.get(id) ?? KnownHosts.load(files);
    this.#knownHosts.set(id, knownHosts);
    const { alias, vendor, address, port } = route;
    const scoped = scopedName(alias, vendor, via?.name);
    const acceptNew = (key: Buffer): boolean => {
      const file = route.newKeysFile;
      if (this.#options.acceptNew !== true || file === undefined) return false;
      const line = writeKnownHost(file, scoped ?? alias, key);
      knownHosts.add(line, file);
      this.#options.onAccepted?.(scoped ?? alias, file, line.trim());
      return true;
    };
    return { keys: knownHosts.keysOf({ alias, scoped, address: knownName(address, port) }), acceptNew };
  }
}
