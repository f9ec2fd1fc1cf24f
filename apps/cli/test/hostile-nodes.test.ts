import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshDatabase } from "@slipway/store/testing";
import { synthesize } from "@slipway/synth";
import { hostsUnavailable, startHosts, type HostFarm, type HostSpec } from "@slipway/testkit/hosts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gpuHost } from "./gpu-host.ts";
import { repositoryRoot, slipway } from "./run-cli.ts";

/** Its nodes hang for as long as probes may take, so that it is a suite of its own in .ci/run. */
const unavailable =
  process.env["SLIPWAY_HOSTILE"] === "1" ? hostsUnavailable() : "minutes long: SLIPWAY_HOSTILE=1 runs it";
const GOOD = 20;
/** What a tool of each hostile node does: of the first its journal, of the others nvidia-smi. */
const HOSTILE: Readonly<Record<string, string>> = {
  hangs: "trap '' TERM\nwhile :; do sleep 600; done\n",
  "prints without end": "while :; do echo '<gpu id=\"0\"><serial>1</serial></gpu>'; done\n",
  // Many openings and no end: what a backtracking reader never comes back from.
  "prints what is hard to read":
    "yes '<process_info><pid>12</pid><type>C</type><process_name>x</process_name>' | head -c 4000000\n",
  "prints nothing that it should": "printf '\\000\\377 <html>502</html>\\033[2J'; exit 0\n",
};
const KINDS = Object.keys(HOSTILE);
const nodes = Array.from({ length: GOOD + KINDS.length }, (_, index) =>
  synthesize({ seed: 5, index, rackSize: GOOD + KINDS.length }),
);
const nameOf = (index: number): string => nodes[index]?.node.name ?? "";

function hostOf(index: number): HostSpec {
  const node = nodes[index];
  if (node === undefined) throw new RangeError("no such node");
  const host = gpuHost(node);
  const body = HOSTILE[KINDS[index - GOOD] ?? ""];
  const tool = index === GOOD ? "journalctl" : "nvidia-smi";
  return body === undefined ? host : { ...host, tools: { ...host.tools, [tool]: { body } } };
}

interface Ended {
  readonly event: string;
  readonly node?: string;
  readonly status?: string;
}

describe.skipIf(unavailable !== null)(
  `one worker, ${String(GOOD)} good nodes and ${String(KINDS.length)} hostile ones over ssh${unavailable === null ? "" : ` (${unavailable})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), "slipway-hostile-"));
    let farm: HostFarm;
    let database: Awaited<ReturnType<typeof freshDatabase>>;
    let statuses: Record<string, string>;
    const env = (): NodeJS.ProcessEnv => ({
      HOME: home,
      SLIPWAY_DATABASE_URL: database.url,
      SLIPWAY_DATA: join(home, "data"),
      SLIPWAY_FLEET: join(home, "fleet"),
      SSH_AUTH_SOCK: undefined,
    });

    /** One lane of one pass, and what is expected of these nodes. */
    function writeFleet(): void {
      const [first] = nodes;
      const { gpus, driver } = structuredClone(first?.expect ?? {}) as Record<string, Record<string, unknown>>;
      delete gpus?.["serials"];
      const { cluster = "", vendor, sku } = first?.node ?? {};
      mkdirSync(join(home, "fleet/lanes"), { recursive: true });
      mkdirSync(join(home, "fleet/expectations/cluster"), { recursive: true });
      mkdirSync(join(home, ".ssh"));
      cpSync(join(repositoryRoot, "fleet/precedence.yaml"), join(home, "fleet/precedence.yaml"));
      writeFileSync(
        join(home, "fleet/lanes/slow.yaml"),
        JSON.stringify({
          schema: "slipway/lane@1",
          lane: "slow",
          kind: "slow",
          passes: 1,
          checks: ["gpu-inventory", "xid"],
          policy: { inconclusiveRetries: 0 },
        }),
      );
      writeFileSync(join(home, "fleet/expectations/cluster", `${cluster}.yaml`), JSON.stringify({ gpus, driver }));
      writeFileSync(
        join(home, ".ssh/config"),
        `Host *\n  User root\n  IdentityFile ${farm.identityFile}\n  UserKnownHostsFile ${farm.knownHostsFile}\n`,
      );
      const hosts = nodes.map(({ node: { name, rack } }, index) => ({
        name,
        address: farm.hosts[index]?.address,
        vendor,
        sku,
        cluster,
        rack,
      }));
      writeFileSync(join(home, "rack.yaml"), JSON.stringify({ hosts }));
    }

    /** Validates them all by one worker. @returns how each ended */
    function validate(): Promise<Record<string, string>> {
      const args = ["validate", "--hosts", join(home, "rack.yaml"), "--json"];
      return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(repositoryRoot, "apps/cli/src/main.ts"), ...args], {
          env: { ...process.env, ...env() },
          stdio: ["ignore", "pipe", "inherit"],
        });
        let text = "";
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        child.on("error", reject);
        child.on("close", () => {
          const events = text
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as Ended);
          const said = events.filter(({ node, status }) => node !== undefined && status !== undefined);
          resolve(Object.fromEntries(said.map(({ node = "", status = "" }) => [node, status])));
        });
      });
    }

    beforeAll(async () => {
      database = await freshDatabase();
      farm = await startHosts(nodes.map((_, index) => hostOf(index)));
      writeFleet();
      statuses = await validate();
    }, 500_000);
    afterAll(async () => {
      await farm.close();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    });

    it("releases every good node", () => {
      const good = nodes.slice(0, GOOD).map((_, index) => [nameOf(index), statuses[nameOf(index)]]);
      expect(good).toEqual(good.map(([name]) => [name, "released"]));
    });

    it.each(KINDS.map((kind, at) => [kind, GOOD + at] as const))(
      "neither releases nor bans a node that %s, and says why",
      async (_kind, index) => {
        expect(statuses[nameOf(index)]).toBe("held");
        const shown = (await slipway(["validations", "list", "--json"], { env: env() }))
          .documents<{ node_name: string; reason: string; owner: string | null }>()
          .find(({ node_name }) => node_name === nameOf(index));
        expect(shown?.reason).toMatch(/./);
        expect(shown?.owner).toMatch(/./);
      },
    );

    it("leaves nothing running on the hostile nodes", () => {
      for (const index of KINDS.keys())
        expect(
          farm.hosts[GOOD + index]?.processes().filter((line) => /nvidia-smi|journalctl|sleep|yes/.test(line)),
        ).toEqual([]);
    });
  },
);
