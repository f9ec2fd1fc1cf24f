import { inlineReader } from "@slipway/evidence";
import { commandProbe, type Connection, type ExecResult, type ProbeCommand } from "@slipway/plugin-sdk";
import { nvidiaSmi } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { gather, type Target } from "./gather.ts";
import { DEFAULT_LIMITS } from "./parts.ts";
import { execResult } from "@slipway/testkit";

const load = commandProbe("Loads the GPUs", {
  id: "load",
  argv: ["load"],
  timeoutMs: 1_000,
  usualSeconds: 1,
  disruptive: true,
});

/** What a test says of nvidia-smi's run; its output alone where it ended well. */
type Smi = string | (Partial<Omit<ExecResult, "stdout">> & { readonly stdout: string });

function resultOf({ argv, id }: ProbeCommand, smi: Smi): ExecResult {
  const { stdout, ...record } =
    id === "nvidia-smi" ? (typeof smi === "string" ? { stdout: smi } : smi) : { stdout: "" };
  return execResult(stdout, { argv: [...argv], ...record });
}

const reader = inlineReader(() => {
  throw new TypeError("nothing is judged here");
});

/** A node that is reached by this connection. */
const nodeOf = (connection: Connection): Target => ({
  adapter: { transport: { connect: () => Promise.resolve(connection), close: () => undefined } },
  host: { name: "n1" },
  limits: DEFAULT_LIMITS,
  reader,
  signal: new AbortController().signal,
  budget: { left: 1_000, memory: 1_000, newFile: () => "" },
});

/** Gathers from a node whose nvidia-smi printed this. */
async function gathered(smi: Smi): Promise<{ ran: boolean; inUse: string | undefined; why: string | undefined }> {
  const asked: string[] = [];
  const connection: Connection = {
    lost: undefined,
    exec: (command) => {
      asked.push(command.id);
      return Promise.resolve(resultOf(command, smi));
    },
    close: () => undefined,
  };
  const node = nodeOf(connection);
  const { inUse, outputs } = await gather(node, [load], {});
  const { startError } = (outputs.get("load")?.record ?? {}) as { readonly startError?: string | null };
  return { ran: asked.includes("load"), inUse, why: startError ?? undefined };
}

describe("a node whose key or way is refused", () => {
  it("is asked nothing", async () => {
    const asked: string[] = [];
    const reached = { hostKey: "SHA256:x", route: "direct" };
    const exec: Connection["exec"] = (command) => {
      asked.push(command.id);
      return Promise.resolve(resultOf(command, ""));
    };
    const connection: Connection = { lost: undefined, reached, exec, close: () => undefined };
    const node = nodeOf(connection);
    const refuses = (by: typeof reached | undefined): boolean => by?.hostKey === "SHA256:x";
    expect(await gather({ ...node, refuses }, [load], {})).toMatchObject({ reached, outputs: new Map() });
    expect(asked).toEqual([]);
    expect(await gather({ ...node, refuses: () => false }, [load], {})).toMatchObject({ reached });
    expect(asked).not.toEqual([]);
  });
});

const IDLE = "<processes></processes>";
const process = (name: string): string =>
  `<processes><process_info><gpu_instance_id>N/A</gpu_instance_id><pid>725</pid><type>C</type>` +
  `<process_name>${name}</process_name></process_info></processes>`;
const smi = (attached: string, ...gpus: readonly string[]): string =>
  nvidiaSmi([]).replace(
    "</nvidia_smi_log>",
    `<attached_gpus>${attached}</attached_gpus>${gpus.map((inside) => `<gpu>${inside}</gpu>`).join("\n")}</nvidia_smi_log>`,
  );

describe("a probe that loads the GPUs", () => {
  it("runs where every GPU has a list of processes that is empty", async () => {
    expect(await gathered(smi("2", IDLE, "<processes>\n</processes>"))).toEqual({ ran: true });
    expect(await gathered(smi("1", "<processes/>"))).toEqual({ ran: true });
  });

  it("is not run beside a program that uses a GPU", async () => {
    expect(await gathered(smi("2", IDLE, process("/usr/bin/python3")))).toEqual({
      ran: false,
      inUse: "/usr/bin/python3 (pid 725, type C) uses a GPU",
    });
  });

  const whole = smi("2", IDLE, IDLE);
  it.each<[string, Smi]>([
    ["printed nothing", ""],
    ["was cut by the cap", { stdout: whole, truncated: true }],
    ["broke off", whole.slice(0, -20)],
    ["ran into its time limit", { stdout: whole, exitCode: null, timedOut: true }],
    ["was ended by a signal", { stdout: whole, exitCode: null, signal: "SIGKILL" }],
    ["did not start", { stdout: "", exitCode: null, startError: "not found" }],
    ["ended with 15", { stdout: whole, exitCode: 15 }],
    ["lists no GPU", smi("0")],
    ["lists fewer GPUs than are attached", smi("2", IDLE)],
    ["does not say how many GPUs are attached", smi("N/A", IDLE)],
    ["has no list of processes for one GPU", smi("2", IDLE, "<serial>17</serial>")],
    ["has two lists of processes for one GPU", smi("1", IDLE + IDLE)],
    ["says N/A in place of one GPU's processes", smi("2", IDLE, "<processes>N/A</processes>")],
    ["says Not Supported in place of processes", smi("1", "<processes>Not Supported</processes>")],
    ["says GPU is lost in place of processes", smi("1", "<processes>GPU is lost</processes>")],
    ["lists something else than a process", smi("1", "<processes><process_inf/></processes>")],
    ["is no XML", "No devices were found\n"],
  ])("is not run where nvidia-smi %s, and says so", async (_, printed) => {
    const { ran, inUse, why } = await gathered(printed);
    expect({ ran, inUse }).toEqual({ ran: false, inUse: undefined });
    expect(why).toMatch(/^whether the node is in use could not be read: /);
  });

  it("is decided in time that grows with the output, not with its third power", async () => {
    const { ran } = await gathered("<process_info><pid>1</pid><type>C</type>".repeat(200));
    expect(ran).toBe(false);
  }, 5_000);
});
