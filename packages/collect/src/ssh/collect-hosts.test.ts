import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BundleManifest } from "@slipway/domain";
import { probes } from "@slipway/plugin-sdk";
import { hostsUnavailable, startHosts, type Host as RealHost, type HostFarm } from "@slipway/testkit/hosts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { collect, exitCodeOf } from "../collect.ts";
import type { CollectEvent } from "../events.ts";
import { STUBBORN } from "./stubborn.ts";
import { sshTransport } from "./transport.ts";

const reason = hostsUnavailable();

describe.skipIf(reason !== null)(`collecting from real hosts${reason === null ? "" : ` (${reason})`}`, () => {
  let farm: HostFarm;
  let dir: string;
  let node: RealHost;
  let gate: RealHost;
  let noisy: RealHost;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "runner-"));
    farm = await startHosts([{ name: "n1" }, { name: "gate" }, { name: "noisy" }]);
    [node, gate, noisy] = farm.hosts as [RealHost, RealHost, RealHost];
  });
  afterAll(async () => {
    await farm.close();
    rmSync(dir, { recursive: true });
  });
  const strays = (host: RealHost): string[] => host.processes().filter((line) => !/^(sshd:|\[sshd)/.test(line)); // one that ends shows its name alone

  const planned = [probes.bootId, probes.imexLocal];
  const named = planned.map(({ id }) => id);
  const options = (out: string, events: CollectEvent[] = []) => ({
    out,
    selection: { probes: planned, named },
    onEvent: (event: CollectEvent) => void events.push(event),
  });
  const manifest = (...path: string[]) =>
    JSON.parse(readFileSync(join(...path, "bundle.json"), "utf8")) as BundleManifest;

  test("hosts that are up, off, or die midway each get a bundle, and --resume asks the incomplete ones again", async () => {
    const out = join(dir, "evidence");
    const transport = await sshTransport({
      configFile: farm.sshConfigFile,
      agent: null,
      keepaliveMs: 300,
      connectTimeoutMs: 2000,
    });
    onTestFinished(() => transport.close());
    await gate.powerOff();
    node.setTool("nvidia-imex-ctl", { body: "sleep 4500" });
    const events: CollectEvent[] = [];
    const running = collect([{ name: "n1" }, { name: "gate" }, { name: "noisy" }], {
      ...options(out, events),
      transport,
    });
    while (!events.some((event) => event.event === "probe" && event.host === "n1")) await sleep(20);
    await node.powerOff();
    const summary = await running;
    expect(exitCodeOf(summary)).toBe(2);
    expect(summary).toMatchObject({
      complete: 1,
      unreachable: [{ host: "gate", reason: expect.stringMatching(/does not answer within 2 s/) as string }],
      partial: [{ host: "n1" }],
    });
    expect(manifest(out, "gate").probes["boot-id"]?.startError).toBe("unreachable");
    expect(manifest(out, "n1").probes).toMatchObject({
      "boot-id": { exitCode: 0, startError: null },
      "imex-local": { startError: "connection-lost" },
    });
    expect(manifest(out, "noisy")).toMatchObject({
      node: { bootId: noisy.bootId() },
      probes: { "imex-local": { startError: "not-found" } },
    });

    await Promise.all([gate.powerOn(), node.powerOn()]);
    node.setTool("nvidia-imex-ctl", { stdout: "READY\n" });
    expect(
      await collect([{ name: "n1" }, { name: "gate" }, { name: "noisy" }], {
        ...options(out),
        transport,
        resume: true,
      }),
    ).toMatchObject({ complete: 2, skipped: 1 });
    expect(manifest(out, "n1").node.bootId).toBe(node.bootId());
    expect(readdirSync(out).sort()).toEqual([".replaced", "gate", "n1", "noisy"]);
  });

  test("a reboot between two rounds is seen over held connections", async () => {
    const out = join(dir, "rounds");
    mkdirSync(out);
    const transport = await sshTransport({ configFile: farm.sshConfigFile, agent: null, keepaliveMs: 200 });
    onTestFinished(() => transport.close());
    const before = gate.bootId();
    let rebooted: Promise<void> | undefined;
    const summary = await collect([{ name: "gate" }], {
      ...options(out),
      transport,
      rounds: 2,
      everyMs: 4000,
      onEvent: (event) => void (event.event === "round-done" && (rebooted ??= gate.reboot())),
    });
    await rebooted;
    expect(summary.complete).toBe(1);
    const ids = ["round-0001", "round-0002"].map((round) => manifest(out, round, "gate").node.bootId);
    expect(ids).toEqual([before, gate.bootId()]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test("an interrupted collection leaves nothing on the host and keeps what there is", async () => {
    const out = join(dir, "interrupted");
    node.setTool("nvidia-imex-ctl", { body: STUBBORN });
    const stop = new AbortController();
    const transport = await sshTransport({ configFile: farm.sshConfigFile, agent: null });
    onTestFinished(() => transport.close());
    const running = collect([{ name: "n1" }], { ...options(out), transport, signal: stop.signal });
    while (!node.processes().some((line) => line.includes("4324"))) await sleep(50);
    stop.abort();
    expect(exitCodeOf(await running)).toBe(130);
    expect(manifest(out, "n1").probes).toMatchObject({
      "boot-id": { startError: null },
      "imex-local": { startError: "aborted" },
    });
    expect(strays(node)).toEqual([]);
  });
});
