import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createRouter, type SshOverrides } from "./route.ts";

function configFile(text: string, more: Record<string, string> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), "runner-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, content] of Object.entries(more)) writeFileSync(join(dir, name), content);
  writeFileSync(join(dir, "config"), text);
  return join(dir, "config");
}

async function route(
  text: string,
  host: Parameters<Awaited<ReturnType<typeof createRouter>>>[0],
  overrides: SshOverrides = {},
) {
  return (await createRouter({ configFile: configFile(text), agent: null, ...overrides }))(host);
}

describe("how a host is reached", () => {
  test("through its own jump host rather than the configuration's, and through that of the command line first", async () => {
    const text = "Host *\n  ProxyJump configured\n";
    const jumps = async (host: { jump?: string }, overrides: SshOverrides = {}): Promise<readonly string[]> =>
      (await route(text, { name: "n1", ...host }, overrides)).jumps.map(({ name }) => name);
    expect(await jumps({})).toEqual(["configured"]);
    expect(await jumps({ jump: "ops@gate:2222" })).toEqual(["gate"]);
    expect(await jumps({ jump: "gate" }, { jump: "named" })).toEqual(["named"]);
  });

  test("the first value of an option wins, and identity files accumulate", async () => {
    const text = `
# comment
Host n1 n2
  HostName %h.rack.example
  User fleet
  IdentityFile ~/.ssh/one
Host n? !n2
  Port 2222
  User late
  IdentityFile /keys/%r@%n:%p
Host *
  Port 22
  UserKnownHostsFile /kh/a "/kh/b c"
`;
    expect(await route(text, { name: "n1" })).toMatchObject({
      address: "n1.rack.example",
      port: 2222,
      user: "fleet",
      identityFiles: [join(homedir(), ".ssh", "one"), "/keys/fleet@n1:2222"],
      newKeysFile: "/kh/a",
      alias: "[n1]:2222",
    });
    expect((await route(text, { name: "n1" })).knownHostsFiles.slice(0, 2)).toEqual(["/kh/a", "/kh/b c"]);
    expect(await route(text, { name: "n2" })).toMatchObject({
      port: 22,
      identityFiles: [join(homedir(), ".ssh", "one")],
    });
    expect(await route(text, { name: "other" })).toMatchObject({
      address: "other",
      user: userInfo().username,
      port: 22,
    });
  });

  test("a host key is looked up by HostKeyAlias, else by the name; by the address only where it is the name", async () => {
    const alias = async (host: Parameters<typeof route>[1], text = "Host n1\n  HostName 10.0.0.1\n  Port 2222\n") =>
      (await route(text, host)).alias;
    expect(await alias({ name: "n1" })).toBe("[n1]:2222");
    expect(await alias({ name: "n1", address: "10.0.0.2", port: 22 })).toBe("n1");
    expect(await alias({ name: "n1" }, "Host n1\n  HostKeyAlias Rack7-n1\n  Port 2222\n")).toBe("rack7-n1");
    expect(await alias({ name: "10.0.0.1", port: 2222 })).toBe("[10.0.0.1]:2222");
    expect(await alias({ name: "10.0.0.1:2222", address: "10.0.0.1", port: 2222 })).toBe("[10.0.0.1]:2222");
  });

  test("the inventory takes precedence over the ssh configuration, which is matched by name and by address", async () => {
    const text = "Host 10.0.0.1\n  User byaddress\n  Port 23\nHost n1\n  HostName 10.9.9.9\n  Port 24\n";
    expect(await route(text, { name: "n1", address: "10.0.0.1" })).toMatchObject({
      address: "10.0.0.1",
      port: 24,
      user: "byaddress",
    });
    expect(await route(text, { name: "n1", address: "10.0.0.1", user: "u", port: 25 })).toMatchObject({
      port: 25,
      user: "u",
    });
  });

  test("jump hosts of the command line take precedence over those of the configuration", async () => {
    const text =
      "Host n1\n  ProxyJump ops@gate:2022,inner\nHost n2\n  ProxyJump none\nHost n3\n  ProxyCommand nc %h %p\n";
    const jumps = async (name: string, overrides?: SshOverrides) => (await route(text, { name }, overrides)).jumps;
    expect(await jumps("n1")).toEqual([
      { name: "gate", user: "ops", port: 2022 },
      { name: "inner", user: undefined, port: undefined },
    ]);
    expect(await jumps("n2")).toEqual([]);
    expect(await jumps("n2", { jump: "ssh://[::1]:22" })).toEqual([{ name: "::1", user: undefined, port: 22 }]);
    await expect(jumps("n3")).rejects.toThrow("n3: the ssh configuration sets ProxyCommand, which is not supported");
    await expect(jumps("n1", { jump: "a:b:c" })).rejects.toThrow("is no [user@]host[:port]");
  });

  test("Include is followed and does not change the current Host section", async () => {
    const file = configFile("Include more\nUser all\nHost n1\n  Include more\n  Port 2222\n", {
      more: "Host n9\n  User nine\n",
    });
    const router = await createRouter({ configFile: file });
    expect([router({ name: "n9" }).user, router({ name: "n1" }).port, router({ name: "n1" }).user]).toEqual([
      "nine",
      2222,
      "all",
    ]);
    const loop = configFile("Include config\n");
    await expect(createRouter({ configFile: loop })).rejects.toThrow(/include each other/);
  });

  test("Match exec never runs a program", async () => {
    const text = 'Match host n1 exec "touch /tmp/slipway-owned"\n  User evil\nMatch originalhost n1,n2\n  Port 2222\n';
    expect(await route(text, { name: "n1" })).toMatchObject({ port: 2222, user: userInfo().username });
  });

  test.each([
    ["Port 99999", /Port "99999"/],
    ["HostName %q", /the token %q/],
  ])("an ssh configuration is refused with %s", async (text, message) => {
    await expect(route(text, { name: "n1" })).rejects.toThrow(message);
  });

  test("a named configuration file that does not exist is refused; without any file the defaults hold", async () => {
    await expect(createRouter({ configFile: "/no/such/config" })).rejects.toThrow(
      "/no/such/config: there is no such ssh configuration file",
    );
    expect((await createRouter({ configFile: null }))({ name: "n1" }).address).toBe("n1");
  });

  test("StrictHostKeyChecking no is ignored", async () => {
    const plain = await route("", { name: "n1" });
    expect(await route("Host *\n  StrictHostKeyChecking no\n", { name: "n1" })).toEqual(plain);
  });
});
