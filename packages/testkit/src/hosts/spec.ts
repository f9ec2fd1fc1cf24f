/** Bytes of a file or of a tool's output: text is written as UTF-8, a `Uint8Array` as it is. */
export type Bytes = string | Uint8Array;

/** A command-line tool in PATH of a host: sleeps `delayMs`, prints, exits so. */
export interface FakeTool {
  stdout?: Bytes;
  stderr?: Bytes;
  /** 0 unless said. */
  exitCode?: number;
  delayMs?: number;
  /** POSIX sh text that replaces all of the above, for odd behaviour (ignores TERM, forks, floods). */
  body?: string;
}

/** A file with its mode (0644 unless said; owner root), or a symbolic link. */
export type HostFile = { content: Bytes; mode?: number } | { linkTo: string };

export interface HostSpec {
  /** Host name; unique in the farm. */
  name: string;
  tools?: Readonly<Record<string, FakeTool>>;
  /**
   * Absolute path in the host -> content. Anywhere: on the disk; below /sys, where the machine's own
   * `/sys/<a>/<b>` is replaced whole by what is given; below /proc, where an existing file is covered
   * alone, and for a missing one the nearest existing folder is replaced whole.
   */
  files?: Readonly<Record<string, Bytes | HostFile>>;
  /** Who can log in: `both` (default) is root and the unprivileged `fleet`. */
  loginUser?: "root" | "both";
}

/** The unprivileged login of every host. */
export const fleetUser = { name: "fleet", uid: 61_500, home: "/home/fleet" } as const;

const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/;
const toolName = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;

/** Throws what is wrong with a tool: its name goes into a path and its numbers into sh text. */
export function assertTool(name: string, tool: FakeTool): void {
  if (!toolName.test(name)) throw new Error(`not a tool name: ${JSON.stringify(name)}`);
  const { body, exitCode = 0, delayMs = 0, stdout, stderr } = tool;
  if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > 255) {
    throw new Error(`${name}: exit code ${String(exitCode)} is not in 0..255`);
  }
  if (!Number.isFinite(delayMs) || delayMs < 0) throw new Error(`${name}: delay ${String(delayMs)} ms`);
  if (body !== undefined && (stdout ?? stderr ?? tool.exitCode ?? tool.delayMs) !== undefined) {
    throw new Error(`${name}: a body replaces stdout, stderr, exitCode and delayMs; give one or the other`);
  }
}

/** Throws what is wrong with the specs, naming the host. */
export function assertSpecs(specs: readonly HostSpec[]): void {
  const seen = new Set<string>();
  for (const { name, tools = {}, files = {} } of specs) {
    if (!hostName.test(name)) throw new Error(`not a host name: ${JSON.stringify(name)}`);
    if (seen.has(name)) throw new Error(`two hosts are named ${name}`);
    seen.add(name);
    for (const [tool, what] of Object.entries(tools)) assertTool(tool, what);
    for (const path of Object.keys(files)) assertPath(path);
  }
}

function assertPath(path: string): void {
  const parts = path.split("/").slice(1);
  if (
    !path.startsWith("/") ||
    path.includes("\0") ||
    parts.some((part) => part === "" || part === "." || part === "..")
  ) {
    throw new Error(`not a plain absolute path: ${JSON.stringify(path)}`);
  }
}
