import { accessSync, constants, existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { styleText } from "node:util";
import { loadChecks } from "@slipway/catalog";
import { doctorDocument, jsonLine } from "@slipway/queries";
import type { Command } from "commander";

/** Something a feature needs of this machine. */
interface Need {
  readonly feature: string;
  readonly need: string;
  readonly met: boolean;
  /** What to do when it is not met. */
  readonly remedy: string;
}

export function add(program: Command): void {
  program
    .command("doctor")
    .description("say what this machine lacks for which feature")
    .option("--json", "one document a need")
    .action(async ({ json }: { json?: boolean }) => {
      const needs = [...sshNeeds(), ...(await probeNeeds()), ...testNeeds()];
      if (json === true) for (const need of needs) process.stdout.write(jsonLine(doctorDocument, need));
      else process.stdout.write(table(needs));
    });
}

/** Whether a program of that name can be run from PATH. */
function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function sshNeeds(): Need[] {
  const feature = "collect over ssh";
  const home = join(homedir(), ".ssh");
  const agent = process.env["SSH_AUTH_SOCK"];
  const key = ["id_ed25519", "id_ecdsa", "id_rsa"].some((name) => existsSync(join(home, name)));
  return [
    {
      feature,
      need: "an ssh agent or a key file",
      met: (agent !== undefined && existsSync(agent)) || key,
      remedy: "start ssh-agent, or give --identity FILE",
    },
    {
      feature,
      need: "a known_hosts file",
      met: existsSync(join(home, "known_hosts")),
      remedy: "give --known-hosts FILE, or --accept-new for hosts seen for the first time",
    },
  ];
}

async function probeNeeds(): Promise<Need[]> {
  const checks = await loadChecks();
  const programs = new Map<string, Set<string>>();
  for (const check of checks.values()) {
    for (const { probe, optional } of check.probes) {
      for (const { argv, program } of probe.commands({})) {
        const [name = ""] = argv;
        if (program === undefined && optional !== true)
          programs.set(name, (programs.get(name) ?? new Set()).add(check.id));
      }
    }
  }
  return [...programs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([program, ids]) => ({
      feature: "judge this machine",
      need: `${program} (${[...ids].join(", ")})`,
      met: onPath(program),
      remedy: "without it these checks are inconclusive on this machine",
    }));
}

function testNeeds(): Need[] {
  const root = process.getuid?.() === 0;
  const tool = (feature: string, name: string, apt: string): Need => ({
    feature,
    need: name,
    met: onPath(name),
    remedy: `apt-get install ${apt}`,
  });
  return [
    {
      feature: "tests on real ssh hosts",
      need: "root (network namespaces)",
      met: root,
      remedy: "run the suite as root; it is skipped otherwise",
    },
    tool("tests on real ssh hosts", "sshd", "openssh-server"),
    tool("tests on real ssh hosts", "ip", "iproute2"),
    tool("tests on real ssh hosts", "unshare", "util-linux"),
    tool("bench against other fan-out tools", "pdsh", "pdsh"),
    tool("bench against other fan-out tools", "clush", "clustershell"),
    tool("bench against other fan-out tools", "ansible", "ansible-core"),
  ];
}

function table(needs: readonly Need[]): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream: process.stdout });
  const width = Math.max(...needs.map(({ need }) => need.length));
  const groups = [...Map.groupBy(needs, ({ feature }) => feature)];
  const line = ({ need, met, remedy }: Need): string => {
    const state = met ? paint("green", "ok     ") : paint("yellow", "missing");
    return `  ${state}  ${need.padEnd(width)}  ${met ? "" : remedy}`.trimEnd();
  };
  return groups.map(([feature, own]) => `${paint("bold", feature)}\n${own.map(line).join("\n")}\n`).join("\n");
}
