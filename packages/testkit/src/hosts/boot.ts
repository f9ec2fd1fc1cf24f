import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machinery } from "./disk.ts";
import { killNow, processesByNamespace } from "./processes.ts";
import { environment } from "./run.ts";
import { namespaceFlags, sshd } from "./unavailable.ts";

/** One run of a host, from power-on to its end. */
export interface Boot {
  child: ChildProcess;
  /** The pid namespace that all processes of this run are in. */
  namespace: string;
  ended: Promise<void>;
  log: string;
}

/** What pid 1 of a host does: $1 the host's folder, $2 its name. It becomes the host's sshd. */
const program = `
set -eu
folder=$1
printf '%s' "$2" > /proc/sys/kernel/hostname
if [ -e /proc/sys/net/ipv6/conf/all/disable_ipv6 ]; then echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; fi
ip -batch "$folder/network"
mount --all --fstab "$folder/fstab"
cd "$folder/tree"
pivot_root . .${machinery}/machine
umount --lazy ${machinery}/machine
exec ${sshd} -D -e -f ${machinery}/sshd_config
`;

const listening = "Server listening on";
const patienceMs = 60_000;

/** Starts pid 1 of a host in the network namespace `link` and waits until its sshd listens. */
export async function boot(host: { folder: string; name: string; link: string }): Promise<Boot> {
  const log = join(host.folder, "console.log");
  const console = openSync(log, "w");
  const args = [
    // The host dies with the thread that made it, even when that is killed.
    ["--pdeathsig", "KILL", "nsenter", `--net=/run/netns/${host.link}`],
    ["unshare", ...namespaceFlags(uptime())],
    ["/bin/sh", "-c", program, "slipway-host", host.folder, host.name],
  ].flat();
  const child = spawn("setpriv", args, { env: environment, stdio: ["ignore", console, console] });
  closeSync(console);
  child.unref();
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const started: Boot = { child, namespace: "", ended, log };
  try {
    await untilListening(started, 1);
    started.namespace = readlinkSync(`/proc/${String(child.pid)}/ns/pid_for_children`);
    return started;
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${host.name} did not start: ${(error as Error).message}`, { cause: error });
  }
}

/** Ends all processes of these runs at once, as a power cut does, and waits until they are gone. */
export async function cutPower(boots: readonly Boot[]): Promise<void> {
  if (boots.length === 0) return;
  const living = processesByNamespace("pid");
  for (const { child, namespace } of boots) {
    // Whoever waits for the end must not see its event loop run dry first.
    child.ref();
    // The kernel lets pid 1 go only after everything else in its namespace is gone, so its end is the end of all.
    const first = (living.get(namespace) ?? []).find(({ parent }) => parent === child.pid);
    if (first !== undefined) killNow(first.pid);
    else child.kill("SIGKILL");
  }
  await Promise.all(boots.map(({ ended }) => ended));
  const left = processesByNamespace("pid");
  const stuck = boots.flatMap(({ namespace }) => left.get(namespace) ?? []);
  if (stuck.length > 0)
    throw new Error(`still running after a power cut: ${stuck.map((process) => process.commandLine).join("; ")}`);
}

/** Makes sshd read its files again, host key included; sessions that are open stay. */
export async function reloadSshd(running: Boot): Promise<void> {
  const before = listens(running.log);
  const inside = processesByNamespace("pid").get(running.namespace) ?? [];
  const first = inside.find(({ parent }) => parent === running.child.pid);
  if (first === undefined) throw new Error("the host has no pid 1");
  process.kill(first.pid, "SIGHUP");
  await untilListening(running, before + 1);
}

async function untilListening({ child, log }: Boot, times: number): Promise<void> {
  const end = performance.now() + patienceMs;
  while (listens(log) < times) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${tail(log)}`);
    if (performance.now() > end) throw new Error(`no sshd after ${patienceMs / 1000} s: ${tail(log)}`);
    await sleep(10);
  }
}

const listens = (log: string): number => readFileSync(log, "utf8").split(listening).length - 1;
const tail = (log: string): string => readFileSync(log, "utf8").trim().slice(-2000) || "(it said nothing)";
