import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fleetUser, type Bytes, type FakeTool, type HostFile } from "./spec.ts";

/** Folders of a host that hide the machine's: path in the host -> folder kept for it. All else is the overlay's. */
export const ownFolders = {
  "/usr/local/bin": "tools",
  "/run": "run",
  "/tmp": "tmp",
  "/root": "root",
  "/home": "home",
  "/dev": "dev",
  "/sys": "sys",
} as const;

/** Where the machine's sysfs is seen, when a host has files of its own below /sys. */
export const machineSys = "/run/machine-sys";

/** Path in the host of what the farm itself needs there. */
export const machinery = "/run/slipway";

/** A path of /proc that is covered, and the file or folder of ours that covers it. */
export interface Cover {
  path: string;
  by: string;
}

/** Puts a file, or a link, where `path` of the host will show it; what is not below an own folder goes to the disk. */
export function putFile(folder: string, path: string, file: Bytes | HostFile): void {
  const real = path.startsWith("/sys/") ? path : join(realPrefix(dirname(path)), basename(path));
  const own = Object.entries(ownFolders).find(([root]) => real.startsWith(`${root}/`));
  const place = own === undefined ? join(folder, "disk", real) : join(folder, own[1], relative(own[0], real));
  makeFolder(dirname(place), own === undefined ? dirname(real) : null);
  write(place, file);
}

/** The same for files below /proc, which is no folder of ours: returns what to mount over what. */
export function putProcFiles(
  folder: string,
  files: readonly (readonly [path: string, file: Bytes | HostFile])[],
): Cover[] {
  const covers = new Map<string, string>();
  for (const [path, file] of files) {
    if (/^\/proc\/(self|thread-self|\d+)\//.test(path)) throw new Error(`${path}: processes write their own /proc`);
    let covered = path;
    while (!existsSync(covered)) covered = dirname(covered);
    if (covered === "/proc") throw new Error(`${path}: this kernel has nothing by that name to cover`);
    const by = covers.get(covered) ?? join(folder, "proc", String(covers.size));
    covers.set(covered, by);
    const place = join(by, relative(covered, path));
    makeFolder(dirname(place), null);
    write(place, file);
  }
  return [...covers].map(([path, by]) => ({ path, by }));
}

/** Fills the host's /sys: the machine's, by links, except each `/sys/<a>/<b>` that has files of its own. */
export function makeSys(folder: string, paths: readonly string[]): void {
  const own = new Map<string, Set<string>>();
  for (const path of paths) {
    const [, , first = "", second] = path.split("/");
    const names = own.get(first) ?? new Set<string>();
    own.set(first, second === undefined ? names : names.add(second));
  }
  const sys = join(folder, ownFolders["/sys"]);
  const link = (inside: string, except: { has(name: string): boolean }): void => {
    makeFolder(join(sys, inside), null);
    const source = join("/sys", inside);
    if (!existsSync(source)) return;
    for (const name of readdirSync(source))
      if (!except.has(name)) symlinkSync(join(machineSys, inside, name), join(sys, inside, name));
  };
  link("", own);
  for (const [first, names] of own) if (names.size > 0) link(first, names);
}

/** Installs a tool, or takes it away; a run that has begun goes on with the output it began with. */
export function putTool(folder: string, name: string, tool: FakeTool | null, version: number): void {
  const script = join(folder, ownFolders["/usr/local/bin"], name);
  if (tool === null) {
    rmSync(script, { force: true });
    return;
  }
  const draft = join(folder, `${name}.draft`);
  write(draft, {
    content: tool.body === undefined ? printing(folder, name, tool, version) : withShebang(tool.body),
    mode: 0o755,
  });
  renameSync(draft, script);
}

function printing(
  folder: string,
  name: string,
  { stdout, stderr, exitCode = 0, delayMs = 0 }: FakeTool,
  version: number,
): string {
  const lines = ["#!/bin/sh"];
  if (delayMs > 0) lines.push(`sleep ${(delayMs / 1000).toFixed(3)}`);
  for (const [bytes, stream, redirect] of [
    [stdout, "out", ""],
    [stderr, "err", " >&2"],
  ] as const) {
    if (bytes === undefined) continue;
    const data = `${machinery}/tools/${name}.${version}.${stream}`;
    putFile(folder, data, bytes);
    lines.push(`cat ${data}${redirect}`);
  }
  return [...lines, `exit ${exitCode}`, ""].join("\n");
}

const withShebang = (body: string): string => (body.startsWith("#!") ? body : `#!/bin/sh\n${body}\n`);

/** User files of the host: the machine's users with root's home and shell settled, all without passwords. */
export function putUsers(folder: string, fleet: boolean): void {
  const shell = existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh";
  const { name, uid, home } = fleetUser;
  const others = (file: string): string[] =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("root:") && !line.startsWith(`${name}:`));
  const users = [`root:x:0:0:root:/root:${shell}`, ...others("/etc/passwd")];
  const groups = ["root:x:0:", ...others("/etc/group")];
  if (fleet) {
    users.push(`${name}:x:${uid}:${uid}:${name}:${home}:${shell}`);
    groups.push(`${name}:x:${uid}:`);
    makeFolder(join(folder, "home", name), null);
    chownSync(join(folder, "home", name), uid, uid);
  }
  putFile(folder, "/etc/passwd", `${users.join("\n")}\n`);
  putFile(folder, "/etc/group", `${groups.join("\n")}\n`);
  // "*" cannot be a password; "!" would lock the account against keys as well.
  const shadow = users.map((line) => `${line.split(":")[0] ?? ""}:*:19000::::::\n`);
  putFile(folder, "/etc/shadow", { content: shadow.join(""), mode: 0o600 });
}

/** The machine's own links in a path are followed, or a file would land where the host does not look for it. */
function realPrefix(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return path === "/" ? path : join(realPrefix(dirname(path)), basename(path));
}

/** Makes a folder with modes that the umask has no say in; like the machine's `mirror`, where there is one. */
export function makeFolder(path: string, mirror: string | null): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), mirror === null || mirror === "/" ? null : dirname(mirror));
  const model = mirror === null ? undefined : statSync(mirror, { throwIfNoEntry: false });
  mkdirSync(path);
  chmodSync(path, (model?.mode ?? 0o755) & 0o7777);
  if (model !== undefined) chownSync(path, model.uid, model.gid);
}

function write(place: string, file: Bytes | HostFile): void {
  if (typeof file === "object" && "linkTo" in file) {
    symlinkSync(file.linkTo, place);
    return;
  }
  const { content, mode = 0o644 } = typeof file === "string" || file instanceof Uint8Array ? { content: file } : file;
  writeFileSync(place, content);
  chmodSync(place, mode);
}
