import { readdirSync, readFileSync } from "node:fs";
import { type ProbeCommand, answerOf } from "@slipway/plugin-sdk";
import { describe, expect, test, vi } from "vitest";
import { localTransport } from "./local.ts";
import type { ExecOptions } from "@slipway/plugin-sdk";

const connection = await localTransport().connect({ name: "here" }, new AbortController().signal);

function exec(argv: readonly string[], options: Partial<ExecOptions> & { program?: string } = {}) {
  const { program, ...rest } = options;
  const command: ProbeCommand = {
    id: "x",
    argv,
    timeoutMs: 0,
    usualSeconds: 1,
    ...(program === undefined ? {} : { program }),
  };
  return connection.exec(command, { timeoutMs: 10_000, maxBytes: 1 << 20, ...rest });
}

const sh = (text: string, options?: Partial<ExecOptions>) => exec(["sh", "-c", text], options);

/** Command lines of living processes that hold a text. */
function alive(text: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return line.includes(text) ? [line] : [];
    } catch {
      return []; // it ended while we looked
    }
  });
}

describe("local transport", () => {
  test("bytes, streams and exit codes arrive as they are", async () => {
    const result = await exec(["printf", "%s|", "a b", "$(id)", "'", "é\n"]);
    expect(result).toMatchObject({
      argv: ["printf", "%s|", "a b", "$(id)", "'", "é\n"],
      exitCode: 0,
      signal: null,
      timedOut: false,
      startError: null,
    });
    expect(answerOf(result.stdout)).toBe("a b|$(id)|'|é\n|");
    expect(await sh("printf '\\377\\000x'; echo oops >&2; exit 226")).toMatchObject({
      exitCode: 226,
      stdout: Buffer.from([255, 0, 120]),
      stderr: Buffer.from("oops\n"),
    });
    expect(await sh("kill -9 $$")).toMatchObject({ exitCode: null, signal: "SIGKILL", startError: null });
    expect((await exec(["cat"])).stdout).toHaveLength(0);
  });

  test("gives a probe what a login by ssh has and nothing else of the worker's environment", async () => {
    vi.stubEnv("SLIPWAY_DATABASE_URL", "postgresql://slipway:secret@db/slipway");
    vi.stubEnv("SLIPWAY_TOKEN", "secret");
    const stdout = answerOf((await exec(["env"])).stdout) ?? "";
    const names = stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("=")[0]]));
    expect(new Set(names)).toEqual(new Set(["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SLIPWAY_PROBE", "USER"]));
    expect(stdout).not.toContain("secret");
    vi.unstubAllEnvs();
  });

  test("a program that does not start is distinguished from one that exits with 127 or 126 itself", async () => {
    expect(await exec(["no-such-tool"])).toMatchObject({ startError: "not-found", exitCode: null });
    expect(await exec(["/etc/passwd"])).toMatchObject({ startError: "permission", exitCode: null });
    expect(await exec([""])).toMatchObject({ exitCode: null, startError: expect.any(String) as string });
    expect(await sh("exit 127")).toMatchObject({ startError: null, exitCode: 127 });
    expect(await sh("exit 126")).toMatchObject({ startError: null, exitCode: 126 });
  });

  test("a composite program says by 127 and 126 that there is nothing to read, or that it may not", async () => {
    const run = (program: string) => exec(["slipway-probe", "demo", "$(id)"], { program });
    expect(await run("exit 127")).toMatchObject({
      argv: ["slipway-probe", "demo", "$(id)"],
      startError: "not-found",
      exitCode: null,
    });
    expect(await run("exit 126")).toMatchObject({ startError: "permission", exitCode: null });
    expect(answerOf((await run('printf "%s:%s" "$0" "$1"')).stdout)).toBe("slipway-probe:$(id)");
  });

  test("a timeout ends every process: one that ignores TERM, forks, starts its own session, or wipes its environment", async () => {
    const stubborn =
      "trap '' TERM; sleep 7101 & setsid sh -c \"trap '' TERM; sleep 7102 & wait\" & env -i setsid sleep 7103 & " +
      "(while :; do sleep 0.01; done) & echo forked; wait";
    const result = await sh(stubborn, { timeoutMs: 2_000 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null, signal: "SIGKILL", startError: null });
    expect(result.left).toBeUndefined();
    expect(answerOf(result.stdout)).toBe("forked\n");
    expect(alive("sleep 710")).toEqual([]);
  });

  test("children that outlive their parent are found by the marker in their environment", async () => {
    const escape = "setsid sh -c 'setsid sleep 7201 >/dev/null 2>&1 & exit 0'; sleep 7202";
    expect(await sh(escape, { timeoutMs: 2_000 })).toMatchObject({ timedOut: true });
    expect(alive("sleep 720")).toEqual([]);
  });

  test("a child that keeps the streams of an ended program open is not waited for", async () => {
    const result = await sh("sleep 7301 & echo done; exit 4");
    expect(result).toMatchObject({ exitCode: 4, timedOut: false, startError: null });
    expect(answerOf(result.stdout)).toBe("done\n");
    expect(alive("sleep 7301")).toEqual([]);
  });

  test("output over the size limit is cut and the program ended, on stdout and on stderr", async () => {
    for (const redirect of ["", ">&2"]) {
      const result = await sh(`yes 7401 ${redirect}`, { maxBytes: 1000 });
      expect(result).toMatchObject({ truncated: true, timedOut: false, startError: null });
      expect(result.stdout.length + result.stderr.length).toBe(1000);
    }
    expect(alive("yes 7401")).toEqual([]);
  });

  test("an abort ends the program and keeps what it printed", async () => {
    const stop = new AbortController();
    const running = sh("echo begun; sleep 7501", { signal: stop.signal });
    await vi.waitUntil(() => alive("sleep 7501").length > 0, 10_000);
    stop.abort();
    expect(await running).toMatchObject({ startError: "aborted", exitCode: null, stdout: Buffer.from("begun\n") });
    expect(alive("sleep 7501")).toEqual([]);
    expect(await sh("echo never", { signal: stop.signal })).toMatchObject({
      startError: "aborted",
      stdout: Buffer.alloc(0),
    });
  });
});
