import { describe, expect, it } from "vitest";
import {
  absent,
  ACTIVE,
  answer,
  base,
  both,
  domain,
  HOST,
  hung,
  IDLE,
  judge,
  prints,
  type Probes,
  says,
  silent,
  slotted,
  SLOTTED,
  unit,
  unreachable,
} from "../test/daemon-case.ts";

describe("I8 not running", () => {
  it.each([
    "could not reach the daemon",
    "Cannot connect to nvidia-imex",
    "Unable to contact nvidia-imex on port 50005",
    "FAILED TO CONNECT",
    "no local daemon",
    "nvidia-imex is not running",
    "rpc error: Connection refused",
    "the daemon cannot be reached",
  ])("%j says so, whatever the unit", (words) => {
    for (const probes of [both(says(`usage\n${words}\n`)), both(prints(`${words}\n`, 2))]) {
      expect(answer(HOST, { ...base, ...probes })).toEqual(["fail", "daemon-not-running"]);
      expect(answer(ACTIVE, { ...base, ...probes, "imex-service": undefined })).toEqual(["fail", "daemon-not-running"]);
    }
  });

  it.each([
    "permission denied",
    "could not parse the arguments",
    "reach out to support",
    "failed to open\nconnect log",
    "unable to write",
    "cannot allocate memory",
  ])("%j does not", (words) => {
    expect(answer(HOST, { ...base, "imex-local": says(`${words}\n`) })).toEqual(["inconclusive", "evidence-unusable"]);
    expect(answer(HOST, { ...base, "imex-local": prints(`${words}\n`, 1) })).toEqual([
      "inconclusive",
      "evidence-unusable",
    ]);
  });

  it("the words count only beside an exit code that is not zero", () => {
    expect(answer(HOST, { ...base, "imex-local": prints("connection refused\n") })).toEqual([
      "inconclusive",
      "daemon-not-ready",
    ]);
    expect(answer(HOST, { ...base, "imex-domain": prints("connection refused\n") })).toEqual([
      "inconclusive",
      "evidence-unusable",
    ]);
    expect(answer(HOST, { ...base, "imex-domain": { ...prints(domain), stderr: "connection refused\n" } })).toEqual([
      "pass",
    ]);
  });

  it("silence means it when the unit is inactive or failed, and nothing when it is active", () => {
    for (const state of ["inactive", "failed"]) {
      const { verdict, findings } = judge(HOST, { ...base, ...both(silent), "imex-service": unit(state) });
      expect(verdict).toBe("fail");
      expect(findings).toEqual([
        {
          code: "daemon-not-running",
          verdict: "fail",
          cause: "configuration",
          scope: { kind: "node", id: "k7-tray01" },
          message: expect.stringMatching(/does not run/) as string,
          expected: "a daemon that answers",
          observed: `ActiveState=${state}`,
          evidence: [{ probe: "imex-service", line: 2 }],
        },
      ]);
    }
    for (const service of [unit("active"), unit("activating"), undefined])
      expect(answer(HOST, { ...base, ...both(silent), "imex-service": service })).toEqual([
        "inconclusive",
        "evidence-unusable",
        "evidence-unusable",
      ]);
    const { findings } = judge(HOST, { ...base, "imex-local": { ...silent, stderr: "odd\n", exitCode: 7 } });
    expect(findings[0]).toMatchObject({
      message: "The probe imex-local cannot be used: it ended with exit code 7 and said nothing of the daemon (odd).",
      cause: "tool",
      evidence: [{ probe: "imex-local", stream: "err", line: 1 }],
    });
    expect(judge(HOST, { ...base, "imex-local": silent }).findings[0]).toMatchObject({
      evidence: [{ probe: "imex-local" }],
    });
    const later = judge(HOST, { ...base, "imex-local": { ...silent, stderr: "\n \nodd: 7\nmore\n" } });
    expect(later.findings[0]).toMatchObject({
      message:
        "The probe imex-local cannot be used: it ended with exit code 1 and said nothing of the daemon (odd: 7).",
      evidence: [{ probe: "imex-local", stream: "err", line: 3 }],
    });
    const answered = judge(HOST, { ...base, "imex-local": { stdout: "READY\n", stderr: "late\n", exitCode: 3 } });
    expect(answered.findings[0]).toMatchObject({
      message: "The probe imex-local cannot be used: it ended with exit code 3 although it printed an answer (late).",
      evidence: [{ probe: "imex-local", stream: "err", line: 1 }],
    });
  });

  it("an inactive or failed unit is enough for a fail unless the daemon answers", () => {
    for (const imex of [HOST, ACTIVE]) {
      for (const control of [hung, absent, undefined, prints("oops\n", 1)])
        expect(
          judge(imex, { ...base, "imex-local": control, "imex-domain": control, "imex-service": unit("failed") }),
        ).toMatchObject({
          verdict: "fail",
          findings: expect.arrayContaining([expect.objectContaining({ code: "daemon-not-running" })]) as unknown,
        });
      expect(answer(imex, { ...base, "imex-local": hung, "imex-service": unit("failed") })).toEqual([
        "inconclusive",
        "evidence-unusable",
      ]);
      expect(answer(imex, { ...base, "imex-domain": hung, "imex-service": unit("failed") })).toEqual([
        "inconclusive",
        "evidence-unusable",
      ]);
      expect(answer(imex, { ...base, "imex-domain": silent, "imex-service": unit("failed") })).toEqual([
        "inconclusive",
        "evidence-unusable",
      ]);
    }
  });

  it("one control tool that says so is enough, and both are pointed at", () => {
    expect(answer(HOST, { ...base, "imex-local": unreachable })).toEqual(["fail", "daemon-not-running"]);
    expect(answer(HOST, { ...base, "imex-domain": unreachable })).toEqual(["fail", "daemon-not-running"]);
    expect(answer(HOST, { ...base, "imex-local": unreachable, "imex-domain": hung })).toEqual([
      "fail",
      "daemon-not-running",
      "evidence-unusable",
    ]);
    expect(answer(HOST, { ...base, "imex-local": unreachable, "imex-domain": silent })).toEqual([
      "fail",
      "daemon-not-running",
    ]);
    const { findings } = judge(HOST, {
      ...base,
      "imex-local": says("\nno local daemon\n"),
      "imex-domain": prints("connection refused\n", 1),
      "imex-service": unit("failed"),
    });
    expect(findings).toMatchObject([
      {
        observed: "no local daemon; connection refused; ActiveState=failed",
        evidence: [
          { probe: "imex-local", stream: "err", line: 2 },
          { probe: "imex-domain", line: 1 },
          { probe: "imex-service", line: 2 },
        ],
      },
    ]);
    expect(judge(HOST, { ...base, ...both(unreachable) }).findings[0]?.observed).toBe(
      "unable to connect to the daemon",
    );
  });

  it("a nodes file that could not be read is configuration, and explains the daemon that is not there", () => {
    for (const imex of [HOST, ACTIVE, { ...SLOTTED }]) {
      const probes = imex.model === "dns-slots" ? slotted : base;
      const { verdict, findings } = judge(imex, {
        ...probes,
        "imex-local": says("Failed to read node configuration file\ncould not connect\n"),
        "imex-domain": silent,
        "imex-service": unit("failed"),
      });
      expect(verdict).toBe("fail");
      expect(findings).toMatchObject([
        {
          code: "daemon-not-configured",
          cause: "configuration",
          scope: { kind: "node", id: "k7-tray01" },
          observed: "Failed to read node configuration file",
          evidence: [{ probe: "imex-local", stream: "err", line: 1 }],
        },
      ]);
    }
    expect(answer(HOST, { ...base, "imex-local": prints("failed to READ node configuration file\n") })).toEqual([
      "fail",
      "daemon-not-configured",
    ]);
    expect(answer(HOST, { ...base, "imex-domain": prints("Failed to read node configuration file\n", 1) })).toEqual([
      "fail",
      "daemon-not-configured",
    ]);
  });

  it("an ActiveState that is damaged or there twice is no evidence", () => {
    for (const service of [
      { stdout: "ActiveState=failed\nActiveState=active\n" },
      { stdout: "ActiveState=failed\uFFFD\n", stdoutDamaged: true },
      { ...unit("failed"), exitCode: 1 },
    ]) {
      expect(answer(HOST, { ...base, ...both(silent), "imex-service": service })).toEqual([
        "inconclusive",
        "evidence-unusable",
        "evidence-unusable",
      ]);
    }
    expect(
      answer(HOST, {
        ...base,
        ...both(silent),
        "imex-service": { stdout: "Description=\uFFFD\nActiveState=failed\n", stdoutDamaged: true },
      }),
    ).toEqual(["fail", "daemon-not-running"]);
  });

  it("G3 the unit without its last newline is whole when each property asked for is there, and cut otherwise", () => {
    const argv = ["systemctl", "show", "nvidia-imex", "--property=LoadState,ActiveState,SubState"];
    const service = (stdout: string, asked = argv): Probes => ({
      ...base,
      ...both(silent),
      "imex-service": { stdout, argv: asked },
    });
    for (const stdout of [
      "LoadState=loaded\nActiveState=failed\nSubState=dead",
      "SubState=\nLoadState=loaded\nActiveState=Failed",
    ])
      expect(answer(HOST, service(stdout))).toEqual(["fail", "daemon-not-running"]);
    expect(answer(HOST, service("ActiveState=failed", ["systemctl", "show", "nvidia-imex"]))).toEqual([
      "fail",
      "daemon-not-running",
    ]);
    for (const stdout of [
      "LoadState=loaded\nActiveState=failed",
      "SubState=dead\nLoadState=loaded\nActiveState=faile",
      "LoadState=loaded\nActiveState=failed\nSubState=dead\nUnit",
    ]) {
      const { verdict, findings } = judge(HOST, service(stdout));
      expect([verdict, ...findings.map(({ code }) => code)]).toEqual([
        "inconclusive",
        "evidence-unusable",
        "evidence-unusable",
      ]);
      const idle = judge(IDLE, { "imex-service": { stdout, argv } }).findings[1];
      expect(idle).toMatchObject({
        message: `The probe imex-service cannot be used: it was cut: its last line has no newline (${stdout.split("\n").at(-1) ?? ""}).`,
        evidence: [{ probe: "imex-service", line: stdout.split("\n").length }],
      });
    }
  });
});
