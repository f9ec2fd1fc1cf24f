import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProbeCommand, answerOf } from "@slipway/plugin-sdk";
import { fleetUser, hostsUnavailable, startHosts, type Host as RealHost, type HostFarm } from "@slipway/testkit/hosts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Connection, ExecOptions, Host } from "@slipway/plugin-sdk";
import { STUBBORN } from "./stubborn.ts";
import { sshTransport, type SshOptions } from "./transport.ts";

const reason = hostsUnavailable();
const sudoMissing = existsSync("/usr/bin/sudo") ? null : "needs sudo (apt-get install sudo)";
const agentMissing = existsSync("/usr/bin/ssh-agent") ? null : "needs openssh-client (apt-get install openssh-client)";
const because = (missing: string | null): string => (missing === null ? "" : ` (${missing})`);

describe.skipIf(reason !== null)(`ssh to real hosts${because(reason)}`, () => {
  let farm: HostFarm;
  let dir: string;
  let node: RealHost;
  let gate: RealHost;
  let noisy: RealHost;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "runner-"));
    const sudoers = { content: `${fleetUser.name} ALL=(ALL) NOPASSWD: ALL\nroot ALL=(ALL) ALL\n`, mode: 0o440 };
    const noise = 'echo "Welcome to $(hostname)"\necho "have fun" >&2\n';
    farm = await startHosts([
      {
        name: "n1",
        tools: {
          stubborn: { body: STUBBORN },
          flood: { body: "exec yes" },
          own127: { exitCode: 127, stderr: "mine\n" },
          slow: { stdout: "late\n", delayMs: 1500 },
          "nvidia-imex-ctl": { exitCode: 127, stderr: "imex says 127\n" },
        },
        files: { "/etc/sudoers": sudoers },
      },
      { name: "gate" },
      { name: "noisy", files: { "/root/.bashrc": noise, "/root/.bash_profile": noise } },
    ]);
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
  const asFleet = (): Promise<Connection> =>
    connect({ name: "n1", user: fleetUser.name }, { identityFiles: [farm.userIdentityFile] });
  const run = (connection: Connection, argv: readonly string[], options: Partial<ExecOptions> = {}) => {
    const command: ProbeCommand = { id: "x", argv, timeoutMs: 0, usualSeconds: 1 };
    return connection.exec(command, { timeoutMs: 15_000, maxBytes: 1 << 20, ...options });
  };
  const strays = (host: RealHost): string[] => host.processes().filter((line) => !/^(sshd:|\[sshd)/.test(line)); // one that ends shows its name alone

  test("hostile arguments arrive byte for byte; nothing of them is run", async () => {
    const words = [
      "$(touch /tmp/owned)",
      "`touch /tmp/owned`",
      ";touch /tmp/owned",
      "'",
      '"',
      "\\",
      "a b",
      "\n",
      "*",
      "",
      "é𝄞",
      "--",
    ];
    const result = await run(await connect({ name: "n1" }), ["printf", "%s|", ...words]);
    expect(answerOf(result.stdout)).toBe(words.map((word) => `${word}|`).join(""));
    expect(result).toMatchObject({ exitCode: 0, startError: null, stderr: Buffer.alloc(0) });
    expect(answerOf((await run(await connect({ name: "n1" }), ["ls", "/tmp"])).stdout)).toBe("");
  });

  test("a hostile host name is looked up and nothing else", async () => {
    const owned = join(dir, "owned");
    const name = `evil;$(touch ${owned})`;
    expect(await refusal({ name })).toContain(`the name ${name} does not resolve`);
    expect(existsSync(owned)).toBe(false);
  });

  test("exit code 127 of a tool is kept as its own; a missing tool is not-found", async () => {
    const connection = await connect({ name: "n1" });
    const bare = await connect({ name: "gate" });
    expect(await run(connection, ["own127"])).toMatchObject({
      exitCode: 127,
      startError: null,
      stderr: Buffer.from("mine\n"),
    });
    expect(await run(connection, ["nvidia-imex-ctl", "-q"])).toMatchObject({ exitCode: 127, startError: null });
    expect(await run(bare, ["nvidia-imex-ctl", "-q"])).toMatchObject({ exitCode: null, startError: "not-found" });
    expect(await run(bare, ["/etc/passwd"])).toMatchObject({ exitCode: null, startError: "permission" });
  });

  test("text that a login shell prints is not part of the evidence", async () => {
    const result = await run(await connect({ name: "noisy" }), ["sh", "-c", "echo out; echo err >&2"]);
    expect([answerOf(result.stdout), answerOf(result.stderr)]).toEqual(["out\n", "err\n"]);
    expect(strays(noisy)).toEqual([]);
  });

  test.each([["root"], [fleetUser.name]])(
    "a timeout leaves no process of a probe that ignores TERM, as %s",
    async (user) => {
      const connection = user === "root" ? await connect({ name: "n1" }) : await asFleet();
      const result = await run(connection, ["stubborn"], { timeoutMs: 700 });
      expect(result).toMatchObject({
        timedOut: true,
        exitCode: null,
        startError: null,
        stdout: Buffer.from("forked\n"),
      });
      expect(result.left).toBeUndefined();
      expect(strays(node)).toEqual([]);
      expect(await run(connection, ["echo", "still there"])).toMatchObject({ exitCode: 0 });
    },
  );

  test.skipIf(sudoMissing !== null)(
    `a timeout leaves no process under sudo either${because(sudoMissing)}`,
    async () => {
      const connection = await asFleet();
      expect(await run(connection, ["id", "-u"], { sudo: true })).toMatchObject({
        argv: ["sudo", "-n", "id", "-u"],
        exitCode: 0,
        stdout: Buffer.from("0\n"),
      });
      expect(await run(connection, ["no-such-tool"], { sudo: true })).toMatchObject({ startError: "not-found" });
      expect(await run(connection, ["own127"], { sudo: true })).toMatchObject({ startError: null, exitCode: 127 });
      const result = await run(connection, ["stubborn"], { sudo: true, timeoutMs: 700 });
      expect(result).toMatchObject({ timedOut: true });
      expect(result.left).toBeUndefined();
      expect(strays(node)).toEqual([]);
    },
  );

  test("output over the size limit is cut and the program ended", async () => {
    const result = await run(await connect({ name: "n1" }), ["flood"], { maxBytes: 100_000 });
    expect(result).toMatchObject({ truncated: true, timedOut: false });
    expect(result.stdout).toHaveLength(100_000);
    expect(strays(node)).toEqual([]);
  });

  test("a host is reached through a jump host, whose own key is checked as well", async () => {
    const connection = await connect({ name: "n1" }, { jump: "gate" });
    expect(answerOf((await run(connection, ["sh", "-c", "echo $SSH_CONNECTION; hostname"])).stdout)).toMatch(
      new RegExp(`^${gate.address} .*\nn1\n$`),
    );
    const file = join(dir, "jump");
    writeFileSync(file, `gate ${node.hostKey()}\nn1 ${node.hostKey()}\n`);
    expect(await refusal({ name: "n1" }, { jump: "gate", knownHostsFiles: [file] })).toMatch(
      /^jump host gate: host key of [\d.]+ has changed/,
    );
    expect(await refusal({ name: "n1", address: "10.77.255.254" }, { jump: "gate", connectTimeoutMs: 5000 })).toMatch(
      /the jump host cannot reach|does not answer/,
    );
  });

  test("a refused user key is reported as the reason, an encrypted one with a hint", async () => {
    expect(await refusal({ name: "n1" }, { identityFiles: [farm.userIdentityFile] })).toMatch(
      /lets root in with none of the keys tried/,
    );
    const file = join(dir, "encrypted");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "secret words", "-f", file]);
    expect(await refusal({ name: "n1" }, { identityFiles: [file] })).toBe(
      `no key to log in as root with: ${file}: is encrypted; add it to an ssh-agent (ssh-add)`,
    );
    await expect(sshTransport({ identityFiles: [join(dir, "none")] })).rejects.toThrow(/there is no such key file/);
  });

  test.skipIf(agentMissing !== null)(`keys of an ssh agent are used${because(agentMissing)}`, async () => {
    const socket = join(dir, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
    await once(agent.stdout, "data");
    onTestFinished(() => void agent.kill());
    execFileSync("ssh-add", ["-q", farm.identityFile], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      stdio: "ignore",
    });
    const connection = await connect(
      { name: "n1", address: node.address, user: "root" },
      { configFile: null, knownHostsFiles: [farm.knownHostsFile], agent: socket },
    );
    expect(await run(connection, ["true"])).toMatchObject({ exitCode: 0 });
  });

  test("a login shell that hangs is given up, and never runs the probe afterwards", async () => {
    const connection = await asFleet();
    await run(connection, ["sh", "-c", "echo 'sleep 4400' >.bashrc"]);
    const root = await connect({ name: "n1" });
    onTestFinished(async () => void (await run(root, ["rm", "-f", `${fleetUser.home}/.bashrc`])));
    const result = await run(connection, ["touch", "/tmp/ran-late"], { timeoutMs: 500 });
    expect(result).toMatchObject({ timedOut: true, left: "unknown" });
    await expect.poll(() => strays(node), { timeout: 3000 }).toEqual([]);
    expect((await run(root, ["test", "-e", "/tmp/ran-late"])).exitCode).toBe(1);
  }, 40_000);
});
