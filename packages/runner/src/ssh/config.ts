import { existsSync, globSync, readFileSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Host } from "../transport.ts";

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
  /** The first one takes new keys. */
  readonly knownHostsFiles: readonly string[];
  /** Names the host may be known by, besides its address. */
  readonly aliases: readonly string[];
  /** Hosts to go through, in order. */
  readonly jumps: readonly Host[];
}

/** What the user sets on the command line; it stands above the ssh configuration. */
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

/** Answers how a host is reached. */
export type Router = (host: Host) => Route;

type Settings = Readonly<Record<string, string | readonly string[] | undefined>>;
type Compute = (host: string) => Settings;

const MOST_INCLUDES = 16;

/** Reads the ssh configuration, once. @throws SlipwayError of kind `config` for one that cannot be used */
export async function createRouter(overrides: SshOverrides): Promise<Router> {
  const home = homedir();
  const login = loginName();
  const compute = await readConfig(overrides.configFile, home);
  const usualKnownHosts = [join(home, ".ssh", "known_hosts"), join(home, ".ssh", "known_hosts2")];
  const globalKnownHosts = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];

  return (host) => {
    const byName = compute(host.name);
    const settings = host.address === undefined || host.address === host.name ? byName : { ...compute(host.address), ...byName };
    const one = (key: string): string | undefined => [settings[key] ?? []].flat()[0];
    const many = (key: string): string[] => [settings[key] ?? []].flat();
    const user = host.user ?? overrides.user ?? one("user") ?? login;
    const port = host.port ?? portOf(one("port"), host.name);
    const named = host.address ?? one("hostname") ?? host.name;
    const tokens: Record<string, string> = { "%": "%", n: host.name, h: host.name, p: String(port), r: user, u: login, d: home, l: hostname(), L: hostname().split(".")[0] ?? "", i: String(process.getuid?.() ?? "") };
    const address = host.address ?? expand(named, tokens);
    const file = (text: string): string => expand(withHome(text, home), { ...tokens, h: address });
    const agentSetting = one("identityagent");
    const fromConfig = agentSetting === undefined || agentSetting === "SSH_AUTH_SOCK" ? process.env["SSH_AUTH_SOCK"] : agentSetting === "none" ? undefined : file(agentSetting);
    const agent = overrides.agent === null ? undefined : (overrides.agent ?? fromConfig);
    const jump = overrides.jump ?? (one("proxyjump") === undefined ? undefined : many("proxyjump").join(" "));
    if (jump === undefined && one("proxycommand") !== undefined && one("proxycommand") !== "none") {
      throw new SlipwayError("config", `${host.name}: the ssh configuration sets ProxyCommand, which is not supported`, { hint: "use ProxyJump, or --jump" });
    }
    return {
      address,
      port,
      user,
      identityFiles: overrides.identityFiles ?? many("identityfile").filter((name) => name !== "none").map(file),
      agent: agent === "" ? undefined : agent,
      identitiesOnly: one("identitiesonly") === "yes",
      knownHostsFiles: overrides.knownHostsFiles ?? [
        ...(settings["userknownhostsfile"] === undefined ? usualKnownHosts : many("userknownhostsfile").filter((name) => name !== "none").map(file)),
        ...(settings["globalknownhostsfile"] === undefined ? globalKnownHosts : many("globalknownhostsfile").filter((name) => name !== "none").map(file)),
      ],
      aliases: [one("hostkeyalias") ?? host.name],
      jumps: jump === undefined || jump === "" || jump === "none" ? [] : jump.split(",").map((text) => parseJump(expand(text.trim(), { ...tokens, h: address }))),
    };
  };
}

/** Reads `[user@]host[:port]` or `ssh://[user@]host[:port]`. */
function parseJump(text: string): Host {
  const parts = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?\/?$/.exec(text);
  const name = parts?.[2] ?? parts?.[3];
  if (parts === null || name === undefined) throw new SlipwayError("config", `jump host ${JSON.stringify(text)}: is no [user@]host[:port]`);
  return { name, user: parts[1], port: parts[4] === undefined ? undefined : portOf(parts[4], name) };
}

function portOf(text: string | undefined, host: string): number {
  if (text === undefined) return 22;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new SlipwayError("config", `${host}: the ssh configuration sets Port ${JSON.stringify(text)}, which is no port`);
  return port;
}

async function readConfig(configFile: string | null | undefined, home: string): Promise<Compute> {
  if (configFile === null || configFile === "none") return () => ({});
  const read = (file: string): string => (existsSync(file) ? withIncludes(readFileSync(file, "utf8"), dirname(file), home, 0) : "");
  if (configFile !== undefined && !existsSync(configFile)) throw new SlipwayError("config", `${configFile}: there is no such ssh configuration file`);
  const text = configFile !== undefined ? read(configFile) : `${read(join(home, ".ssh", "config"))}\nHost *\n${read("/etc/ssh/ssh_config")}`;
  if (!/^\s*[^#\s]/m.test(text.replace(/^Host \*$/m, ""))) return () => ({});
  const { default: SSHConfig } = await import("ssh-config");
  let config: InstanceType<typeof SSHConfig>;
  try {
    config = SSHConfig.parse(text);
  } catch (error) {
    throw new SlipwayError("config", `${configFile ?? "~/.ssh/config"}: cannot be read: ${(error as Error).message}`, { cause: error });
  }
  // `Match exec` would run a command of the file with a host's name in it.
  return (host) => config.compute(host, { ignoreCase: true, matchExec: false });
}

/**
 * Puts included files in their place, and after each the section in which the Include stood.
 * CanonicalizeHostName is taken out: the parser would look names up with an outside program.
 */
function withIncludes(text: string, folder: string, home: string, depth: number): string {
  let section = "Host *";
  return text
    .split("\n")
    .flatMap((line) => {
      if (/^\s*canonicalizehostname\b/i.test(line)) return [];
      if (/^\s*(host|match)[\s=]/i.test(line)) section = line;
      const include = /^\s*include(?:\s+|\s*=\s*)(.*)$/i.exec(line);
      if (include === null) return [line];
      if (depth >= MOST_INCLUDES) throw new SlipwayError("config", `the ssh configuration includes more than ${String(MOST_INCLUDES)} files within each other`);
      const patterns = include[1]?.match(/"[^"]*"|\S+/g) ?? [];
      const files = patterns.flatMap((pattern) => {
        const path = withHome(pattern.replaceAll('"', ""), home);
        return globSync(isAbsolute(path) ? path : join(folder, path)).sort();
      });
      return files.flatMap((file) => [withIncludes(readFileSync(file, "utf8"), folder, home, depth + 1), section]);
    })
    .join("\n");
}

function withHome(text: string, home: string): string {
  const expanded = text.replace(/\$\{(\w+)\}/g, (_whole, name: string) => process.env[name] ?? "");
  return expanded === "~" || expanded.startsWith("~/") ? join(home, expanded.slice(1)) : expanded;
}

function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.?)/g, (whole, letter: string) => {
    const value = tokens[letter];
    if (value === undefined) throw new SlipwayError("config", `the ssh configuration uses the token ${whole} in ${JSON.stringify(text)}, which is not supported`);
    return value;
  });
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env["USER"] ?? "root"; // a uid without a name
  }
}
