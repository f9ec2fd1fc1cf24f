import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetUser, hostsUnavailable, startHosts, type Host, type HostFarm, type HostSpec } from "./index.ts";

const reason =
  hostsUnavailable() ?? (existsSync("/usr/bin/ssh") ? null : "needs openssh-client (apt-get install openssh-client)");

const hostile = Buffer.concat([
  Buffer.from("$(touch /tmp/owned) `id` %s \\0 '\"; exit 9\n\u001b[2J\r é 𝄞 \0 after nul\n--\n"),
  Buffer.from([0xff, 0xfe, 0x80, 0x0a]),
  Buffer.from("no newline at the end"),
]);

const mlx = "/sys/devices/pci0000:a0/0000:a1:00.0/infiniband/mlx5_0";

const specs: readonly HostSpec[] = [
  {
    name: "gb300-r12-t01",
    tools: {
      hostile: { stdout: hostile, stderr: "to stderr\n", exitCode: 226 },
      slow: { stdout: "late\n", delayMs: 300 },
      stubborn: { body: "trap '' TERM\nsleep 4421 &\nsleep 4422 &\necho forked\nwait" },
    },
    files: {
      "/etc/nvidia-imex/nodes_config.cfg": "gb300-r12-t01\n$(reboot)\n",
      "/etc/hosts": "127.0.0.1 localhost\n10.0.0.7 gb300-r12-t07\n",
      "/var/lib/hyperv/.kvp_pool_3": `PhysicalHostName${"\0".repeat(496)}host-é${"\0".repeat(2041)}`,
      "/proc/cmdline": "BOOT_IMAGE=/vmlinuz iommu.passthrough=1\n",
      [`${mlx}/ports/1/rate`]: "800 Gb/sec (4X XDR)\n",
      "/sys/class/infiniband/mlx5_0": { linkTo: "../../devices/pci0000:a0/0000:a1:00.0/infiniband/mlx5_0" },
      "/sys/class/dmi/id/product_serial": { content: "SN-1\n", mode: 0o400 },
    },
  },
  { name: "t02" },
  { name: "root-only", loginUser: "root" },
];

interface Answer {
  code: number;
  stdout: Buffer;
  stderr: string;
}

function ssh(farm: HostFarm, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile("ssh", ["-F", farm.sshConfigFile, ...args], { encoding: "buffer" }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr: stderr.toString() });
    });
  });
}

const asFleet = (farm: HostFarm): string[] => ["-i", farm.userIdentityFile, "-l", fleetUser.name];

async function says(farm: HostFarm, host: Host, command: string): Promise<string> {
  const { code, stdout, stderr } = await ssh(farm, [host.name, command]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.toString();
}

/** Everything of this process's farms that can be seen on the machine. */
function traces(): string[] {
  const mine = `sw${process.pid.toString(36).padStart(5, "0")}`;
  const folders = ["/run/netns", "/sys/class/net", "/run/slipway-hosts"].filter((folder) => existsSync(folder));
  const names = folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.startsWith(mine));
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return [...names, ...mounts.filter((line) => line.includes(`/run/slipway-hosts/${mine}`))];
}

function processesNamed(text: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      const commandLine = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") : "";
      return commandLine.includes(text) ? [commandLine] : [];
    } catch {
      return [];
    }
  });
}

async function greeted(host: Host): Promise<Socket> {
  const socket = connect(host.port, host.address);
  await once(socket, "data");
  return socket;
}

describe.skipIf(reason !== null)(`real ssh hosts${reason === null ? "" : ` (${reason})`}`, () => {
  let farm: HostFarm;
  let first: Host;
  let second: Host;

  beforeAll(async () => {
    farm = await startHosts(specs);
    [first, second] = farm.hosts as [Host, Host];
  });

  afterAll(async () => {
    await farm.close();
    expect(traces()).toEqual([]);
    expect(processesNamed("sleep 4421")).toEqual([]);
  });

  test("root and the fleet user log in, each by their own key, with host keys checked", async () => {
    expect(await says(farm, first, "id -un; hostname; pwd")).toBe("root\ngb300-r12-t01\n/root\n");
    const fleet = await ssh(farm, [...asFleet(farm), first.name, "id -un; pwd; touch mine && ls"]);
    expect(fleet.stdout.toString()).toBe("fleet\n/home/fleet\nmine\n");
    const refusal = /Permission denied/;
    expect((await ssh(farm, ["-o", "IdentityFile=none", "-l", "fleet", first.name, "true"])).stderr).toMatch(refusal);
    expect((await ssh(farm, [...asFleet(farm), "root-only", "true"])).stderr).toMatch(refusal);
  });

  test("a fake tool's bytes, streams and exit code arrive as given", async () => {
    const { code, stdout, stderr } = await ssh(farm, [first.name, "hostile"]);
    expect({ code, stderr }).toEqual({ code: 226, stderr: "to stderr\n" });
    expect(stdout.equals(hostile)).toBe(true);
    expect(await says(farm, first, "command -v hostile; ls /tmp")).toBe("/usr/local/bin/hostile\n");
    expect((await ssh(farm, [second.name, "hostile"])).code).toBe(127);
    const start = performance.now();
    expect(await says(farm, first, "slow")).toBe("late\n");
    expect(performance.now() - start).toBeGreaterThan(300);
  });

  test("a tool can be replaced and taken away while the host runs", async () => {
    second.setTool("dcgmi", { stdout: "one\n" });
    expect(await says(farm, second, "dcgmi")).toBe("one\n");
    second.setTool("dcgmi", { stdout: "two\n", exitCode: 0 });
    expect(await says(farm, second, "dcgmi")).toBe("two\n");
    second.setTool("dcgmi", null);
    expect((await ssh(farm, [second.name, "dcgmi"])).code).toBe(127);
  });

  test("files appear on the disk, in /sys and in /proc of that host alone", async () => {
    expect(await says(farm, first, "cat /etc/nvidia-imex/nodes_config.cfg")).toBe("gb300-r12-t01\n$(reboot)\n");
    expect(await says(farm, first, "wc -c </var/lib/hyperv/.kvp_pool_3")).toBe("2560\n");
    expect(await says(farm, first, "getent ahostsv4 gb300-r12-t07 | head -n 1")).toMatch(/^10\.0\.0\.7 /);
    expect(await says(farm, first, "cat /proc/cmdline")).toContain("iommu.passthrough=1");
    const rate = "cd -P /sys/class/infiniband/mlx5_0 && pwd && cat ports/1/rate";
    expect(await says(farm, first, rate)).toBe(`${mlx}\n800 Gb/sec (4X XDR)\n`);
    expect(await says(farm, first, "cat /sys/class/dmi/id/product_serial; ls /sys/class/net")).toBe("SN-1\neth0\nlo\n");
    const unreadable = await ssh(farm, [...asFleet(farm), first.name, "cat /sys/class/dmi/id/product_serial"]);
    expect(unreadable.stderr).toContain("Permission denied");
    expect((await ssh(farm, [second.name, "ls /etc/nvidia-imex/nodes_config.cfg"])).code).not.toBe(0);
    await says(farm, second, "echo spoiled >/etc/slipway-host-test");
    expect(existsSync("/etc/slipway-host-test")).toBe(false);
  });

  test("a power cut ends every process, answers nobody, and keeps the disk", async () => {
    const earlier = first.bootId();
    expect(
      await says(farm, first, "cat /proc/sys/kernel/random/boot_id; echo kept >/etc/kept; echo gone >/run/gone"),
    ).toBe(`${earlier}\n`);
    const session = ssh(farm, ["-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1", first.name, "stubborn"]);
    await expect.poll(() => first.processes()).toContain("sleep 4421");
    const socket = await greeted(first);
    let heard = "";
    for (const event of ["data", "end", "error"]) socket.on(event, () => (heard += event));

    await first.powerOff();
    expect(first.processes()).toEqual([]);
    expect(processesNamed("sleep 4421")).toEqual([]);
    const start = performance.now();
    expect((await ssh(farm, ["-o", "ConnectTimeout=2", first.name, "true"])).stderr).toMatch(/timed out/);
    expect(performance.now() - start).toBeGreaterThan(1900);
    expect(heard).toBe("");
    expect((await session).code).toBe(255);

    await first.powerOn();
    expect(first.bootId()).not.toBe(earlier);
    expect(
      await says(
        farm,
        first,
        "cat /proc/sys/kernel/random/boot_id /etc/kept; ls /run/gone 2>&1 | wc -l; hostile 2>/dev/null | wc -c",
      ),
    ).toBe(`${first.bootId()}\nkept\n1\n${hostile.length}\n`);
    socket.write("anyone?\r\n");
    await expect.poll(() => heard).toBe("error");
  });

  test("a reboot gives a new boot id and a young uptime; acts on one host wait for each other", async () => {
    const seen = new Set([second.bootId()]);
    await Promise.all([second.reboot(), second.powerOn(), second.powerOff(), second.powerOff(), second.powerOn()]);
    seen.add(second.bootId());
    expect(seen.size).toBe(2);
    const [boot, uptime] = (await says(farm, second, "cat /proc/sys/kernel/random/boot_id /proc/uptime")).split("\n");
    expect(boot).toBe(second.bootId());
    if (existsSync("/proc/self/ns/time")) expect(Number(uptime?.split(" ")[0])).toBeLessThan(15);
  });

  test("a host brought down from inside is off, and can be powered on", async () => {
    await ssh(farm, [second.name, "kill -TERM 1"]);
    await expect.poll(() => second.processes()).toEqual([]);
    await second.powerOff();
    expect((await ssh(farm, ["-o", "ConnectTimeout=1", second.name, "true"])).stderr).toMatch(/timed out/);
    await second.powerOn();
    expect(await says(farm, second, "hostname")).toBe("t02\n");
  });

  test("a replaced host key is refused by the old known_hosts, within the same boot", async () => {
    const [earlier, key] = [second.bootId(), second.hostKey()];
    await second.replaceHostKey();
    expect(second.bootId()).toBe(earlier);
    expect(second.hostKey()).not.toBe(key);
    expect((await ssh(farm, [second.name, "true"])).stderr).toContain("Host key verification failed");
    const scanned = await new Promise<string>((resolve) => {
      execFile("ssh-keyscan", ["-t", "ed25519", second.address], (_, stdout) => resolve(stdout));
    });
    expect(scanned).toContain(second.hostKey());
  });

  test("two farms at once are strangers, and closing one leaves the other", async () => {
    const other = await startHosts([{ name: "gb300-r12-t01", tools: { who: { stdout: "the other\n" } } }]);
    const [stranger] = other.hosts as [Host];
    expect(farm.hosts.map((host) => host.address)).not.toContain(stranger.address);
    expect(await says(other, stranger, "who")).toBe("the other\n");
    await Promise.all([other.close(), other.close()]);
    await expect(stranger.powerOn()).rejects.toThrow("closed");
    expect(await says(farm, first, "hostname")).toBe("gb300-r12-t01\n");
  });

  test("a start that fails leaves nothing behind", async () => {
    const before = traces();
    await expect(startHosts([{ name: "ok" }, { name: "bad", files: { "/proc/no-such/file": "" } }])).rejects.toThrow(
      "/proc/no-such",
    );
    expect(traces()).toEqual(before);
  });

  test("a farm whose process was killed dies with it and is cleared away at the next start", async () => {
    const code = `import { startHosts } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
      const farm = await startHosts([{ name: "orphan" }], { prefix: "orph" });
      console.log(farm.dir);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const dir = said.toString().trim();
    expect(processesNamed(dir)).toHaveLength(1);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => processesNamed(dir)).toEqual([]);
    expect(existsSync(dir)).toBe(true);
    await using next = await startHosts([{ name: "next" }]);
    expect(next.hosts).toHaveLength(1);
    expect(existsSync(dir)).toBe(false);
    expect(readdirSync("/run/netns").filter((name) => name.startsWith("orph"))).toEqual([]);
  });
});
