import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BundleManifest } from "@slipway/domain";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { repositoryRoot } from "./run-cli.ts";

const SLEEP = "31337.5";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-interrupt-"));
  mkdirSync(join(home, "bin"));
  writeFileSync(
    join(home, "bin/nvidia-smi"),
    `#!/bin/sh\ntrap '' TERM INT HUP\nsleep ${SLEEP} &\nwhile :; do sleep ${SLEEP}; done\n`,
  );
  chmodSync(join(home, "bin/nvidia-smi"), 0o755);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Collects this machine, whose nvidia-smi never ends, and does something once a probe is done and the next one hangs. */
function collect(act: (child: ReturnType<typeof spawn>) => void): Promise<number | null> {
  const args = [
    join(repositoryRoot, "apps/cli/src/main.ts"),
    "collect",
    "--hosts",
    "me",
    "--transport",
    "local",
    "--probes",
    "boot-id,nvidia-smi",
    "--out",
    join(home, "out"),
    "--json",
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}` },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let acted = false;
  child.stdout.on("data", (chunk: Buffer) => {
    if (acted || !chunk.toString().includes('"probe":"boot-id"')) return;
    acted = true;
    void vi.waitUntil(() => sleepers().length > 0, 10_000).then(() => act(child));
  });
  return new Promise((resolve) => child.on("close", resolve));
}

function sleepers(): string[] {
  return execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(SLEEP) && !line.includes("ps -eo"));
}

describe("an interrupted collection ends its probes and keeps what there is", () => {
  it.each([["SIGINT"], ["SIGINT", "SIGINT", "SIGINT"], ["SIGTERM", "SIGHUP"], ["SIGQUIT"]] as NodeJS.Signals[][])(
    "by %s",
    async (...signals) => {
      expect(await collect((child) => signals.forEach((signal) => child.kill(signal)))).toBe(130);
      expect(sleepers()).toEqual([]);
      const { probes } = BundleManifest.parse(JSON.parse(readFileSync(join(home, "out/me/bundle.json"), "utf8")));
      expect(probes).toMatchObject({ "boot-id": { exitCode: 0 }, "nvidia-smi": { startError: "aborted" } });
    },
  );

  it("when nobody reads its output any more", async () => {
    expect(
      await collect((child) => {
        child.stdout?.destroy();
        child.kill("SIGINT");
      }),
    ).toBe(130);
    expect(sleepers()).toEqual([]);
  });
});
