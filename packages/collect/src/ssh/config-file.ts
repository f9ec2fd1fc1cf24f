import { existsSync, globSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import type SSHConfig from "ssh-config";
import { matchesPatterns } from "./patterns.ts";

/** Values of ssh_config(5) keywords, by keyword in small letters; the first one obtained stands. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** Gives the options of a host. */
export type Lookup = (host: string) => Settings;

const MOST_INCLUDES = 16;
/** Options of which every line counts; of all others the first one does. */
const ADDS_UP = "identityfile";

/**
 * Reads an ssh_config file, the user's and then the system's when none is named; null reads none.
 * Includes are followed. A `Match` with a criterion that would run a program never matches.
 *
 * @throws SlipwayError of kind `config`
 */
export async function readSshConfig(file: string | null | undefined): Promise<Lookup> {
  if (file === null || file === "none") return () => new Map();
  if (file !== undefined && !existsSync(file))
    throw new SlipwayError("config", `${file}: there is no such ssh configuration file`);
  const files = file === undefined ? [join(homedir(), ".ssh", "config"), "/etc/ssh/ssh_config"] : [file];
  const texts = files.filter((path) => existsSync(path)).map((path) => withIncludes(path, 0));
  if (texts.every((text) => !/^[ \t]*[^#\s]/m.test(text))) return () => new Map();
  const { default: parser } = await import("ssh-config");
  let configs: SSHConfig[];
  try {
    configs = texts.map((text) => parser.parse(text));
  } catch (error) {
    throw new SlipwayError("config", `${files.join(", ")}: cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return (host) => {
    const settings = new Map<string, string[]>();
    for (const config of configs) collect(config, host, settings);
    return settings;
  };
}

function collect(lines: SSHConfig, host: string, settings: Map<string, string[]>): void {
  for (const line of lines) {
    if (!("param" in line)) continue;
    const keyword = line.param.toLowerCase();
    if ("criteria" in line) {
      if (matchApplies(line.criteria, host, settings)) collect(line.config, host, settings);
    } else if ("config" in line) {
      if (matchesPatterns(valuesOf(line.value), host)) collect(line.config, host, settings);
    } else {
      const before = settings.get(keyword);
      if (before === undefined) settings.set(keyword, valuesOf(line.value));
      else if (keyword === ADDS_UP) before.push(...valuesOf(line.value));
    }
  }
}

type Value = string | { val: string }[];

const valuesOf = (value: Value): string[] => (typeof value === "string" ? [value] : value.map(({ val }) => val));

function matchApplies(criteria: Record<string, Value>, host: string, settings: Settings): boolean {
  const subject: Record<string, string | undefined> = {
    host: settings.get("hostname")?.[0] ?? host,
    originalhost: host,
    user: settings.get("user")?.[0] ?? loginName(),
    localuser: loginName(),
  };
  return Object.entries(criteria).every(([name, value]) => {
    const criterion = name.toLowerCase();
    const text = subject[criterion];
    return (
      criterion === "all" ||
      (text !== undefined &&
        matchesPatterns(
          valuesOf(value).flatMap((list) => list.split(",")),
          text,
        ))
    );
  });
}

/** Text of a file with its included files inserted; after each of them the section of the Include continues. */
function withIncludes(file: string, depth: number): string {
  if (depth > MOST_INCLUDES)
    throw new SlipwayError(
      "config",
      `${file}: more than ${String(MOST_INCLUDES)} ssh configuration files include each other`,
    );
  let section = "Host *";
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      if (/^\s*(host|match)[\s=]/i.test(line)) section = line;
      const patterns = /^\s*include(?:\s+|\s*=\s*)(.*)$/i.exec(line)?.[1]?.match(/"[^"]*"|\S+/g);
      if (patterns === undefined || patterns === null) return [line];
      const files = patterns.flatMap((pattern) => {
        const path = withHome(pattern.replaceAll('"', ""));
        return globSync(isAbsolute(path) ? path : join(dirname(file), path)).sort();
      });
      return files.flatMap((included) => [withIncludes(included, depth + 1), section]);
    });
  return lines.join("\n");
}

/** Replaces `~` by the home folder, and `${NAME}` by variables of the environment. */
export function withHome(text: string): string {
  const expanded = text.replace(/\$\{(\w+)\}/g, (_whole, name: string) => process.env[name] ?? "");
  return expanded === "~" || expanded.startsWith("~/") ? join(homedir(), expanded.slice(1)) : expanded;
}

export function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env["USER"] ?? "root"; // a uid without a name
  }
}
