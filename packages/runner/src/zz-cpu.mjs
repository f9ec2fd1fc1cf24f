import { startHosts } from "@slipway/testkit/hosts";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync, rmSync } from "node:fs";
const farm = await startHosts(Array.from({ length: 64 }, (_, i) => ({ name: `n${String(i + 1).padStart(3, "0")}` })));
try {
  writeFileSync("/tmp/rt/hosts", farm.hosts.map((h) => h.name).join("\n") + "\n");
  const cfg = "/tmp/rt/ssh_config";
  writeFileSync(
    cfg,
    readFileSync(farm.sshConfigFile, "utf8") + "  KexAlgorithms curve25519-sha256\n  ConnectTimeout 30\n",
  );
  const env = { ...process.env, NODE_COMPILE_CACHE: "/tmp/rt/cc", PDSH_SSH_ARGS_APPEND: `-F ${cfg}` };
  for (let i = 0; i < 4; i++)
    for (const [n, c] of [
      ["ours", `node packages/runner/src/zz-cold.mjs ${cfg} /tmp/rt/hosts /tmp/rt/bench-out`],
      ["pdsh", `pdsh -R ssh -f 64 -w ^/tmp/rt/hosts cat /proc/sys/kernel/random/boot_id >/dev/null`],
    ]) {
      const r = spawnSync("bash", ["-c", `TIMEFORMAT='%R real %U user %S sys'; time ${c}`], { env, encoding: "utf8" });
      console.log(n, r.stderr.trim());
    }
  rmSync("/tmp/rt/prof", { recursive: true, force: true });
  spawnSync(
    "node",
    [
      "--cpu-prof",
      "--cpu-prof-dir=/tmp/rt/prof",
      "packages/runner/src/zz-cold.mjs",
      cfg,
      "/tmp/rt/hosts",
      "/tmp/rt/bench-out",
    ],
    { env, stdio: "inherit" },
  );
} finally {
  await farm.close();
}
const fs = await import("node:fs");
const f = fs.readdirSync("/tmp/rt/prof")[0];
const p = JSON.parse(fs.readFileSync("/tmp/rt/prof/" + f));
const self = new Map();
const dt = p.timeDeltas;
const byId = new Map(p.nodes.map((n) => [n.id, n]));
p.samples.forEach((s, i) => {
  const n = byId.get(s);
  const k =
    n.callFrame.functionName + " " + n.callFrame.url.split("/").slice(-2).join("/") + ":" + n.callFrame.lineNumber;
  self.set(k, (self.get(k) ?? 0) + dt[i] / 1000);
});
console.log(
  [...self]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 28)
    .map(([k, v]) => v.toFixed(1).padStart(7) + " " + k)
    .join("\n"),
);
