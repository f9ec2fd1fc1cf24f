import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Host } from "@slipway/plugin-sdk";
import { loginName, readSshConfig, withHome } from "./config-file.ts";
import { knownName } from "./known-hosts.ts";

/** How one host is reached and logged in to. */
export interface Route {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Key files named for this host; empty means the usual ones. */
  readonly identityFiles: readonly string[];
  /** Socket of the agent; undefined when none is to be asked. */
  readonly agent: string | undefined;
  /** Only the keys of `identityFiles` may be tried. */
  readonly identitiesOnly: boolean;
  readonly knownHostsFiles: readonly string[];
  /** The file to which newly accepted keys are added; undefined when there is none. */
  readonly newKeysFile: string | undefined;
  /** The host's name in these files, whatever its address: its HostKeyAlias, else its name. */
  readonly alias: string;
  readonly vendor: string | undefined;
  /** Hosts to go through, in order. */
  readonly jumps: readonly Host[];
}

/** Options of the command line, which take precedence over the ssh configuration. */
export interface SshOverrides {
  /** An ssh_config file instead of the user's and the system's; null reads none. */
  readonly configFile?: string | null | undefined;
  readonly user?: string | undefined;
  readonly identityFiles?: readonly string[] | undefined;
  readonly knownHostsFiles?: readonly string[] | undefined;
  /** `[user@]host[:port]`, several separated by commas, as `ssh -J`. */
  readonly jump?: string | undefined;
  /** Socket of the agent; SSH_AUTH_SOCK when absent, null asks none. */
  readonly agent?: string | null | undefined;
}

const GLOBAL_KNOWN_HOSTS = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];

/** Gives the route to a host. */
export type Router = (host: Host) => Route;

/** Reads the ssh configuration, once. @throws SlipwayError of kind `config` for one that cannot be used */
export async function createRouter(overrides: SshOverrides): Promise<Router> {
  const login = loginName();
  const lookup = await readSshConfig(overrides.configFile);
  const usualKnownHosts = ["known_hosts", "known_hosts2"].map((name) => join(homedir(), ".ssh", name));
  const ownTokens = {
    "%": "%",
    u: login,
    d: homedir(),
    i: String(process.getuid?.() ?? ""),
    l: hostname(),
    L: hostname().split(".")[0] ?? "",
  };

  return (host) => {
    const byName = lookup(host.name);
    const byAddress = host.address === undefined || host.address === host.name ? byName : lookup(host.address);
    const many = (key: string): readonly string[] => byName.get(key) ?? byAddress.get(key) ?? [];
    const one = (key: string): string | undefined => many(key)[0];

    const user = host.user ?? overrides.user ?? one("user") ?? login;
    const port = host.port ?? portOf(one("port"), host.name);
    const tokens = { ...ownTokens, n: host.name, h: host.name, p: String(port), r: user };
    const address = host.address ?? expand(one("hostname") ?? "%h", tokens);
    const expanded = (text: string): string => expand(withHome(text), { ...tokens, h: address });
    const files = (key: string, usual: readonly string[]): readonly string[] =>
      one(key) === undefined ? usual : many(key).flatMap((name) => (name === "none" ? [] : [expanded(name)]));

    const jump = overrides.jump ?? host.jump ?? one("proxyjump") ?? "none";
    if (jump === "none" && (one("proxycommand") ?? "none") !== "none") {
      throw new SlipwayError(
        "config",
        `${host.name}: the ssh configuration sets ProxyCommand, which is not supported`,
        {
          hint: "use ProxyJump, or --jump",
        },
      );
    }
    const agent = one("identityagent") ?? "SSH_AUTH_SOCK";
    const userKnownHosts = overrides.knownHostsFiles ?? files("userknownhostsfile", usualKnownHosts);
    const globalKnownHosts =
      overrides.knownHostsFiles === undefined ? files("globalknownhostsfile", GLOBAL_KNOWN_HOSTS) : [];
    return {
      address,
      port,
      user,
      identityFiles: overrides.identityFiles ?? files("identityfile", []),
      agent: overrides.agent === undefined ? agentSocket(agent, expanded) : (overrides.agent ?? undefined),
      identitiesOnly: one("identitiesonly") === "yes",
      knownHostsFiles: [...userKnownHosts, ...globalKnownHosts],
      newKeysFile: userKnownHosts[0],
      alias: one("hostkeyalias")?.toLowerCase() ?? knownName(nameAlone(host), port),
      vendor: host.vendor,
      jumps: jump === "none" ? [] : jump.split(",").map((text) => parseJump(expanded(text.trim()))),
    };
  };
}

/** The name without the port that an inventory adds to tell hosts apart (see inventory.ts). */
const nameAlone = ({ name, address, port }: Host): string =>
  address !== undefined && name === `${address}:${String(port)}` ? address : name;

function agentSocket(setting: string, expanded: (text: string) => string): string | undefined {
  if (setting === "none") return undefined;
  const socket = setting === "SSH_AUTH_SOCK" ? process.env["SSH_AUTH_SOCK"] : expanded(setting);
  return socket === "" ? undefined : socket;
}

/** Reads `[user@]host[:port]` or `ssh://[user@]host[:port]`. */
function parseJump(text: string): Host {
  const parts = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?\/?$/.exec(text);
  const name = parts?.[2] ?? parts?.[3];
  if (parts === null || name === undefined)
    throw new SlipwayError("config", `jump host ${JSON.stringify(text)}: is no [user@]host[:port]`);
  return { name, user: parts[1], port: parts[4] === undefined ? undefined : portOf(parts[4], name) };
}

function portOf(text: string | undefined, host: string): number {
  if (text === undefined) return 22;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw new SlipwayError(
      "config",
      `${host}: the ssh configuration sets Port ${JSON.stringify(text)}, which is no port`,
    );
  return port;
}

function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.?)/g, (whole, letter: string) => {
    const value = tokens[letter];
    if (value === undefined)
      throw new SlipwayError(
        "config",
        `the ssh configuration uses the token ${whole} in ${JSON.stringify(text)}, which is not supported`,
      );
    return value;
  });
}
