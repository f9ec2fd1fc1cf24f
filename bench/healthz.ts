import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machineRow, placementRow, validationRow } from "@slipway/store/testing";
import { synthesize } from "@slipway/synth";
import { hostsUnavailable, startHosts, type HostFarm, type HostSpec } from "@slipway/testkit/hosts";
import { gpuHost } from "../apps/cli/test/gpu-host.ts";
import { benchDatabase, size, type BenchDatabase } from "./database.ts";
import { freePort, startUp } from "./idle.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";

const GOOD = 4;
/** What `nvidia-smi` does on each hostile node. */
const HOSTILE: Readonly<Record<string, string>> = {
  hangs: "trap '' TERM\nwhile :; do sleep 600; done\n",
  floods: "while :; do echo '<gpu id=\"0\"><serial>1</serial></gpu>'; done\n",
  "is hard to read":
    "yes '<process_info><pid>12</pid><type>C</type><process_name>x</process_name>' | head -c 4000000\n",
  kills: "kill -9 $PPID\n",
};
const CHECKS = ["gpu-inventory", "xid"];
/** Between two questions. */
const ASK_MS = 20;
/** What /healthz takes beside hostile nodes, at most, for what it takes without them (settled-2.md B2). */
const BOUND = 5;

/**
 * `/healthz` of a `slipway up` that proves hosts over ssh: first good ones alone, then as many and hostile ones beside
 * them. `SLIPWAY_BENCH_SECONDS` says for how long each.
 */
export async function benchHealthz(): Promise<BenchResult[]> {
  const unavailable = hostsUnavailable();
  if (unavailable !== null) {
    print(`skipped: ${unavailable}`);
    return [];
  }
  const seconds = size("SLIPWAY_BENCH_SECONDS", 20);
  const home = mkdtempSync(join(tmpdir(), "slipway-healthz-"));
  await using farm = await startHosts(hosts());
  const database = await benchDatabase();
  try {
    writeSshConfig(home, farm);
    const port = await freePort();
    const server = await startUp(database.url, join(home, "data"), port, { HOME: home, SSH_AUTH_SOCK: "" });
    try {
      const alone = await p99(database, { port, seconds, names: namesOf(farm, 0, GOOD) });
      const beside = await p99(database, { port, seconds, names: namesOf(farm, GOOD, farm.hosts.length) });
      print(
        `  p99 of /healthz: ${alone.toFixed(1)} ms with ${String(GOOD)} good nodes, ${beside.toFixed(1)} ms with ` +
          `others and one that ${Object.keys(HOSTILE).join(", one that ")}`,
      );
      return [ratioLine("p99 of /healthz beside hostile nodes / without them", beside / alone, BOUND)];
    } finally {
      server.kill("SIGTERM");
      if (server.exitCode === null && server.signalCode === null) await once(server, "close");
    }
  } finally {
    await database.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Good hosts, as many again, and one of each hostile kind. */
function hosts(): HostSpec[] {
  const bodies = Object.values(HOSTILE);
  return Array.from({ length: 2 * GOOD + bodies.length }, (_, index) => {
    const host = gpuHost(synthesize({ seed: 5, index, rackSize: 18 }));
    const body = bodies[index - 2 * GOOD];
    return body === undefined ? host : { ...host, tools: { ...host.tools, "nvidia-smi": { body } } };
  });
}

const namesOf = ({ hosts: all }: HostFarm, from: number, to: number): readonly string[] =>
  all.slice(from, to).map(({ name }) => name);

function writeSshConfig(home: string, farm: HostFarm): void {
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  writeFileSync(join(home, ".ssh/config"), readFileSync(farm.sshConfigFile, "utf8"), { mode: 0o600 });
}

/** Has the server prove these nodes, and asks for its health meanwhile. @returns milliseconds */
async function p99(
  { store }: BenchDatabase,
  { port, seconds, names }: { readonly port: number; readonly seconds: number; readonly names: readonly string[] },
): Promise<number> {
  await store.transaction(async (tx) => {
    const ids = await tx.nextIds("object", names.length);
    const rows = names.map((node, index) => ({ node, id: ids[index] ?? 0 }));
    const due_at = await tx.now();
    await tx.insert(
      "machines",
      rows.map(({ id }) => machineRow(id, { system_serial: null, gpu_serials: [], cluster: "c" })),
    );
    await tx.insert(
      "placements",
      rows.map(({ id, node }) => placementRow(id, { node_name: node })),
    );
    await tx.insert(
      "validations",
      rows.map(({ id, node }) =>
        validationRow(id, { node, address: null, adapter: "ssh", checks: CHECKS, passes_required: 1_000, due_at }),
      ),
    );
  });
  const times: number[] = [];
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await sleep(ASK_MS)) {
    const asked = performance.now();
    const answer = await fetch(`http://127.0.0.1:${String(port)}/healthz`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`/healthz answered ${String(answer.status)}`);
    times.push(performance.now() - asked);
  }
  const acts = await store.transaction((tx) => tx.count("intents"));
  if (acts === 0) throw new Error("no node was asked");
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? NaN;
}
