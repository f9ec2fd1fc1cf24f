import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "@slipway/plugin-sdk";

const WAIT_MS = 120_000;
/** A lock file without a holder, as a full disk or a power cut leaves one, counts as free after this time. */
const TORN_MS = 2_000;

/** Runs `work` while no other process does under the same file; a lock whose holder died is taken over. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + WAIT_MS; !take(file); await sleep(25)) {
    if (Date.now() > deadline)
      throw new SlipwayError("timeout", `${file}: held by process ${holder(file)} for two minutes`);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  if (existsSync(file)) {
    const pid = Number(holder(file));
    if (pid > 0 ? !alive(pid) : age(file) > TORN_MS) rmSync(file, { force: true });
    return false;
  }
  // Linked once it is written, so that nobody sees a lock without its holder.
  const own = `${file}.${String(process.pid)}`;
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function age(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

function holder(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
