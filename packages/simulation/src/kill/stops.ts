import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { otherThan, type At, type Workers } from "./workers.ts";

/** A worker gets this long to come to the point where it is to stand still, and to take work again when it is continued. */
const PATIENCE_MS = 60_000;
/** Longer than the server waits for a session that stands still in a transaction (30 s), and than a worker counts as alive. */
const STILL_MS = 36_000;

/** What one worker's standing still came to. */
export interface Stop {
  readonly point: string;
  /** Acts that the other worker ended meanwhile. */
  readonly ended: number;
  /** Undefined when all was as it should be. */
  readonly problem: string | undefined;
}

/** Whether a process was stopped by a signal (state T of proc(5)). */
function isStopped(pid: number | undefined): boolean {
  try {
    return /^\d+ \(.*\) T/s.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + PATIENCE_MS; !condition(); await sleep(20))
    if (Date.now() > deadline) return false;
  return true;
}

/**
 * Has a worker stand still at a point, as by SIGSTOP: inside a transaction it holds its locks. The other has to go on
 * working meanwhile, and the one that stood still has to take work again when it is continued.
 */
export async function stopAt(workers: Workers, at: At, point: string): Promise<Stop> {
  const child = workers.child(at);
  workers.tell(at, { stopAt: point });
  if (!(await until(() => isStopped(child.pid) || workers.child(at) !== child)))
    return { point, ended: 0, problem: `no worker came to ${point} within ${String(PATIENCE_MS / 1_000)} s` };
  let ended = 0;
  const deaf = workers.hear(otherThan(at), (said) => {
    if ("ended" in said) ended += said.ended.filter((key) => key.startsWith("act ")).length;
  });
  await sleep(STILL_MS);
  deaf();
  let taken = false;
  workers.hear(at, (said) => {
    taken ||= "took" in said;
  });
  child.kill("SIGCONT");
  const goesOn = await until(() => taken || workers.child(at) !== child);
  const problem =
    workers.child(at) !== child
      ? `the worker that stood still at ${point} ended by itself`
      : ended === 0
        ? `the other worker ended no act while one stood still at ${point}`
        : goesOn
          ? undefined
          : `the worker that stood still at ${point} took no work when it was continued`;
  return { point, ended, problem };
}

/** The points that one process in ten passes in its short life: a worker comes to them soon, whatever it is at. */
export const usualPoints = (passed: ReadonlyMap<string, number>): readonly string[] => {
  const processes = Math.max(0, ...passed.values());
  return [...passed].filter(([, times]) => times * 10 >= processes).map(([point]) => point);
};

/** The points of a day: so many, from a list that goes round by date, so that each has its turn. */
export function pointsOfTheDay(points: readonly string[], count: number, at: Date): readonly string[] {
  const sorted = points.toSorted();
  const first = (Math.floor(at.getTime() / 86_400_000) * count) % Math.max(1, sorted.length);
  return Array.from(
    { length: Math.min(count, sorted.length) },
    (_, index) => sorted[(first + index) % sorted.length] ?? "",
  );
}
