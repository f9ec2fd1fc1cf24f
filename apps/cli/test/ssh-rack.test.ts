import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BundleManifest, NodeJudgement } from "@slipway/domain";
import type { CollectEvent } from "@slipway/collect";
import { disagreements } from "@slipway/testkit";
import { hostsUnavailable, startHosts, type HostFarm } from "@slipway/testkit/hosts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DYING, FAULTS, FLOODING, HANGING, hostOf, nameOf, nodes, OFF, RACK, SLOW } from "./faulty-rack.ts";
import { BY_CHECKS, repositoryRoot, slipway } from "./run-cli.ts";

const unavailable = hostsUnavailable();

describe.skipIf(unavailable !== null)(
  `a rack of ${String(RACK)} real ssh hosts${unavailable === null ? "" : ` (${unavailable})`}`,
  () => {
    let farm: HostFarm;
    let home: string;
    let events: CollectEvent[];
    let status: number | null;
    let judgements: Map<string, NodeJudgement>;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), "slipway-rack-"));
      farm = await startHosts(nodes.map((_, index) => hostOf(index)));
      writeFleet();
      await farm.hosts[OFF]?.powerOff();
      ({ status, events } = await collect());
      const dirs = nodes.map((_, index) => join(home, "evidence", nameOf(index)));
      const judged = await slipway(["judge", "--json", ...dirs, ...BY_CHECKS]);
      judgements = new Map(
        judged
          .documents()
          .map((document) => NodeJudgement.parse(document))
          .map((judgement) => [judgement.node, judgement]),
      );
    }, 180_000);
    afterAll(async () => {
      await farm.close();
      rmSync(home, { recursive: true, force: true });
    });

    /** The fleet's files and an inventory, as a fleet engineer would write them. */
    function writeFleet(): void {
      const [first] = nodes;
      const expect = structuredClone(first?.expect ?? {}) as Record<string, Record<string, unknown>>;
      delete expect["gpus"]?.["serials"];
      mkdirSync(join(home, "fleet/expectations/cluster"), { recursive: true });
      writeFileSync(
        join(home, "fleet/expectations/cluster", `${first?.node.cluster ?? ""}.yaml`),
        JSON.stringify(expect, null, 1),
      );
      const hosts = nodes.map(({ node: { name, vendor, sku, cluster, rack } }, index) => ({
        name,
        address: farm.hosts[index]?.address,
        user: "root",
        vendor,
        sku,
        cluster,
        rack,
      }));
      writeFileSync(join(home, "rack.yaml"), JSON.stringify({ hosts }));
    }

    /** Runs `slipway collect` and powers one host off while it is being asked. */
    function collect(): Promise<{ status: number | null; events: CollectEvent[] }> {
      const args = [
        "collect",
        "--hosts",
        join(home, "rack.yaml"),
        "--out",
        join(home, "evidence"),
        "--disruptive",
        "--timeout",
        "8",
        "--connect-timeout",
        "5",
        "--max-output",
        "1",
        "--per-host",
        "2",
        "--identity",
        farm.identityFile,
        "--known-hosts",
        farm.knownHostsFile,
        "--json",
      ];
      return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(repositoryRoot, "apps/cli/src/main.ts"), ...args], {
          env: { ...process.env, SLIPWAY_FLEET: join(home, "fleet"), SSH_AUTH_SOCK: undefined },
          stdio: ["ignore", "pipe", "inherit"],
        });
        const seen: CollectEvent[] = [];
        let rest = "";
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
          const lines = (rest + chunk).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) {
            const event = JSON.parse(line) as CollectEvent;
            seen.push(event);
            if (event.event === "probe" && event.host === nameOf(DYING) && event.probe === "nvidia-smi")
              void farm.hosts[DYING]?.powerOff();
          }
        });
        child.on("error", reject);
        child.on("close", (code) => resolve({ status: code, events: seen }));
      });
    }

    function bundleOf(index: number): BundleManifest {
      return BundleManifest.parse(
        JSON.parse(readFileSync(join(home, "evidence", nameOf(index), "bundle.json"), "utf8")),
      );
    }
    function verdictsOf(index: number): Record<string, string> {
      return Object.fromEntries(
        (judgements.get(nameOf(index))?.checks ?? []).map(({ check, verdict }) => [check, verdict]),
      );
    }

    it("says that some host was unreachable or partial, and which, with the reason", () => {
      expect(status).toBe(2);
      const summary = events.at(-1);
      expect(summary).toMatchObject({
        schema: "slipway/collect-event@1",
        event: "summary",
        hosts: RACK,
        complete: RACK - 2,
      });
      if (summary?.event !== "summary") return;
      expect(summary.unreachable.map(({ host }) => host)).toEqual([nameOf(OFF)]);
      expect(summary.partial.map(({ host }) => host)).toEqual([nameOf(DYING)]);
      expect(summary.unreachable[0]?.reason).toMatch(/./);
    });

    it("knows each machine: boot id, serials, and what is expected of it from which file", () => {
      for (const index of [0, 1, SLOW]) {
        const { node, expect: expected, expectSources } = bundleOf(index);
        expect(node).toMatchObject({
          name: nameOf(index),
          bootId: farm.hosts[index]?.bootId(),
          rack: nodes[index]?.node.rack,
          serials: nodes[index]?.node.serials,
        });
        expect(expected).toMatchObject({ gpus: { count: 4 } });
        expect(expectSources?.["/gpus/count"]).toMatch(/fleet\/expectations\/cluster\/az-gb300-a\.yaml:\d+$/);
      }
    });

    it("keeps what the tools printed, byte for byte", () => {
      for (const probe of [
        "dcgm-diag",
        "imex-domain",
        "nvidia-smi",
        "nvlink",
        "kernel-log",
        "ibstat",
        "imex-nodes",
        "cmdline",
        "hyperv-kvp",
        "mlxlink-mlx5_0",
      ]) {
        expect(readFileSync(join(home, "evidence", nameOf(0), `${probe}.out`), "utf8"), probe).toBe(
          nodes[0]?.captures[probe]?.stdout,
        );
      }
    });

    it("healthy nodes pass every check, a slow one too", () => {
      for (const index of [0, SLOW])
        expect(
          Object.entries(verdictsOf(index)).filter(([, verdict]) => verdict !== "pass"),
          nameOf(index),
        ).toEqual([]);
    });

    for (const [index, fault] of Object.entries(FAULTS)) {
      it(`finds ${fault}`, () => {
        const node = nodes[Number(index)];
        for (const { check, verdict, causes, scopes } of node?.truths ?? []) {
          const judgement = judgements.get(nameOf(Number(index)))?.checks.find((one) => one.check === check);
          if (judgement === undefined) throw new Error(`${check} was not judged`);
          expect(
            disagreements(
              {
                verdict,
                causes: causes === null ? null : [...causes],
                scopes: scopes === null ? null : scopes.map(({ kind, id }) => ({ kind, id })),
              },
              judgement,
            ),
          ).toEqual([]);
        }
      });
    }

    it("a host that is off has a bundle in which every probe says so, and is inconclusive", () => {
      expect(Object.values(bundleOf(OFF).probes).map(({ startError }) => startError)).toEqual(
        Object.values(bundleOf(OFF).probes).map(() => "unreachable"),
      );
      expect(judgements.get(nameOf(OFF))?.verdict).toBe("inconclusive");
      expect(new Set(Object.values(verdictsOf(OFF)))).toEqual(new Set(["inconclusive"]));
    });

    it("a host that dies midway keeps what it had said; the rest is connection-lost", () => {
      const records = Object.values(bundleOf(DYING).probes);
      expect(records.some(({ exitCode }) => exitCode === 0)).toBe(true);
      expect(records.some(({ startError }) => startError === "connection-lost")).toBe(true);
      expect(judgements.get(nameOf(DYING))?.verdict).toBe("inconclusive");
    });

    it("a probe over its time limit is inconclusive and leaves nothing on the host", () => {
      expect(bundleOf(HANGING).probes["dcgm-diag"]).toMatchObject({ timedOut: true });
      expect(verdictsOf(HANGING)).toMatchObject({ dcdiag: "inconclusive", "ib-xdr": "pass" });
      expect(farm.hosts[HANGING]?.processes().filter((line) => /sleep|dcgmi/.test(line))).toEqual([]);
    });

    it("a probe that prints without end is cut, and inconclusive", () => {
      expect(bundleOf(FLOODING).probes["kernel-log"]).toMatchObject({ truncated: true });
      expect(readFileSync(join(home, "evidence", nameOf(FLOODING), "kernel-log.out")).length).toBeLessThanOrEqual(
        2 ** 20,
      );
      expect(verdictsOf(FLOODING)).toMatchObject({ xid: "inconclusive", imex: "pass" });
      expect(farm.hosts[FLOODING]?.processes().filter((line) => line.includes("journalctl"))).toEqual([]);
    });

    it("--resume asks only hosts that are missing or partial", async () => {
      await farm.hosts[OFF]?.powerOn();
      const run = await slipway(
        [
          "collect",
          "--hosts",
          join(home, "rack.yaml"),
          "--resume",
          join(home, "evidence"),
          "--probes",
          "boot-id,virt",
          "--connect-timeout",
          "3",
          "--identity",
          farm.identityFile,
          "--known-hosts",
          farm.knownHostsFile,
          "--json",
        ],
        { env: { SLIPWAY_FLEET: join(home, "fleet") } },
      );
      const asked = run
        .documents<CollectEvent>()
        .filter((event) => event.event === "host-started")
        .map((event) => event.host);
      expect(asked).toContain(nameOf(OFF));
      expect(asked.filter((name) => name !== nameOf(OFF) && name !== nameOf(DYING))).toEqual([]);
    }, 60_000);
  },
);
