import { mkdtempSync, rmSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** Folders of output that does not stay in memory are named so, with the pid of their process behind. */
const PREFIX = `slipway-output-${hostname()}-`;

let folder: string | undefined;
let files = 0;

/** Path of a new file of this process, in a folder that nobody else may enter and that is gone with the process. */
export function newOutputFile(): string {
  folder ??= ownFolder();
  files += 1;
  return join(folder, String(files));
}

function ownFolder(): string {
  const own = mkdtempSync(join(tmpdir(), `${PREFIX}${String(process.pid)}-`));
  process.once("exit", () => {
    rmSync(own, { recursive: true, force: true });
  });
  return own;
}

/** Removes the folders of this user's processes on this host that ended without removing them. */
export async function removeLeftOutput(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    const path = join(tmpdir(), name);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() === true && found.uid === process.getuid?.())
      await rm(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
