import { startHosts } from "@slipway/testkit/hosts";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
const farm = await startHosts(Array.from({ length: 64 }, (_, i) => ({ name: `n${String(i + 1).padStart(3, "0")}` })));
try {
  writeFileSync("/tmp/rt/hosts", farm.hosts.map((h) => h.name).join("\n") + "\n");
  const cfg = "/tmp/rt/ssh_config";
  writeFileSync(
    cfg,
    readFileSync(farm.sshConfigFile, "utf8") + "  KexAlgorithms curve25519-sha256\n  ConnectTimeout 30\n",
  );
  const warm = "/tmp/rt/ssh_config_warm";
  writeFileSync(
    warm,
    readFileSync(cfg, "utf8") + "  ControlMaster auto\n  ControlPath /tmp/rt/cm-%h\n  ControlPersist 60\n",
  );
  const t = (f) => {
    const a = performance.now();
    f();
    return Math.round(performance.now() - a);
  };
  const pdsh = (c) => {
    const r = spawnSync(
      "pdsh",
      [
        "-R",
        "ssh",
        "-f",
        "64",
        "-w",
        farm.hosts.map((h) => h.name).join(","),
        "cat",
        "/proc/sys/kernel/random/boot_id",
      ],
      { env: { ...process.env, PDSH_SSH_ARGS_APPEND: `-F ${c}` }, encoding: "utf8" },
    );
    const n = r.stdout.trim().split("\n").length;
    if (n !== 64) console.log("pdsh", n, r.stderr.slice(0, 300));
  };
  const ours = (r) => {
    const x = spawnSync(
      "node",
      ["packages/runner/src/zz-cold.mjs", cfg, "/tmp/rt/hosts", "/tmp/rt/bench-out", ...(r ? [r] : [])],
      { encoding: "utf8", env: { ...process.env, NODE_COMPILE_CACHE: "/tmp/rt/cc" } },
    );
    if (x.stdout || x.stderr) console.log(x.stdout, x.stderr.slice(0, 500));
  };
  ours();
  for (let i = 0; i < 5; i++)
    console.log(
      "cold ours",
      t(() => ours()),
      "pdsh",
      t(() => pdsh(cfg)),
    );
  pdsh(warm);
  console.log(
    "warm pdsh",
    [1, 2, 3, 4, 5].map(() => t(() => pdsh(warm))),
  );
  ours("6");
  if (process.argv[2] === "prof")
    execFileSync(
      "node",
      [
        "--cpu-prof",
        "--cpu-prof-dir=/tmp/rt/prof",
        "packages/runner/src/zz-cold.mjs",
        cfg,
        "/tmp/rt/hosts",
        "/tmp/rt/bench-out",
        "40",
      ],
      { stdio: "ignore" },
    );
  for (const h of farm.hosts) spawnSync("ssh", ["-F", warm, "-O", "exit", h.name], { stdio: "ignore" });
} finally {
  await farm.close();
}
