import type { FakeTool, HostSpec } from "@slipway/testkit/hosts";
import type { Captures, Synthesized } from "@slipway/synth";

const OUTPUT = "/opt/probe-output";
/** What the probe runs where the generator's recorded command is another (an MPI launcher). */
const PROGRAM: Readonly<Record<string, { program: string; args: string }>> = {
  "nccl-allreduce": { program: "all_reduce_perf", args: "*" },
};

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A real ssh host that answers every probe as the generator says, through fake tools and files. */
export function gpuHost({ node, captures }: Synthesized): HostSpec {
  const files: Record<string, string | Uint8Array> = {
    ...sysfs(captures),
    ...dmi(captures),
    "/etc/nvidia-imex/nodes_config.cfg": captures["imex-nodes"]?.stdout ?? "",
    "/etc/hosts": hostsFile(captures),
    "/etc/nsswitch.conf": "hosts: files\n",
    "/proc/cmdline": captures["cmdline"]?.stdout ?? "",
    "/var/lib/hyperv/.kvp_pool_3": kvpPool(captures["hyperv-kvp"]?.stdout ?? ""),
  };
  const branches = new Map<string, string[]>();
  for (const [probe, { argv, stdout, stderr, exitCode }] of Object.entries(captures)) {
    const program = PROGRAM[probe]?.program ?? argv[0] ?? "";
    if (program === "cat" || program === "slipway-probe") continue;
    files[`${OUTPUT}/${probe}.out`] = stdout;
    files[`${OUTPUT}/${probe}.err`] = stderr;
    const pattern = PROGRAM[probe]?.args ?? quote(argv.slice(1).join(" "));
    branches.set(program, [
      ...(branches.get(program) ?? []),
      `${pattern}) cat ${OUTPUT}/${probe}.out; cat ${OUTPUT}/${probe}.err >&2; exit ${String(exitCode ?? 1)} ;;`,
    ]);
  }
  const tools = Object.fromEntries(
    [...branches].map(([program, own]): [string, FakeTool] => [
      program,
      { body: `case "$*" in\n${own.join("\n")}\n*) echo "no answer for: $*" >&2; exit 64 ;;\nesac\n` },
    ]),
  );
  return { name: node.name, tools, files };
}

function sysfs(captures: Captures): Record<string, string> {
  const text = captures["ib-sysfs"]?.stdout ?? "";
  return Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf(":")), `${line.slice(line.indexOf(":") + 1)}\n`]),
  );
}

function dmi(captures: Captures): Record<string, string> {
  const text = captures["dmi"]?.stdout ?? "";
  return Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [
        `/sys/class/dmi/id/${line.slice(0, line.indexOf(":"))}`,
        `${line.slice(line.indexOf(":") + 1)}\n`,
      ]),
  );
}

/** Only names that resolve; the others are what `getent` then cannot find. */
function hostsFile(captures: Captures): string {
  const rows = (captures["imex-resolve"]?.stdout ?? "").split("\n").map((line) => line.split("\t"));
  const known = rows.flatMap(([name = "", addresses = ""]) =>
    name === "" || addresses.startsWith("!") ? [] : addresses.split(" ").map((address) => `${address} ${name}\n`),
  );
  return `127.0.0.1 localhost\n${known.join("")}`;
}

/** Hyper-V's own format: records of 512 bytes key and 2048 bytes value. */
function kvpPool(text: string): Uint8Array {
  const rows = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
  const pool = Buffer.alloc(rows.length * 2560);
  rows.forEach(([key = "", value = ""], index) => {
    pool.write(key, index * 2560);
    pool.write(value, index * 2560 + 512);
  });
  return pool;
}
