import { describe, expect, it } from "vitest";
import { parseBootId, readBootId } from "./boot-id.ts";
import { SlipwayError } from "./errors.ts";
import type { ExecOptions, ExecResult } from "./transport.ts";

const BOOT = "cac6b454-d5a5-4ba1-a0b2-ec69682e2511";
const HOST = { name: "n1" };

/** A context whose node answers each command like this. */
function asked(answer: Partial<ExecResult> | Error, signal = new AbortController().signal) {
  const given: ExecOptions[] = [];
  const context = {
    signal,
    deadlineMs: 2_000,
    exec: () =>
      answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({
            lost: undefined,
            close: () => undefined,
            exec: (_: unknown, options: ExecOptions) => {
              given.push(options);
              const stdout = Buffer.from(`${BOOT}\n`);
              return Promise.resolve({ exitCode: 0, startError: null, stdout, stderr: Buffer.from(""), ...answer });
            },
          }),
  };
  return { given, read: () => readBootId(context as never, HOST) };
}

describe("a boot id", () => {
  it("is taken only whole", () => {
    expect(parseBootId(`${BOOT}\n`)).toBe(BOOT);
    for (const text of ["", BOOT.slice(1), `${BOOT}0`, BOOT.toUpperCase(), `${BOOT}\n${BOOT}`])
      expect(parseBootId(text), text).toBeUndefined();
  });

  it("is read on the node, within the act's deadline and by its signal", async () => {
    const { read, given } = asked({});
    expect(await read()).toEqual({ state: "read", bootId: BOOT });
    expect(given).toMatchObject([{ timeoutMs: 2_000, signal: expect.any(AbortSignal) as AbortSignal }]);
  });

  it.each([
    ["silent", new SlipwayError("unreachable", "n1: connection timed out")],
    ["silent", { startError: "connection-lost", exitCode: null }],
    ["silent", { timedOut: true, exitCode: null }],
    ["unreadable", { startError: "not-found", exitCode: null }],
    ["unreadable", { exitCode: 1 }],
    ["unreadable", { truncated: true }],
    ["unreadable", { stdout: Buffer.from("cat: no such file\n") }],
  ] as const)("of a node that gave none is %s, with the reason: %j", async (state, answer) => {
    expect(await asked(answer).read()).toEqual({ state, why: expect.stringMatching(/./) as string });
  });

  it("is not read after an abort, and what only a person can mend is thrown", async () => {
    const reason = new Error("another has the act");
    await expect(asked({}, AbortSignal.abort(reason)).read()).rejects.toBe(reason);
    await expect(asked(new SlipwayError("config", "no key")).read()).rejects.toThrow("no key");
  });
});
