// `validate` of 64 hosts in network namespaces over ssh, against pdsh and a script like NHC on the same hosts.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostsUnavailable, startHosts, type HostFarm } from "@slipway/testkit/hosts";
import { benchDatabase } from "./database.ts";
import { assertAll, HOSTS, KEX, timed } from "./fanout.ts";
import { median, print, ratioLine, type BenchResult } from "./report.ts";

const ROUNDS = 5;
/** No document sets it: each host is connected to twice, to learn which machine it is and for its pass. */
const BOUND = 2;
const root = join(import.meta.dirname, "..");
const cli = join(root, "apps/cli/src/main.ts");
/** Hosts without GPUs can be asked for little: what two checks read, one pass, no second try. Without expectations they end held. */
const LANE =
  "schema: slipway/lane@1\nlane: slow\nkind: slow\npasses: 1\nchecks: [hypervisor, xid]\npolicy: { inconclusiveRetries: 0 }\n";

/**
 * Both sides whole and cold: new process, new connections, host keys checked. Ours also knows each
 * machine, keeps its evidence, judges it and writes the outcome to PostgreSQL, which runs already.
 */
export async function benchValidate(): Promise<BenchResult[]> {
  const reason =
    hostsUnavailable() ?? (spawnSync("pdsh", ["-V"]).error === undefined ? null : "needs pdsh (apt-get install pdsh)");
  if (reason !== null) {
    print(`skipped: ${reason}`);
    return [];
  }
  const home = mkdtempSync(join(tmpdir(), "slipway-validate-"));
  await using farm = await startHosts(
    Array.from({ length: HOSTS }, (_, index) => ({ name: `n${String(index).padStart(3, "0")}` })),
  );
  const database = await benchDatabase();
  try {
    return await race(farm, home, database.url);
  } finally {
    await database.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function race(farm: HostFarm, home: string, url: string): Promise<BenchResult[]> {
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  const config = join(home, ".ssh", "config");
  writeFileSync(
    config,
    `${readFileSync(farm.sshConfigFile, "utf8")}\nHost *\n  KexAlgorithms ${KEX}\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n  BatchMode yes\n`,
    { mode: 0o600 },
  );
  const hostFile = join(home, "hosts");
  writeFileSync(hostFile, `${farm.hosts.map(({ name }) => name).join("\n")}\n`);
  mkdirSync(join(home, "fleet", "lanes"), { recursive: true });
  writeFileSync(join(home, "fleet", "lanes", "slow.yaml"), LANE);
  cpSync(join(root, "fleet", "precedence.yaml"), join(home, "fleet", "precedence.yaml"));
  const env = {
    HOME: home,
    SLIPWAY_DATABASE_URL: url,
    SLIPWAY_DATA: join(home, "data"),
    SLIPWAY_FLEET: join(home, "fleet"),
  };
  const validate = (): ReturnType<typeof timed> =>
    timed(process.execPath, [cli, "validate", "--hosts", hostFile, "--transport", "ssh", "--json"], env, [0, 1, 2]);
  const script = readFileSync(join(import.meta.dirname, "nhc-like.sh"), "utf8").replaceAll("'", "'\\''");
  const peer = (): ReturnType<typeof timed> =>
    timed("pdsh", ["-R", "ssh", "-f", String(HOSTS), "-w", `^${hostFile}`, `sh -c '${script}'`], {
      PDSH_SSH_ARGS: `-F ${config} %h`,
      PDSH_SSH_ARGS_APPEND: `-F ${config}`,
    });

  // The first run meets new machines; the others find them.
  await validate();
  const [ours, theirs]: [number[], number[]] = [[], []];
  let outcomes = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = await validate();
    outcomes = outcomesOf(own.stdout);
    ours.push(own.seconds);
    const run = await peer();
    assertAll("pdsh + nhc-like", run.stdout);
    theirs.push(run.seconds);
  }
  print(
    `${String(HOSTS)} hosts, ${KEX}, host keys checked, median of ${String(ROUNDS)}; client, hosts and PostgreSQL share this machine's cores`,
  );
  print(
    `  slipway validate   ${median(ours).toFixed(3)} s   (${ours.map((one) => one.toFixed(3)).join(" ")}) ${outcomes}`,
  );
  print(`  pdsh + nhc-like    ${median(theirs).toFixed(3)} s   (${theirs.map((one) => one.toFixed(3)).join(" ")})`);
  return [ratioLine("slipway validate / pdsh + nhc-like script", median(ours) / median(theirs), BOUND)];
}

/** What became of the hosts in one run; every one has to have ended. */
function outcomesOf(stdout: string): string {
  const events = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const ended = events.filter(({ status }) => ["released", "banned", "held"].includes(String(status)));
  const last = new Map(ended.map((event) => [String(event["validation"] ?? event["node"]), String(event["status"])]));
  if (last.size !== HOSTS)
    throw new Error(`${String(last.size)} of ${String(HOSTS)} hosts were validated:\n${stdout.slice(-2_000)}`);
  return [...Map.groupBy(last.values(), (status) => status)]
    .map(([status, all]) => `${String(all.length)} ${status}`)
    .join(", ");
}
