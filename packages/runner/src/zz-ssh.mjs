import { startHosts } from "@slipway/testkit/hosts";
import { collect, sshTransport } from "./index.ts";
import { probes } from "@slipway/plugin-sdk";
const farm = await startHosts([
  {
    name: "t01",
    tools: {
      own127: { exitCode: 127, stderr: "mine\n" },
      badint: { body: "#!/nonexist/x\n" },
      stubborn: {
        body: "trap '' TERM\nsleep 4321 &\nsetsid sh -c \"trap '' TERM; sleep 4322 & wait\" &\n(while :; do sleep 0.01; done) &\necho forked\nwait",
      },
      flood: { body: "exec yes" },
      bg: { body: "sleep 4444 &\necho done" },
    },
  },
]);
try {
  for (const user of ["root", "fleet"]) {
    const t = await sshTransport({
      configFile: farm.sshConfigFile,
      user,
      ...(user === "fleet" ? { identityFiles: [farm.userIdentityFile] } : {}),
    });
    const host = user === "root" ? { name: "t01" } : { name: "t01", user: "fleet" };
    const c = await t.connect(host, new AbortController().signal);
    const run = async (argv, o = {}) => {
      const r = await c.exec(
        { id: "x", argv, timeoutMs: 800, usualSeconds: 1, ...o },
        { timeoutMs: 1500, maxBytes: 1 << 20, ...o },
      );
      console.log(
        user,
        argv.join(" ").slice(0, 60),
        JSON.stringify({ ...r, stdout: r.stdout.toString().slice(0, 80), stderr: r.stderr.toString().slice(0, 200) }),
      );
    };
    await run(["cat", "/proc/sys/kernel/random/boot_id"]);
    await run(["own127"]);
    await run(["nope"]);
    await run(["/etc/passwd"]);
    await run(["badint"]);
    await run(["printf", "%s|", "a b", "'q'", "$(id)", "\\n", "é\n"]);
    await run(["slipway-probe", "x", "A'1"], { program: 'printf "%s %s\\n" "$0" "$1"; exit 3\n' });
    await run(["slipway-probe", "x"], { program: "exit 127\n" });
    const t0 = performance.now();
    await run(["stubborn"]);
    console.log((performance.now() - t0).toFixed());
    console.log(farm.hosts[0].processes());
    await run(["flood"]);
    await run(["bg"]);
    console.log(farm.hosts[0].processes());
    c.close();
    t.close();
  }
} finally {
  await farm.close();
}
