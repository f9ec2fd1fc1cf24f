import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostsUnavailable, startHosts, type Host as RealHost, type HostFarm } from "@slipway/testkit/hosts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Connection, Host } from "@slipway/plugin-sdk";
import { sshTransport, type SshOptions } from "./transport.ts";

const reason = hostsUnavailable();

describe.skipIf(reason !== null)(`host keys of real hosts${reason === null ? "" : ` (${reason})`}`, () => {
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

  async function connect(host: Host, options: SshOptions = {}): Promise<Connection> {
    const transport = await sshTransport({ configFile: farm.sshConfigFile, agent: null, ...options });
    onTestFinished(() => transport.close());
    return transport.connect(host, new AbortController().signal);
  }
  const refusal = (host: Host, options?: SshOptions): Promise<string> =>
    connect(host, options).then(
      () => "let in",
      (error: Error) => error.message,
    );

  test("an unknown key is refused and named; accepted only when told to, and then written down", async () => {
    const knownHostsFiles = [join(dir, "new_known_hosts")];
    expect(await refusal({ name: "n1" }, { knownHostsFiles })).toMatch(
      /^host key of [\d.]+ is not known: it offers ssh-ed25519 SHA256:/,
    );
    const accepted: string[] = [];
    await connect(
      { name: "n1" },
      { knownHostsFiles, acceptNew: true, onAccepted: (...what) => accepted.push(what.join(" ")) },
    );
    expect(readFileSync(join(dir, "new_known_hosts"), "utf8")).toBe(`n1 ${node.hostKey()}\n`);
    expect(accepted).toHaveLength(1);
    await connect({ name: "n1" }, { knownHostsFiles });
  });

  test("a changed key is refused, with the line that knew it, also where new ones are accepted", async () => {
    const file = join(dir, "changed");
    writeFileSync(file, `# first line\nn1 ${gate.hostKey()}\n`);
    const expected = new RegExp(
      `^host key of ${node.address} has changed: it offers ssh-ed25519 SHA256:\\S+, known is ssh-ed25519 SHA256:\\S+ \\(${file}:2\\)$`,
    );
    expect(await refusal({ name: "n1" }, { knownHostsFiles: [file] })).toMatch(expected);
    expect(await refusal({ name: "n1" }, { knownHostsFiles: [file], acceptNew: true })).toMatch(expected);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(3);
  });

  test("does not take the key of another host that answers at the same address", async () => {
    const knownHostsFiles = [join(dir, "overlapping")];
    writeFileSync(knownHostsFiles[0] ?? "", `n1 ${node.hostKey()}\n${gate.address} ${gate.hostKey()}\n`);
    expect(await refusal({ name: "n1", address: gate.address }, { knownHostsFiles })).toMatch(/has changed/);
    expect(await refusal({ name: "n1", address: node.address }, { knownHostsFiles })).toBe("let in");
    const identityFiles = [farm.identityFile];
    expect(await refusal({ name: "n2", address: gate.address }, { knownHostsFiles, identityFiles })).toMatch(
      /is not known: the key that .*overlapping:2 lists for that address says nothing of n2; list it/,
    );
    expect(await refusal({ name: gate.address }, { knownHostsFiles, identityFiles })).toBe("let in");
  });

  test("keeps keys of two vendors' hosts of one name apart, and those behind a jump host", async () => {
    const knownHostsFiles = [join(dir, "vendors")];
    const accepting: SshOptions = { knownHostsFiles, acceptNew: true };
    const azure: Host = { name: "n1", vendor: "azure", address: node.address };
    const oci: Host = { name: "n1", vendor: "oci", address: gate.address };
    await connect(azure, accepting);
    await connect(oci, accepting);
    await connect({ name: "n1", address: noisy.address }, { ...accepting, jump: "gate" });
    expect(readFileSync(join(dir, "vendors"), "utf8").split("\n").slice(0, -1)).toEqual([
      `azure/direct/n1 ${node.hostKey()}`,
      `oci/direct/n1 ${gate.hostKey()}`,
      `gate ${gate.hostKey()}`,
      `-/gate/n1 ${noisy.hostKey()}`,
    ]);
    expect(await refusal({ ...oci, address: node.address }, accepting)).toMatch(/has changed/);
    expect(await refusal({ ...azure, address: node.address }, { knownHostsFiles })).toBe("let in");
  });

  test("says by which key and on which way a host was reached", async () => {
    const [, hash] = /SHA256:(\S+)/.exec(
      execFileSync("ssh-keygen", ["-l", "-f", "-"], { input: node.hostKey(), encoding: "utf8" }),
    ) ?? [""];
    expect((await connect({ name: "n1" })).reached).toEqual({ hostKey: `SHA256:${hash ?? ""}`, route: "direct" });
    expect((await connect({ name: "n1" }, { jump: "gate" })).reached).toEqual({
      hostKey: `SHA256:${hash ?? ""}`,
      route: "gate",
    });
  });

  test("a key of another type than the known ones is a change", async () => {
    const file = join(dir, "ecdsa");
    execFileSync("ssh-keygen", ["-q", "-t", "ecdsa", "-N", "", "-f", join(dir, "ecdsa_key")]);
    writeFileSync(file, `n1 ${readFileSync(join(dir, "ecdsa_key.pub"), "utf8")}`);
    expect(await refusal({ name: "n1" }, { knownHostsFiles: [file], acceptNew: true })).toMatch(
      /has changed: it has none of the known types any more, known is ecdsa-sha2-nistp256 SHA256:/,
    );
  });

  test("revoked keys and authorities are named", async () => {
    const file = join(dir, "marked");
    writeFileSync(file, `n1 ${node.hostKey()}\n@revoked * ${node.hostKey()}\n`);
    expect(await refusal({ name: "n1" }, { knownHostsFiles: [file], acceptNew: true })).toMatch(
      new RegExp(`is revoked: .* revoked at ${file}:2$`),
    );
    writeFileSync(file, `@cert-authority * ${node.hostKey()}\n`);
    expect(await refusal({ name: "n1" }, { knownHostsFiles: [file], acceptNew: true })).toMatch(
      /@cert-authority line .*:1, and host certificates are not checked/,
    );
  });

  test("hashed host names in known_hosts are matched", async () => {
    const file = join(dir, "hashed");
    writeFileSync(file, `n1 ${node.hostKey()}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
    expect(readFileSync(file, "utf8")).toMatch(/^\|1\|/);
    await connect({ name: "n1" }, { knownHostsFiles: [file] });
  });

  test("OpenSSH agrees with this client on every line of the test hosts' known_hosts", () => {
    expect(spawnSync("ssh", ["-F", farm.sshConfigFile, "n1", "true"]).status).toBe(0);
  });
});
