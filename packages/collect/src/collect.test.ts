import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BundleManifest } from "@slipway/domain";
import { commandProbe, SlipwayError, type Probe } from "@slipway/plugin-sdk";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { execResult as answer } from "@slipway/testkit";
import { collect, exitCodeOf, type CollectOptions } from "./collect.ts";
import type { CollectEvent } from "./events.ts";
import { folderName } from "./folder-name.ts";
import type { Connection, ExecResult, Transport } from "@slipway/plugin-sdk";

const probe = (id: string, extra: { disruptive?: boolean; waits?: boolean } = {}): Probe =>
  commandProbe(id, { id, argv: ["tool", id], timeoutMs: 1000, usualSeconds: 1, ...extra });

/** A fleet in memory. */
class Fleet implements Transport {
  readonly asked: string[] = [];
  readonly connects: string[] = [];
  readonly off = new Set<string>();
  readonly dieAt = new Map<string, string>();
  readonly answers = new Map<string, ExecResult>();
  delayMs = 0;
  busy = 0;
  mostBusy = 0;
  open = 0;
  mostOpen = 0;

  async connect({ name }: { name: string }): Promise<Connection> {
    this.connects.push(name);
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    await sleep(1);
    if (this.off.has(name)) {
      this.open -= 1;
      throw new SlipwayError("unreachable", `${name} does not answer`);
    }
    let lost: string | undefined;
    return {
      get lost() {
        return lost;
      },
      exec: async (command, { signal }) => {
        this.asked.push(`${name}/${command.id}`);
        this.busy += 1;
        this.mostBusy = Math.max(this.mostBusy, this.busy);
        await sleep(this.delayMs, undefined, { signal }).catch(() => undefined);
        this.busy -= 1;
        if (signal?.aborted === true) return answer("half", { startError: "aborted", exitCode: null });
        if (this.dieAt.get(name) !== command.id) return this.answers.get(command.id) ?? answer(`${command.id}\n`);
        lost = "the power went";
        return answer("half", { startError: "connection-lost", exitCode: null });
      },
      close: () => {
        this.open -= 1;
      },
    };
  }

  close(): void {
    // there is nothing to close but the connections
  }
}

let out: string;
let fleet: Fleet;
let events: CollectEvent[];

beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), "runner-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  out = join(dir, "out");
  fleet = new Fleet();
  events = [];
});

const hosts = (...names: string[]) => names.map((name) => ({ name }));
const named = ["a", "b", "c"];
const options = (extra: Partial<CollectOptions> = {}): CollectOptions => ({
  out,
  transport: fleet,
  selection: { probes: named.map((id) => probe(id)), named },
  onEvent: (event) => events.push(event),
  ...extra,
});
const manifest = (host: string, folder = out) =>
  JSON.parse(readFileSync(join(folder, host, "bundle.json"), "utf8")) as BundleManifest & { unreachable?: string };
const startErrors = (host: string) =>
  Object.entries(manifest(host).probes).map(([id, { startError }]) => [id, startError]);

describe("collect", () => {
  test("writes a bundle of the shape slipway/evidence@1 for each host", async () => {
    fleet.answers.set("b", answer("", { exitCode: 3, stderr: Buffer.from("why\n") }));
    fleet.answers.set("c", answer("", { startError: "not-found", exitCode: null }));
    const host = { name: "n1", address: "10.0.0.1", vendor: "azure", sku: "gb300", cluster: "c1", rack: "r1" };
    const expectationsOf = () => ({
      expect: { gpus: { count: 4 } },
      sources: { "/gpus": "fleet/expectations/sku/gb300.yaml" },
    });
    const summary = await collect([host], options({ expectationsOf }));
    expect(exitCodeOf(summary)).toBe(0);
    expect(BundleManifest.parse(manifest("n1"))).toMatchObject({
      node: { name: "n1", vendor: "azure", sku: "gb300", cluster: "c1", rack: "r1" },
      expect: { gpus: { count: 4 } },
      expectSources: { "/gpus": "fleet/expectations/sku/gb300.yaml" },
      probes: { a: { exitCode: 0, startError: null }, b: { exitCode: 3 }, c: { startError: "not-found" } },
    });
    expect(readdirSync(join(out, "n1")).sort()).toEqual(["a.out", "b.err", "b.out", "bundle.json"]);
    expect(fleet.asked).toEqual(["n1/a", "n1/b", "n1/c"]);
  });

  test("an unreachable host gets a bundle, each probe of it unreachable", async () => {
    fleet.off.add("n2");
    const summary = await collect(hosts("n1", "n2"), options());
    expect(summary).toMatchObject({
      complete: 1,
      unreachable: [{ host: "n2", reason: "n2 does not answer" }],
      partial: [],
    });
    expect(exitCodeOf(summary)).toBe(2);
    expect(startErrors("n2")).toEqual(named.map((id) => [id, "unreachable"]));
    expect(manifest("n2").unreachable).toBe("n2 does not answer");
    expect(readdirSync(join(out, "n2"))).toEqual(["bundle.json"]);
    expect(events).toContainEqual(
      expect.objectContaining({ event: "unreachable", host: "n2", reason: "n2 does not answer" }),
    );
  });

  test("a host that dies midway keeps what it said; the rest is connection-lost and not asked", async () => {
    fleet.dieAt.set("n1", "b");
    const summary = await collect(hosts("n1"), options());
    expect(summary.partial).toEqual([{ host: "n1", reason: "the power went" }]);
    expect(startErrors("n1")).toEqual([
      ["a", null],
      ["b", "connection-lost"],
      ["c", "connection-lost"],
    ]);
    expect(fleet.asked).toEqual(["n1/a", "n1/b"]);
    expect(readFileSync(join(out, "n1", "b.out"), "utf8")).toBe("half");
    expect(events.filter(({ event }) => event === "connection-lost")).toHaveLength(1);
  });

  test("resume asks only hosts that are missing or partial", async () => {
    fleet.off.add("n2");
    fleet.dieAt.set("n3", "c");
    await collect(hosts("n1", "n2", "n3", "n4"), options());
    rmSync(join(out, "n4"), { recursive: true });
    fleet.off.clear();
    fleet.dieAt.clear();
    fleet.asked.length = 0;
    const summary = await collect(hosts("n1", "n2", "n3", "n4"), options({ resume: true }));
    expect(summary).toMatchObject({ complete: 3, skipped: 1 });
    expect(exitCodeOf(summary)).toBe(0);
    expect(new Set(fleet.asked.map((text) => text.split("/")[0]))).toEqual(new Set(["n2", "n3", "n4"]));
    expect(startErrors("n2")).toEqual(named.map((id) => [id, null]));
    fleet.asked.length = 0;
    await collect(hosts("n1"), options({ resume: true, selection: { probes: [probe("d")], named: ["d"] } }));
    expect(fleet.asked).toEqual(["n1/d"]);
    writeFileSync(join(out, "n1", "bundle.json"), "{");
    await collect(hosts("n1"), options({ resume: true }));
    expect(startErrors("n1")).toHaveLength(3);
  });

  test("an abort keeps finished and running probes, asks no further host, and exits 130", async () => {
    fleet.delayMs = 60;
    const stop = new AbortController();
    const summary = await collect(
      hosts("n1", "n2"),
      options({ concurrency: 1, signal: stop.signal, onEvent: ({ event }) => event === "probe" && stop.abort() }),
    );
    expect(exitCodeOf(summary)).toBe(130);
    expect(summary).toMatchObject({ aborted: true, partial: [{ host: "n1" }] });
    expect(readdirSync(out)).toEqual(["n1"]);
    expect(startErrors("n1")).toEqual([["a", null]]);
    await collect(hosts("n1"), options({ resume: true }));
    expect(startErrors("n1")).toHaveLength(3);
  });

  test("limits hold: hosts at a time, probes of a host at a time, a disruptive one alone", async () => {
    fleet.delayMs = 5;
    await collect(hosts("n1", "n2", "n3", "n4", "n5"), options({ concurrency: 2 }));
    expect([fleet.mostOpen, fleet.mostBusy]).toEqual([2, 2]);
    fleet.mostBusy = 0;
    await collect(hosts("n1"), options({ perHost: 2 }));
    expect(fleet.mostBusy).toBe(2);
    fleet.mostBusy = 0;
    const alone = [
      probe("a", { disruptive: true }),
      probe("b", { disruptive: true }),
      probe("c", { disruptive: true }),
    ];
    await collect(hosts("n1"), options({ perHost: 4, selection: { probes: alone, named } }));
    expect(fleet.mostBusy).toBe(1);
  });

  test("rounds have a folder each and hold their connections; a lost one is opened anew", async () => {
    fleet.dieAt.set("n2", "c");
    const summary = await collect(hosts("n1", "n2"), options({ rounds: 3, everyMs: 5 }));
    expect(readdirSync(out)).toEqual(["round-0001", "round-0002", "round-0003"]);
    expect(fleet.connects.sort()).toEqual(["n1", "n2", "n2", "n2"]);
    expect(summary).toMatchObject({ complete: 1, partial: [{ host: "n2" }] });
    expect(events.filter(({ event }) => event === "round-done")).toHaveLength(3);
    expect(fleet.open).toBe(0);
  });

  test("an error that the user must fix ends the collection, and running probes are kept", async () => {
    fleet.delayMs = 30;
    const failing: Transport = {
      connect: ({ name }) =>
        name === "n2" ? Promise.reject(new SlipwayError("config", "no key")) : fleet.connect({ name }),
      close: () => undefined,
    };
    await expect(collect(hosts("n1", "n2"), options({ transport: failing }))).rejects.toThrow("no key");
    expect(fleet.open).toBe(0);
    mkdirSync(join(out, "blocked"), { recursive: true });
    writeFileSync(join(out, "blocked", "file"), "");
    await expect(collect(hosts("n1"), options({ out: join(out, "blocked", "file") }))).rejects.toThrow(
      /cannot be (made|written)/,
    );
  });

  test("a hostile host name stays inside the output folder", async () => {
    const names = ["../../evil", "..", ".hidden", "a/b", "$(id)", "é", "-rf", "a%2Fb"];
    await collect(hosts(...names), options());
    expect(readdirSync(out).sort()).toEqual(names.map(folderName).sort());
    expect(names.map((name) => manifest(folderName(name)).node.name)).toEqual(names);
    expect(existsSync(join(out, "..", "evil"))).toBe(false);
  });

  test("the bundle identifies the machine by boot id, system serial (no placeholder) and GPU serials", async () => {
    fleet.answers.set("boot-id", answer("cac6b454-d5a5-4ba1-a0b2-ec69682e2511\n"));
    fleet.answers.set("dmi", answer("product_serial:To be filled by O.E.M.\nboard_serial:SX1:2\nchassis_serial:C1\n"));
    const gpu = (serial: string) =>
      `<gpu id="x"><product_name>B</product_name><serial>${serial}</serial><uuid>U</uuid></gpu>`;
    fleet.answers.set(
      "nvidia-smi",
      answer(
        `<?xml version="1.0" ?>\n<nvidia_smi_log>${gpu("1650121011")}${gpu("N/A")}${gpu("1650121013")}</nvidia_smi_log>\n`,
      ),
    );
    await collect(hosts("n1"), options({ selection: { probes: [] } }));
    expect(manifest("n1").node).toEqual({
      name: "n1",
      bootId: "cac6b454-d5a5-4ba1-a0b2-ec69682e2511",
      serials: { system: "SX1:2", gpus: ["1650121011", "1650121013"] },
    });
    fleet.answers.set("nvidia-smi", answer("no xml"));
    fleet.answers.set("dmi", answer("product_serial:S", { exitCode: 1 }));
    await collect(hosts("n1"), options({ selection: { probes: [] } }));
    expect(manifest("n1").node).toEqual({ name: "n1", bootId: "cac6b454-d5a5-4ba1-a0b2-ec69682e2511" });
  });
});
