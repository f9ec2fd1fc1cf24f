import { startHosts } from "@slipway/testkit/hosts";
import { sshTransport } from "./index.ts";
import { wrappedArgv, shellCommand, quote } from "./program.ts";
import { writeBundle } from "./write-bundle.ts";
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
const farm = await startHosts(Array.from({ length: 64 }, (_, i) => ({ name: `n${String(i + 1).padStart(3, "0")}` })));
try {
  const t = await sshTransport({ configFile: farm.sshConfigFile, connectTimeoutMs: 30000 });
  // reach into clients
  const ssh2 = (await import("ssh2")).default;
  const made = [];
  const oc = ssh2.Client.prototype.connect;
  ssh2.Client.prototype.connect = function (...a) {
    made.push(this);
    return oc.apply(this, a);
  };
  const conns = await Promise.all(farm.hosts.map((h) => t.connect({ name: h.name }, new AbortController().signal)));
  const raw = (cmd) =>
    Promise.all(
      made.map(
        (c) =>
          new Promise((res, rej) =>
            c.exec(cmd, (e, ch) => {
              if (e) return rej(e);
              let n = 0;
              ch.on("data", (d) => (n += d.length));
              ch.stderr.resume();
              ch.on("close", () => (n > 0 ? res() : rej(new Error("none"))));
            }),
          ),
      ),
    );
  const cmd = { id: "boot-id", argv: ["cat", "/proc/sys/kernel/random/boot_id"], timeoutMs: 10000, usualSeconds: 1 };
  const wrapped = wrappedArgv(cmd, "abcdef");
  const inline = `set -- ${wrapped.slice(4).map(quote).join(" ")}\n${wrapped[2]}`;
  const arms = {
    plain: () => raw("cat /proc/sys/kernel/random/boot_id"),
    sh: () => raw("exec sh -c 'exec cat /proc/sys/kernel/random/boot_id'"),
    wrapped: () => raw(shellCommand(wrapped)),
    inline: () => raw(inline),
    ours: () => Promise.all(conns.map((c) => c.exec(cmd, { timeoutMs: 10000, maxBytes: 1 << 20 }))),
  };
  const times = {};
  const cpu = {};
  for (let i = 0; i < 15; i++)
    for (const [k, f] of Object.entries(arms)) {
      const c0 = process.cpuUsage();
      const a = performance.now();
      await f();
      (times[k] ??= []).push(performance.now() - a);
      const c = process.cpuUsage(c0);
      (cpu[k] ??= []).push((c.user + c.system) / 1000);
    }
  const med = (x) => x.sort((a, b) => a - b)[x.length >> 1].toFixed(0);
  for (const k in times)
    console.log(k.padEnd(8), "median", med(times[k]), "min", times[k][0].toFixed(0), "cpu", med(cpu[k]));
  t.close();
} finally {
  await farm.close();
}
