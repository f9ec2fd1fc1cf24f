import type { ProbeCommand } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { inTurn, usualSecondsOf } from "./in-turn.ts";

type Kind = Pick<ProbeCommand, "waits" | "disruptive">;
const command = (id: string, kind: Kind = {}, usualSeconds = 1): ProbeCommand => ({
  id,
  argv: [id],
  timeoutMs: 1000,
  usualSeconds,
  ...kind,
});
const sleeper = (id: string): ProbeCommand => command(id, { waits: true }, 30);
const loud = (id: string): ProbeCommand => command(id, { disruptive: true }, 900);

/** Runs commands whose ends the test decides; `log` holds `+a` for a start and `-a` for an end. */
function started(commands: readonly ProbeCommand[], perHost: number) {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const stop = new AbortController();
  const done = inTurn(commands, perHost, stop.signal, async ({ id }) => {
    log.push(`+${id}`);
    await new Promise<void>((resolve) => ends.set(id, resolve));
    log.push(`-${id}`);
  });
  const end = async (...ids: string[]): Promise<string[]> => {
    for (const id of ids) {
      ends.get(id)?.();
      // One turn of the event loop: everything that follows from the end has happened.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return log;
  };
  return { log, end, done, abort: () => stop.abort() };
}

describe("the order in which a host's commands start", () => {
  it("those that sleep start first, all of them, and take no place of the others", async () => {
    const { log, end, done } = started([command("a"), sleeper("s"), command("b"), sleeper("t"), command("c")], 1);
    expect(log).toEqual(["+s", "+t", "+a"]);
    expect(await end("a", "b", "c")).toEqual(["+s", "+t", "+a", "-a", "+b", "-b", "+c", "-c"]);
    await end("t", "s");
    await done;
    expect(log.slice(-2)).toEqual(["-t", "-s"]);
  });

  it("one that loads the node starts after every sleeper is over, and nothing starts beside it", async () => {
    const { log, end, done } = started([command("a"), loud("l"), command("b"), sleeper("s"), sleeper("t")], 4);
    expect(log).toEqual(["+s", "+t", "+a"]);
    await end("a", "s");
    expect(log).toEqual(["+s", "+t", "+a", "-a", "-s"]);
    await end("t");
    expect(log.slice(5)).toEqual(["-t", "+l"]);
    await end("l");
    expect(log.slice(7)).toEqual(["-l", "+b"]);
    await end("b");
    await done;
  });

  it("one that sleeps and loads the node runs alone, in its place", async () => {
    const { log, end, done } = started([command("a"), command("x", { waits: true, disruptive: true })], 4);
    expect(log).toEqual(["+a"]);
    await end("a", "x");
    await done;
    expect(log).toEqual(["+a", "-a", "+x", "-x"]);
  });

  it("as many run at a time as there are places, and none starts after an abort", async () => {
    const { log, end, done, abort } = started(
      ["a", "b", "c", "d"].map((id) => command(id)),
      2,
    );
    expect(log).toEqual(["+a", "+b"]);
    await end("b");
    expect(log).toEqual(["+a", "+b", "-b", "+c"]);
    abort();
    await end("a", "c");
    await done;
    expect(log).toEqual(["+a", "+b", "-b", "+c", "-a", "-c"]);
  });
});

it("commands that sleep count once in what a collection usually takes, as long as the longest of them", () => {
  expect(usualSecondsOf([])).toBe(0);
  expect(usualSecondsOf([command("a"), sleeper("s"), sleeper("t"), command("b")])).toBe(30);
  expect(usualSecondsOf([command("a", {}, 50), sleeper("s"), loud("l"), loud("m")])).toBe(1850);
});
