import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandProbe, answerOf } from "@slipway/plugin-sdk";
import { memoryStore } from "@slipway/store/memory";
import { validationRow } from "@slipway/store/testing";
import { fleetUser, hostsUnavailable, startHosts, type HostFarm } from "@slipway/testkit/hosts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ingest, readSightings } from "@slipway/nodes";
import { loadPrecedence } from "@slipway/fleet";
import { hostOf } from "../src/validation/run-pass.ts";
import { sshTransport } from "@slipway/collect";

const reason = hostsUnavailable();
const precedence = loadPrecedence(join(import.meta.dirname, "../../../fleet"));

describe.skipIf(reason !== null)(`the address that nodes load gives${reason === null ? "" : ` (${reason})`}`, () => {
  let farm: HostFarm;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "runner-"));
    farm = await startHosts([{ name: "n1" }]);
  });
  afterAll(async () => {
    await farm.close();
    rmSync(dir, { recursive: true });
  });

  test.each([
    ["csv", "text", (ip: string) => `${fleetUser.name}@${ip}:22`],
    ["jsonl", "an object", (ip: string) => ({ address: ip, user: fleetUser.name, port: 22 })],
  ] as const)(
    "is where a validation's node is asked, by the user that it names (%s, %s)",
    async (format, _kind, of) => {
      const address = of(farm.hosts[0]?.address ?? "");
      const sighting = {
        source: "cmdb",
        observed_at: "2026-01-01T00:00:00Z",
        node_name: "n1",
        system_serial: "S1",
        address,
      };
      const file = join(dir, `nodes.${format}`);
      const texts = Object.values(sighting).map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
      const rows = [Object.keys(sighting), texts].map((fields) => fields.join(","));
      writeFileSync(file, format === "csv" ? `${rows.join("\n")}\n` : JSON.stringify(sighting));
      const store = memoryStore();
      const read = readSightings(file);
      expect(read.bad).toEqual([]);
      await ingest(store, read.sightings, { now: Date.parse("2026-01-02T00:00:00Z"), precedence });
      const said = store.snapshot("claims_of_sources")[0]?.fields.address?.value;
      const planned = { node: "n1", address: typeof said === "string" ? { address: said } : (said as object) };

      const transport = await sshTransport({
        configFile: null,
        agent: null,
        identityFiles: [farm.userIdentityFile],
        knownHostsFiles: [farm.knownHostsFile],
      });
      onTestFinished(() => transport.close());
      const connection = await transport.connect(
        hostOf(validationRow(1, { ...planned, address: { ...planned.address } })),
        new AbortController().signal,
      );
      const [command] = commandProbe("Who asks", {
        id: "whoami",
        argv: ["whoami"],
        timeoutMs: 5_000,
        usualSeconds: 1,
      }).commands({});
      if (command === undefined) throw new TypeError("the probe has a command");
      const { stdout } = await connection.exec(command, { timeoutMs: 5_000, maxBytes: 1_000 });
      expect(answerOf(stdout)).toBe(`${fleetUser.name}\n`);
    },
  );
});

test.each([
  ["10.0.0.1", { address: "10.0.0.1" }],
  ["fleet@10.0.0.1:2222", { address: "10.0.0.1", user: "fleet", port: 2222 }],
  ["[2001:db8::1]:2222", { address: "2001:db8::1", port: 2222 }],
  ["2001:db8::1", { address: "2001:db8::1" }],
])("an address of text %s is host, user and port of the node that is asked", (address, host) => {
  const { name, address: at, user, port } = hostOf(validationRow(1, { node: "n1", address: { address } }));
  expect({ name, address: at, user, port }).toEqual({ name: "n1", user: undefined, port: undefined, ...host });
});

test("a user and a port beside the address count before those in it", () => {
  const address = { address: "old@10.0.0.1:22", user: "fleet", port: "2222", vendorInstanceId: "i-1" };
  expect(hostOf(validationRow(1, { address }))).toMatchObject({ address: "10.0.0.1", user: "fleet", port: 2222 });
});

test("the jump host of a loaded address is the one that the node is asked through", () => {
  const address = { address: "10.0.0.1", jump: "ops@gate:2222" };
  expect(hostOf(validationRow(1, { address })).jump).toBe("ops@gate:2222");
});

test.each([
  ["n1:99999"],
  ["@n1"],
  [7],
  [{ address: "n1", port: "ssh" }],
  [{ user: "x", port: 0 }],
  [{ jump: 7 }],
  [{ jump: "gate:0" }],
])("a sighting whose address is %j is a bad row", (address) => {
  const file = join(mkdtempSync(join(tmpdir(), "runner-")), "bad.jsonl");
  const row = { source: "cmdb", observed_at: "2026-01-01T00:00:00Z", node_name: "n1", address };
  writeFileSync(file, JSON.stringify(row));
  expect(readSightings(file)).toMatchObject({ sightings: [], bad: [{ line: 1, field: "address" }] });
});
