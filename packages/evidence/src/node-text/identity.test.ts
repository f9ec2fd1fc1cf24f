import { expect, test } from "vitest";
import type { ExecResult } from "@slipway/plugin-sdk";
import { identityOf } from "./identity.ts";

const result = (stdout: string): ExecResult => ({
  argv: [],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  startedAt: "2026-01-01T00:00:00Z",
  durationMs: 1,
  stdout: Buffer.from(stdout),
  stderr: Buffer.alloc(0),
});
const gpu = (serial: string, uuid: string): string =>
  `<gpu id="0"><product_name>NVIDIA GB200</product_name><serial>${serial}</serial><uuid>${uuid}</uuid></gpu>`;
const smi = (...gpus: string[]): ExecResult =>
  result(`<?xml version="1.0"?><nvidia_smi_log>${gpus.join("")}</nvidia_smi_log>`);
const of = (results: Readonly<Record<string, ExecResult>>): object =>
  identityOf({ name: "n1" }, new Map(Object.entries(results))).serials ?? {};

test("names GPUs by serial with repeats and by UUID, both in the order of their indices", () => {
  const results = {
    "nvidia-smi": smi(gpu("165B", "GPU-1"), gpu("165B", "GPU-0"), gpu("165A", "GPU-3"), gpu("165A", "GPU-2")),
  };
  expect(of(results)).toEqual({ gpus: ["165B", "165B", "165A", "165A"], uuids: ["GPU-1", "GPU-0", "GPU-3", "GPU-2"] });
});

test("takes no word that stands for no serial, in any spelling", () => {
  const dmi = (product: string): object => of({ dmi: result(`product_serial: ${product}\nboard_serial: 2216B7\n`) });
  for (const word of ["Default String", "INVALID", "SN-1234567890", "[Not Supported]", "Unknown Error", "no asset tag"])
    expect(dmi(word), word).toEqual({ system: "2216B7" });
  expect(of({ "nvidia-smi": smi(gpu("[N/A]", "GPU-1"), gpu("0", "GPU-2"), gpu("165A", "N/A")) })).toEqual({
    gpus: ["165A"],
    uuids: ["GPU-1", "GPU-2"],
  });
});
