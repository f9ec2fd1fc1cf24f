import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProbeCommand, answerOf } from "@slipway/plugin-sdk";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { Capture } from "./capture.ts";
import {
  loginShellCommand,
  quote,
  readAnnouncement,
  readReaper,
  reaperArgv,
  recordedArgv,
  shellCommand,
  wrappedArgv,
} from "./program.ts";

const command = (argv: readonly string[], program?: string) => ({
  id: "x",
  argv,
  timeoutMs: 1000,
  usualSeconds: 1,
  ...(program === undefined ? {} : { program }),
});

const hostile = [
  "",
  " ",
  "'",
  "''",
  "\\",
  "\\'",
  "$(touch /tmp/owned)",
  "`id`",
  ";exit 9",
  "&",
  "|",
  "\n",
  "\t",
  "*",
  "~",
  "-n",
  "--",
  "!",
  "#",
  "é𝄞",
  "a'b\"c",
];
const argument = fc
  .oneof(
    fc.constantFrom(...hostile),
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("'", "\\", '"', "$", "`", "\n", "a") }),
  )
  .map((text) => text.replaceAll("\0", ""));

/** What a real shell hands on, NUL between. */
function throughShell(shell: string, words: readonly string[]): string[] {
  const said = execFileSync(shell, ["-c", `printf '%s\\0' ${words.map(quote).join(" ")}`], { encoding: "utf8" });
  return said.split("\0").slice(0, -1);
}

describe("quoting", () => {
  test("every argument arrives byte for byte through a real sh", () => {
    fc.assert(
      fc.property(fc.array(argument, { minLength: 20, maxLength: 60 }), (words) => {
        const sent = words.map((word) => Buffer.from(word).toString()); // a lone surrogate has no bytes
        expect(throughShell("sh", sent)).toEqual(sent);
      }),
      { numRuns: 25 },
    );
    expect(throughShell("sh", hostile)).toEqual(hostile);
  });

  test("an argument with a NUL byte is refused", () => {
    expect(() => quote("a\0b")).toThrow(/NUL/);
  });
});

/** Runs a command line as sshd does: by the login shell. */
function asLoginShell(argv: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", shellCommand(argv)], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", ...env },
  });
  return { status, stdout, stderr };
}

describe("the wrapper", () => {
  test("announces itself on stdout and stderr, then executes the program", () => {
    const { status, stdout, stderr } = asLoginShell(wrappedArgv(command(["printf", "%s|", ...hostile]), "n0"));
    expect(status).toBe(0);
    expect(stdout).toBe(`slipway n0\n${hostile.join("|")}|`);
    expect(stderr).toMatch(/^slipway n0 started \d+(?: \S+)?\n$/);
  });

  test.each(["sh", "bash", "dash"])(
    "is run directly by a login shell known to be %s, with the same result",
    (shell) => {
      const composite: ProbeCommand = {
        ...command(["slipway-probe", "x", "a b", "$(id)"]),
        program: 'printf "%s|" "$@"\n',
      };
      for (const probe of [command(["printf", "%s|", ...hostile]), command(["no-such-program"]), composite]) {
        const line = loginShellCommand(probe, "n0", false, shell);
        expect(line).not.toBe(loginShellCommand(probe, "n0", false, undefined));
        const env = { PATH: "/usr/bin:/bin", SHELL: `/bin/${shell}` };
        const direct = spawnSync(shell, ["-c", line], { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });
        const around = asLoginShell(wrappedArgv(probe, "n0"), { SHELL: `/bin/${shell}` });
        const answer = ({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }) => ({
          status,
          stdout,
          stderr: stderr.replace(/\d+/g, "N"),
        });
        expect(answer(direct)).toEqual(answer(around));
      }
    },
  );

  test("is started by sh where the login shell is another or unknown, or where sudo is used", () => {
    for (const shell of [undefined, "zsh", "fish", "tcsh", "nologin"])
      expect(loginShellCommand(command(["true"]), "n0", false, shell)).toBe(
        shellCommand(wrappedArgv(command(["true"]), "n0")),
      );
    expect(loginShellCommand(command(["true"]), "n0", true, "bash")).toBe(
      shellCommand(wrappedArgv(command(["true"]), "n0", true)),
    );
  });

  test("parses what a run announced", () => {
    expect(readAnnouncement("started 42 bash")).toEqual({ pid: 42, loginShell: "bash" });
    expect(readAnnouncement("started 42")).toEqual({ pid: 42, loginShell: undefined });
    for (const other of [undefined, "", "not-found", "started x"]) expect(readAnnouncement(other)).toBeUndefined();
  });

  test("distinguishes a missing or forbidden program from the program's own exit code", () => {
    const dir = mkdtempSync(join(tmpdir(), "runner-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    writeFileSync(join(dir, "unfit"), "#!/nonexistent/interpreter\n", { mode: 0o755 });
    writeFileSync(join(dir, "plain"), "text", { mode: 0o644 });
    writeFileSync(join(dir, "own127"), "#!/bin/sh\necho mine >&2\nexit 127\n", { mode: 0o755 });
    const run = (name: string) => asLoginShell(wrappedArgv(command([name]), "n1"), { PATH: `${dir}:/usr/bin:/bin` });
    expect(run("no-such-tool")).toEqual({ status: 127, stdout: "", stderr: "slipway n1 not-found\n" });
    expect(run("")).toMatchObject({ stderr: "slipway n1 not-found\n" });
    expect(run("/no/such/tool")).toMatchObject({ stderr: "slipway n1 not-found\n" });
    expect(run("plain")).toEqual({ status: 127, stdout: "", stderr: "slipway n1 permission\n" });
    expect(run(join(dir, "plain"))).toMatchObject({ stderr: "slipway n1 permission\n" });
    expect(run("unfit").stderr).toMatch(/^slipway n1 started \d+(?: \S+)?\n[^]*\nslipway n1 failed 127\n$/);
    expect(run("own127")).toMatchObject({
      status: 127,
      stderr: expect.stringMatching(/^slipway n1 started \d+(?: \S+)?\nmine\n$/) as string,
    });
  });

  test("does not execute a directory in PATH that has the program's name", () => {
    const dir = mkdtempSync(join(tmpdir(), "runner-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    expect(
      asLoginShell(wrappedArgv(command([dir.split("/").at(-1) ?? ""]), "n2"), { PATH: `${tmpdir()}:/usr/bin:/bin` })
        .stderr,
    ).toBe("slipway n2 not-found\n");
  });

  test("gives the program an empty stdin, a marked environment, and a PATH with sbin", () => {
    const argv = wrappedArgv(
      command(["sh", "-c", 'cat; printf "%s %s %s" "$SLIPWAY_PROBE" "$LC_ALL" "${PATH##*:}"']),
      "n3",
    );
    expect(asLoginShell(argv).stdout).toBe("slipway n3\nn3 C /sbin");
  });

  test("gives a composite program exactly its own arguments", () => {
    const argv = wrappedArgv(
      command(["slipway-probe", "demo", "a'b", "$(id)"], `printf '%s|' "$0" "$#" "$@"\nexit 3\n`),
      "n4",
    );
    expect(asLoginShell(argv)).toMatchObject({ status: 3, stdout: "slipway n4\nslipway-probe|2|a'b|$(id)|" });
  });

  test("is not recorded in bundle.json, only the command is", () => {
    expect(recordedArgv(command(["ibstat"]))).toEqual(["ibstat"]);
    expect(recordedArgv(command(["slipway-probe", "dmi"], "exit 0"), true)).toEqual([
      "sudo",
      "-n",
      "slipway-probe",
      "dmi",
    ]);
  });
});

describe("the reaper", () => {
  test("reports no remaining process where none was started", () => {
    const [file = "", ...args] = reaperArgv("feedfacefeedface", undefined);
    expect(readReaper(execFileSync(file, args, { encoding: "utf8" }), "feedfacefeedface")).toEqual([]);
  });

  test("finds its answer behind text that a login shell prints", () => {
    expect(readReaper("Welcome!\nslipway ab left 12 345\n", "ab")).toEqual([12, 345]);
    expect(readReaper("slipway ab left ?\n", "ab")).toBeUndefined();
    expect(readReaper("slipway cd left\n", "ab")).toBeUndefined();
  });
});

describe("capture", () => {
  const nonce = "0123456789ab";

  test("starts behind the announcement, however the chunks are cut", () => {
    const whole = Buffer.from(`Welcome to slipway\nslipway ${nonce} started 42\nfirst\nslipway ${nonce} again\n`);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const capture = new Capture(1000, nonce);
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
        for (const [index, edge] of edges.entries()) capture.push(whole.subarray(edges[index - 1] ?? 0, edge));
        expect(capture.announcement).toBe("started 42");
        expect(answerOf(capture.contents())).toBe(`first\nslipway ${nonce} again\n`);
      }),
    );
  });

  test("is cut exactly at the size limit and marked as truncated; output of exactly that size is not", () => {
    const full = new Capture(4);
    full.push(Buffer.from("abcd"));
    expect([answerOf(full.contents()), full.truncated]).toEqual(["abcd", false]);
    full.push(Buffer.from("e"));
    expect([answerOf(full.contents()), full.truncated]).toEqual(["abcd", true]);
  });

  test("keeps the bounded end of what a login shell printed when no announcement came", () => {
    const capture = new Capture(1000, nonce);
    for (let index = 0; index < 100; index += 1) capture.push(Buffer.alloc(10_000, 0x61));
    expect(capture.announcement).toBeUndefined();
    expect(capture.contents().length).toBeLessThan(200_000);
  });
});
