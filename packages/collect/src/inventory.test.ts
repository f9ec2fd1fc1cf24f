import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseInventory, readInventory } from "./inventory.ts";

const noStdin = (): Promise<string> => Promise.reject(new Error("stdin was read"));

async function problem(text: string, file = "hosts"): Promise<string> {
  const error: unknown = await parseInventory(text, file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!SlipwayError.is(error)) throw new Error(`no SlipwayError: ${String(error)}`);
  expect(error.kind).toBe("input");
  return error.message;
}

describe("plain host files", () => {
  test("may give names, users, ports, addresses and comments", async () => {
    const text =
      "# rack r12\r\n\n n01 \nroot@n02:2222 # spare\n[2001:db8::1]:2022\nops@[fe80::1%eth0]\n2001:db8::2\na@b@n03\n";
    expect(await parseInventory(text, "hosts")).toEqual([
      { name: "n01", user: undefined, port: undefined },
      { name: "n02", user: "root", port: 2222 },
      { name: "2001:db8::1", user: undefined, port: 2022 },
      { name: "fe80::1%eth0", user: "ops", port: undefined },
      { name: "2001:db8::2", user: undefined, port: undefined },
      { name: "n03", user: "a@b", port: undefined },
    ]);
  });

  test("a host name with shell characters is kept as a name", async () => {
    const names = ["evil;$(touch /tmp/owned)", "`id`", "../../etc", "-oProxyCommand=id", "a b"];
    expect((await parseInventory(names.join("\n"), "hosts")).map(({ name }) => name)).toEqual(names);
  });

  test("hosts that differ in the port alone are told apart by it", async () => {
    const hosts = await parseInventory("127.0.0.1:2201\n127.0.0.1:2202\nn1\n", "hosts");
    expect(hosts.map(({ name, address, port }) => ({ name, address, port }))).toEqual([
      { name: "127.0.0.1:2201", address: "127.0.0.1", port: 2201 },
      { name: "127.0.0.1:2202", address: "127.0.0.1", port: 2202 },
      { name: "n1", address: undefined, port: undefined },
    ]);
  });

  test.each([
    ["n1\nn2:port\n", 'hosts:2: port: "port" is no port (1 to 65535)'],
    ["n1:0", 'hosts:1: port: "0" is no port (1 to 65535)'],
    ["n1:65536", 'hosts:1: port: "65536" is no port (1 to 65535)'],
    ["\n@n1", 'hosts:2: user: nothing stands before the @ of "@n1"'],
    ["root@", 'hosts:1: name: "root@" names no host'],
    ["n1\n\nroot@n1\n", 'hosts:3: name: "n1" is named twice, first at hosts:1'],
    ["a\u0007b", 'hosts:1: name: "a\\u0007b" holds control characters'],
    [`${"é".repeat(100)}`, "hosts:1: name: is too long for the folder of its bundle"],
    ["# none\n", "hosts: names no host"],
  ])("%j is refused by place and field", async (text, message) => {
    expect(await problem(text)).toBe(message);
  });
});

describe("YAML inventories", () => {
  test("give a vendor by its id, however it is spelt", async () => {
    const [host] = await parseInventory("hosts:\n  - { name: n1, vendor: ' OCI' }\n", "fleet.yaml");
    expect(host?.vendor).toBe("oci");
  });

  test("may give every field, or a name alone", async () => {
    const text =
      "hosts:\n  - { name: n1, address: 10.0.0.1, user: root, port: 2222, vendor: azure, sku: gb300, cluster: a, rack: r1 }\n  - n2\n";
    expect(await parseInventory(text, "fleet.yaml")).toEqual([
      {
        name: "n1",
        address: "10.0.0.1",
        user: "root",
        port: 2222,
        vendor: "azure",
        sku: "gb300",
        cluster: "a",
        rack: "r1",
      },
      { name: "n2" },
    ]);
    expect(await parseInventory("---\nhosts: [{name: n1}]\n", "stdin")).toEqual([{ name: "n1" }]);
  });

  test.each([
    ["hosts:\n  - name: n1\n  - name: n2\n    prot: 22\n", /^f\.yaml:4: hosts\.1\.prot: there is no such key$/],
    ["hosts:\n  - name: n1\n    port: many\n", /^f\.yaml:3: hosts\.0\.port: /],
    ["hosts:\n  - address: n1\n", /^f\.yaml:2: hosts\.0\.name: /],
    ["hosts:\n  - name: n1\n  - name: n1\n", /^f\.yaml:3: name: "n1" is named twice, first at f\.yaml:2$/],
    ["hosts: [\n", /^f\.yaml:2: /],
    ["hosts: n1\n", /^f\.yaml:1: hosts: /],
    ["racks: []\n", /^f\.yaml:1: /],
    ["", /^f\.yaml:1: /],
    ["hosts: []\n", /^f\.yaml: names no host$/],
  ])("%j is refused by file, line and field", async (text, message) => {
    expect(await problem(text, "f.yaml")).toMatch(message);
  });
});

describe("--hosts", () => {
  test("takes a file, stdin, or a list of names", async () => {
    const dir = mkdtempSync(join(tmpdir(), "runner-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const file = join(dir, "hosts");
    writeFileSync(file, "n1\nn2\n");
    const names = async (source: string, stdin = noStdin) =>
      (await readInventory(source, stdin)).map(({ name }) => name);
    expect(await names(file)).toEqual(["n1", "n2"]);
    expect(await names("-", () => Promise.resolve("hosts: [{name: n9}]"))).toEqual(["n9"]);
    expect(await names("n1, root@n2:22,,[::1]:2022")).toEqual(["n1", "n2", "::1"]);
    await expect(names("no/such/file")).rejects.toThrow("--hosts no/such/file: there is no such file");
    await expect(names("n1,n1")).rejects.toThrow(
      '--hosts, host 2: name: "n1" is named twice, first at --hosts, host 1',
    );
  });
});

test("any text is either parsed as an inventory or refused with a SlipwayError", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string().map((text) => `hosts:\n  - ${text}`),
      ),
      async (text) => {
        const error: unknown = await parseInventory(text, "f").then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error === undefined || SlipwayError.is(error)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
