import { answerOf } from "@slipway/plugin-sdk";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runProbe, type Launcher } from "./run-probe.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A program that ends by itself, leaves no process, and whose streams close after this time. */
function endsAndCloses(afterMs: number, lastWords: string): Launcher {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.write("first ");
  return {
    announced: false,
    launch: () =>
      Promise.resolve({
        stdout,
        stderr,
        pid: 1,
        exited: Promise.resolve({ code: 0, signal: null }),
        closed: new Promise((resolve) =>
          setTimeout(() => {
            stdout.write(lastWords);
            setImmediate(resolve);
          }, afterMs),
        ),
        abandon: () => undefined,
      }),
    reap: () => Promise.resolve([]),
  };
}

it.each([
  [500, { truncated: undefined, said: "first last" }],
  [4_000, { truncated: undefined, said: "first last" }],
  [60_000, { truncated: true, said: "first " }],
])(
  "keeps the output of a program whose streams close %i ms after its end, and says when it is not whole",
  async (afterMs, { truncated, said }) => {
    const running = runProbe(endsAndCloses(afterMs, "last"), { id: "p", argv: ["p"], timeoutMs: 120_000 } as never, {
      timeoutMs: 120_000,
      maxBytes: 1_000,
    });
    await vi.advanceTimersByTimeAsync(20_000);
    const result = await running;
    expect([result.exitCode, result.truncated, answerOf(result.stdout)]).toEqual([0, truncated, said]);
  },
);
