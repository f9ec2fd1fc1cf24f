// Fan-out over 64 hosts in network namespaces against pdsh, clush and ansible: one known_hosts, host keys
// checked on every side, key exchange curve25519 on every side, each host asked for its boot id.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostsUnavailable, startHosts, type HostFarm } from "@slipway/testkit/hosts";
import { median, print, ratioLine, type BenchResult } from "./report.ts";

export const HOSTS = 64;
const ROUNDS = 5;
export const KEX = "curve25519-sha256";
const BOOT_ID = "/proc/sys/kernel/random/boot_id";
const root = join(import.meta.dirname, "..");
const cli = join(root, "apps/cli/src/main.ts");

interface Peer {
  readonly name: string;
  readonly program: string;
  /** Command line over all hosts; `warm` goes over connections that are open already. */
  args(farm: HostFarm, config: string, hostFile: string): readonly string[];
}

const PEERS: readonly Peer[] = [
  {
    name: "pdsh",
    program: "pdsh",
    args: (_, __, hostFile) => ["-R", "ssh", "-f", String(HOSTS), "-w", `^${hostFile}`, "cat", BOOT_ID],
  },
  {
    name: "clush",
    program: "clush",
    args: (_, config, hostFile) => ["-f", String(HOSTS), "-o", `-F ${config}`, "--hostfile", hostFile, "cat", BOOT_ID],
  },
  {
    name: "ansible raw",
    program: "ansible",
    args: (_, config, hostFile) => [
      "-i",
      hostFile,
      "all",
      "-f",
      String(HOSTS),
      "-m",
      "raw",
      "-a",
      `cat ${BOOT_ID}`,
      "--ssh-common-args",
      `-F ${config}`,
    ],
  },
];

interface Run {
  readonly seconds: number;
  readonly stdout: string;
}

/** Runs a program to its end. @throws Error for another exit code than those of `good` */
export function timed(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  good: readonly number[] = [0],
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) =>
      code !== null && good.includes(code)
        ? resolve({ seconds: (performance.now() - begin) / 1000, stdout })
        : reject(new Error(`${program} ended with ${String(code)}: ${stderr.slice(0, 2000)}${stdout.slice(0, 500)}`)),
    );
  });
}

/** Every host has to have answered with a boot id, or the run does not count. */
function answers(text: string): number {
  return new Set(text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g)).size;
}

export function assertAll(name: string, text: string): void {
  const count = answers(text);
  if (count !== HOSTS) throw new Error(`${name}: ${String(count)} of ${String(HOSTS)} hosts answered`);
}

export async function benchFanout(): Promise<BenchResult[]> {
  const reason =
    hostsUnavailable() ?? (spawnSync("pdsh", ["-V"]).error === undefined ? null : "needs pdsh (apt-get install pdsh)");
  if (reason !== null) {
    print(`skipped: ${reason}`);
    return [];
  }
  // The evidence goes to memory where there is such a folder: the peers keep nothing, and a disk is not in this race.
  const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "slipway-fanout-"));
  await using farm = await startHosts(
    Array.from({ length: HOSTS }, (_, index) => ({ name: `n${String(index).padStart(3, "0")}` })),
  );
  try {
    return await race(farm, home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The ssh configurations of both races, and the list of hosts. */
function writeConfigs(farm: HostFarm, home: string): { cold: string; warm: string; hostFile: string } {
  const common = [
    `Host *`,
    `  KexAlgorithms ${KEX}`,
    `  StrictHostKeyChecking yes`,
    `  LogLevel ERROR`,
    `  BatchMode yes`,
  ];
  const base = readFileSync(farm.sshConfigFile, "utf8");
  const cold = join(home, "cold.conf");
  const warm = join(home, "warm.conf");
  writeFileSync(cold, `${base}\n${common.join("\n")}\n`);
  writeFileSync(
    warm,
    `${base}\n${[...common, `  ControlMaster auto`, `  ControlPath ${home}/%C`, `  ControlPersist 120`].join("\n")}\n`,
  );
  const hostFile = join(home, "hosts");
  writeFileSync(hostFile, `${farm.hosts.map(({ name }) => name).join("\n")}\n`);
  return { cold, warm, hostFile };
}

/** The command line by which slipway asks the hosts for their boot id. */
const collectArgs = (
  { hostFile, config, out }: { readonly hostFile: string; readonly config: string; readonly out: string },
  more: readonly string[],
): string[] => [
  cli,
  "collect",
  "--hosts",
  hostFile,
  "--transport",
  "ssh",
  "--ssh-config",
  config,
  "--probes",
  "boot-id",
  "--out",
  out,
  "--limit",
  String(HOSTS),
  "--json",
  ...more,
];

async function race(farm: HostFarm, home: string): Promise<BenchResult[]> {
  const { cold, warm, hostFile } = writeConfigs(farm, home);
  const pdshEnv = (config: string): NodeJS.ProcessEnv => ({
    PDSH_SSH_ARGS: `-F ${config} %h`,
    PDSH_SSH_ARGS_APPEND: `-F ${config}`,
    ANSIBLE_HOST_KEY_CHECKING: "True",
    ANSIBLE_PIPELINING: "True",
  });
  const collect = (out: string, ...more: string[]): string[] =>
    collectArgs({ hostFile, config: cold, out: join(home, out) }, more);
  const bundles = (out: string): string =>
    farm.hosts.map(({ name }) => readFileSync(join(home, out, name, "boot-id.out"), "utf8")).join("");

  // Cold: a whole process each time, new connections. The sides take turns.
  const times = new Map<string, number[]>();
  const note = (name: string, seconds: number): void => void times.set(name, [...(times.get(name) ?? []), seconds]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = await timed(process.execPath, collect(`cold-${String(round)}`));
    assertAll("slipway", bundles(`cold-${String(round)}`));
    note("slipway", own.seconds);
    for (const peer of PEERS) {
      if (spawnSync(peer.program, ["--version"]).error !== undefined) continue;
      const run = await timed(peer.program, peer.args(farm, cold, hostFile), pdshEnv(cold));
      assertAll(peer.name, run.stdout);
      note(peer.name, run.seconds);
    }
  }
  const launcher = await timed(process.execPath, [join(root, "slipway.mjs"), "--version"]);

  // Warm: further rounds over connections that are open.
  const pdsh = PEERS[0] as Peer;
  await timed(pdsh.program, pdsh.args(farm, warm, hostFile), pdshEnv(warm));
  for (let round = 0; round < ROUNDS; round += 1) {
    const run = await timed(pdsh.program, pdsh.args(farm, warm, hostFile), pdshEnv(warm));
    assertAll("pdsh warm", run.stdout);
    note("pdsh warm", run.seconds);
  }
  const held = await timed(process.execPath, collect("warm", "--every", "0", "--rounds", String(ROUNDS + 1)));
  const rounds = held.stdout
    .split("\n")
    .filter((line) => line.includes('"round-done"'))
    .map((line) => (JSON.parse(line) as { durationMs: number }).durationMs / 1000);
  for (let round = 2; round <= ROUNDS + 1; round += 1)
    assertAll("slipway warm", bundles(`warm/round-${String(round).padStart(4, "0")}`));
  for (const seconds of rounds.slice(1)) note("slipway warm", seconds);

  print(
    `${String(HOSTS)} hosts, ${KEX}, host keys checked, median of ${String(ROUNDS)}; client and hosts share this machine's cores`,
  );
  for (const [name, seconds] of times)
    print(`  ${name.padEnd(14)} ${median(seconds).toFixed(3)} s   (${seconds.map((one) => one.toFixed(3)).join(" ")})`);
  print(`  beside it, the launcher: ${launcher.seconds.toFixed(3)} s`);
  const of = (name: string): number => median(times.get(name) ?? [NaN]);
  return [
    ratioLine("cold: slipway / pdsh", of("slipway") / of("pdsh"), 1),
    ratioLine("warm: slipway / pdsh over ControlMaster", of("slipway warm") / of("pdsh warm"), 1 / 2.5),
  ];
}
