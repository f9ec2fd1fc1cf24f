import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A living process, its pid as the machine counts. */
export interface LivingProcess {
  pid: number;
  parent: number;
  commandLine: string;
}

type Namespace = "pid" | "net";

/** Living processes by the namespace they are in; a namespace is named as its link reads, `pid:[4026532…]`. */
export function processesByNamespace(kind: Namespace): Map<string, LivingProcess[]> {
  const found = new Map<string, LivingProcess[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const namespace = readlinkSync(`/proc/${entry}/ns/${kind}`);
      const process = readProcess(Number(entry));
      if (process === null) continue;
      const list = found.get(namespace);
      if (list === undefined) found.set(namespace, [process]);
      else list.push(process);
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** Sends SIGKILL; a process that is already gone is what was wanted. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The tick of the kernel's clock at which a process began, which with its pid names it for good; null when gone. */
export function startTick(pid: number): string | null {
  try {
    return fieldsOf(pid).fields[19] ?? null;
  } catch {
    return null;
  }
}

function readProcess(pid: number): LivingProcess | null {
  const { name, fields } = fieldsOf(pid);
  const [state, parent] = fields;
  if (state === "Z" || state === "X") return null;
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").filter(Boolean);
  return { pid, parent: Number(parent), commandLine: words.length === 0 ? `[${name}]` : words.join(" ") };
}

/** /proc/<pid>/stat from the state on: the name before it may hold spaces and parentheses. */
function fieldsOf(pid: number): { name: string; fields: string[] } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const end = stat.lastIndexOf(")");
  return { name: stat.slice(stat.indexOf("(") + 1, end), fields: stat.slice(end + 2).split(" ") };
}
