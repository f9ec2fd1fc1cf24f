import { existsSync, readFileSync } from "node:fs";
import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { expect } from "vitest";
import check from "../src/index.ts";

export type Probes = Record<string, ProbeSketch | undefined>;

/** The probes of an example, as sketches that a test can change. */
function probesOf(example: string): Record<string, ProbeSketch> {
  const read = (file: string): string | undefined => {
    const url = new URL(`../examples/${example}/${file}`, import.meta.url);
    return existsSync(url) ? readFileSync(url, "utf8") : undefined;
  };
  const { probes } = JSON.parse(read("bundle.json") ?? "{}") as { probes: Record<string, ProbeSketch> };
  return Object.fromEntries(
    Object.entries(probes).map(([probe, record]) => [
      probe,
      { ...record, stdout: read(`${probe}.out`), stderr: read(`${probe}.err`) ?? "" },
    ]),
  );
}

export const MEMBERS = [0, 1, 2, 3].map((tray) => `k7-tray0${String(tray)}`);
const SLOTS = [0, 1, 2, 3].map((slot) => `cd-daemon-5c1f7-000${String(slot)}`);
export const HOST = { model: "host", members: MEMBERS, version: null };
export const ACTIVE = { ...HOST, model: "per-domain", domainActive: true };
export const IDLE = { model: "per-domain", members: [], domainActive: false };
export const SLOTTED = { model: "dns-slots", members: SLOTS };
export const base = probesOf("pass-host");
export const slotted = probesOf("pass-dns-slots");
export const domain = base["imex-domain"]?.stdout ?? "";

export function judge(imex: unknown, probes: Probes): CheckJudgement {
  const kept = Object.entries(probes).flatMap(([probe, sketch]) =>
    sketch === undefined ? [] : [[probe, sketch] as const],
  );
  return runCheck(
    check,
    evidenceOf({ node: { name: "k7-tray01" }, probes: Object.fromEntries(kept) }),
    imex === undefined ? {} : { imex },
  );
}
export const codes = (judgement: CheckJudgement): string[] =>
  judgement.findings.map(({ code, scope }) => `${code} ${scope.id}`);
/** Codes of the node itself, and the verdict first. */
export const answer = (imex: unknown, probes: Probes): string[] => {
  const judgement = judge(imex, probes);
  for (const { scope } of judgement.findings) expect(scope).toEqual({ kind: "node", id: "k7-tray01" });
  return [judgement.verdict, ...judgement.findings.map(({ code }) => code)];
};

export const unit = (ActiveState: string): ProbeSketch => ({
  stdout: `LoadState=loaded\nActiveState=${ActiveState}\nSubState=dead\nUnitFileState=disabled\n`,
});
export const silent: ProbeSketch = { stdout: "", stderr: "", exitCode: 1 };
export const says = (stderr: string): ProbeSketch => ({ stdout: "", stderr, exitCode: 1 });
export const unreachable = says("unable to connect to the daemon\n");
export const prints = (stdout: string, exitCode = 0): ProbeSketch => ({ stdout, exitCode });
export const hung: ProbeSketch = { stdout: "", exitCode: null, signal: "SIGKILL", timedOut: true };
export const absent: ProbeSketch = { startError: "not-found" };
export const both = (control: ProbeSketch): Probes => ({ "imex-local": control, "imex-domain": control });
