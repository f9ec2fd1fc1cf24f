import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** What a process that asks nodes which print these words says of each. */
async function passesOn(...words: readonly string[]): Promise<Record<string, unknown>> {
  const script = fileURLToPath(new URL("run-passes.ts", import.meta.url));
  const child = spawn(process.execPath, [script, ...words], { stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
  const [said, wrong] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (wrong !== "") throw new Error(wrong);
  return Object.fromEntries(
    said
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const { word, ...rest } = JSON.parse(line) as { readonly word: string };
        return [word, rest];
      }),
  );
}

it.each(["throw", "exit", "hang", "fill"])(
  "a check that a node's text makes %s is a check-crashed finding of that pass; its other checks and other nodes are judged",
  async (word) => {
    expect(await passesOn("well", word, "unwell")).toEqual({
      well: { verdict: "pass", said: ["easily-killed", "steady"] },
      [word]: { verdict: "fail", said: ["easily-killed check-crashed", "steady unwell"] },
      unwell: { verdict: "fail", said: ["easily-killed", "steady unwell"] },
    });
  },
  120_000,
);
