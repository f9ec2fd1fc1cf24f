import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "@slipway/plugin-sdk";

const WAIT_MS = 120_000;

/** Runs `work` while no other process does under the same file; a lock whose holder died is taken over. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + WAIT_MS; !take(file); await sleep(25)) {
    if (Date.now() > deadline) throw new SlipwayError("timeout", `${file}: held by process ${holder(file)} for two minutes`);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    const handle = openSync(file, "wx");
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const pid = Number(holder(file));
    if (pid > 0 && !alive(pid)) rmSync(file, { force: true });
    return false;
  }
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
