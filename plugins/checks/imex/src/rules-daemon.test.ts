import { existsSync, readFileSync } from "node:fs";
import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

type Probes = Record<string, ProbeSketch | undefined>;

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

const MEMBERS = [0, 1, 2, 3].map((tray) => `k7-tray0${String(tray)}`);
const SLOTS = [0, 1, 2, 3].map((slot) => `cd-daemon-5c1f7-000${String(slot)}`);
const HOST = { model: "host", members: MEMBERS, version: null };
const ACTIVE = { ...HOST, model: "per-domain", domainActive: true };
const IDLE = { model: "per-domain", members: [], domainActive: false };
const SLOTTED = { model: "dns-slots", members: SLOTS };
const base = probesOf("pass-host");
const slotted = probesOf("pass-dns-slots");
const domain = base["imex-domain"]?.stdout ?? "";

function judge(imex: unknown, probes: Probes): CheckJudgement {
  const kept = Object.entries(probes).flatMap(([probe, sketch]) =>
    sketch === undefined ? [] : [[probe, sketch] as const],
  );
  return runCheck(
    check,
    evidenceOf({ node: { name: "k7-tray01" }, probes: Object.fromEntries(kept) }),
    imex === undefined ? {} : { imex },
  );
}
const codes = (judgement: CheckJudgement): string[] =>
  judgement.findings.map(({ code, scope }) => `${code} ${scope.id}`);
/** Codes of the node itself, and the verdict first. */
const answer = (imex: unknown, probes: Probes): string[] => {
  const judgement = judge(imex, probes);
  for (const { scope } of judgement.findings) expect(scope).toEqual({ kind: "node", id: "k7-tray01" });
  return [judgement.verdict, ...judgement.findings.map(({ code }) => code)];
};

const unit = (ActiveState: string): ProbeSketch => ({
  stdout: `LoadState=loaded\nActiveState=${ActiveState}\nSubState=dead\nUnitFileState=disabled\n`,
});
const silent: ProbeSketch = { stdout: "", stderr: "", exitCode: 1 };
const says = (stderr: string): ProbeSketch => ({ stdout: "", stderr, exitCode: 1 });
const unreachable = says("unable to connect to the daemon\n");
const prints = (stdout: string, exitCode = 0): ProbeSketch => ({ stdout, exitCode });
const hung: ProbeSketch = { stdout: "", exitCode: null, signal: "SIGKILL", timedOut: true };
const absent: ProbeSketch = { startError: "not-found" };
const both = (control: ProbeSketch): Probes => ({ "imex-local": control, "imex-domain": control });

describe("G11 what must be expected", () => {
  it.each([
    ["nothing", undefined, ["imex.model", "imex.members"]],
    ["no model", { members: MEMBERS }, ["imex.model"]],
    ["no members", { model: "host" }, ["imex.members"]],
    ["null members", { model: "host", members: null }, ["imex.members"]],
    ["no members of a host", { model: "host", members: [] }, ["imex.members"]],
    ["no members of an active domain", { ...ACTIVE, members: [] }, ["imex.members"]],
    ["no members among slots", { model: "dns-slots", members: [] }, ["imex.members"]],
    ["per-domain without domainActive", { model: "per-domain", members: MEMBERS }, ["imex.domainActive"]],
    ["an idle node's members left out", { model: "per-domain", domainActive: false }, ["imex.members"]],
  ])("%s: inconclusive", (_, imex, missing) => {
    const { verdict, findings } = judge(imex, {
      ...base,
      "imex-service": unit("inactive"),
      ...(typeof imex === "object" && "domainActive" in imex ? both(unreachable) : {}),
    });
    const about = findings.filter(({ code }) => code === "expectation-missing");
    expect(about.map(({ expected }) => expected)).toEqual(missing);
    expect(
      about.every(
        (finding) =>
          finding.verdict === "inconclusive" &&
          finding.cause === "configuration" &&
          finding.scope.id === "k7-tray01" &&
          finding.message.includes(finding.expected ?? "?"),
      ),
    ).toBe(true);
    expect(verdict).toBe(
      typeof imex === "object" && "domainActive" in imex && imex.domainActive === true ? "fail" : "inconclusive",
    );
  });

  it("a fault that needs no members is still one", () => {
    expect(answer({ model: "host", members: [] }, { ...base, ...both(unreachable) })).toEqual([
      "fail",
      "expectation-missing",
      "daemon-not-running",
    ]);
    const down = prints(domain.replace('"status": "UP"', '"status": "DOWN"'));
    expect(answer({ model: "host" }, { ...base, "imex-domain": down })).toEqual([
      "fail",
      "expectation-missing",
      "domain-down",
    ]);
    expect(
      answer(
        { model: "host" },
        { ...base, "imex-domain": prints(domain.replace('"status": "UP"', '"status": "DEGRADED"')) },
      ),
    ).toEqual(["inconclusive", "expectation-missing"]);
  });

  it("an unknown model is invalid; without domainActive nothing of the daemon is judged", () => {
    expect(answer({ model: "mesh", members: MEMBERS }, base)).toEqual(["inconclusive", "expectation-invalid"]);
    expect(answer({ model: "per-domain", members: MEMBERS }, { ...base, ...both(unreachable) })).toEqual([
      "inconclusive",
      "expectation-missing",
    ]);
  });
});

describe("I1 three models", () => {
  it("host and active per-domain: READY, UP and whole is a pass, whatever the unit file says", () => {
    for (const imex of [HOST, ACTIVE]) {
      for (const service of [unit("active"), unit("inactive"), unit("failed"), undefined, silent, { stdout: "" }])
        expect(codes(judge(imex, { ...base, "imex-service": service }))).toEqual([]);
    }
  });

  it("dns-slots: other slots, DEGRADED or DOWN and the unit decide nothing", () => {
    const text = slotted["imex-domain"]?.stdout ?? "";
    for (const status of ["DEGRADED", "DOWN", "UP", "PARTITIONED"]) {
      for (const service of [unit("inactive"), unit("failed"), undefined]) {
        expect(
          judge(SLOTTED, {
            ...slotted,
            "imex-service": service,
            "imex-domain": prints(text.replace("DEGRADED", status)),
          }),
        ).toMatchObject({ verdict: "pass", findings: [] });
      }
    }
    expect(answer(SLOTTED, { ...slotted, ...both(silent), "imex-service": unit("inactive") })).toEqual([
      "inconclusive",
      "evidence-unusable",
      "evidence-unusable",
    ]);
    expect(answer(SLOTTED, { ...slotted, ...both(unreachable), "imex-service": unit("active") })).toEqual([
      "fail",
      "daemon-not-running",
    ]);
  });

  it.each<[string, Probes]>([
    ["the unit is inactive and nothing else was collected", { "imex-service": unit("inactive") }],
    [
      "the unit has failed",
      {
        "imex-service": unit("failed"),
        "imex-local": hung,
        "imex-domain": absent,
        "imex-nodes": hung,
        "imex-resolve": silent,
      },
    ],
    [
      "the unit is Inactive and the control tool is silent",
      { "imex-service": unit("Inactive"), "imex-local": silent, "imex-domain": silent },
    ],
    [
      "the control tool finds no daemon, whatever the unit",
      { "imex-service": unit("active"), "imex-local": says("no local daemon\n") },
    ],
    ["only the domain probe finds no daemon", { "imex-domain": unreachable }],
    [
      "a domain of which nobody runs",
      {
        "imex-service": unit("inactive"),
        "imex-domain": prints(domain.replaceAll("READY", "UNAVAILABLE").replace('"UP"', '"DOWN"')),
      },
    ],
    [
      "the nodes file could not be read either",
      { "imex-service": unit("inactive"), ...both(says("Failed to read node configuration file\n")) },
    ],
  ])("an idle per-domain node passes: %s", (_, probes) => {
    expect(answer(IDLE, probes)).toEqual(["pass"]);
  });

  it.each<[string, Probes, string[]]>([
    ["READY", { "imex-local": prints("READY\n") }, ["daemon-left-over"]],
    [
      "another state",
      { "imex-local": prints("UNAVAILABLE\n"), "imex-service": unit("inactive") },
      ["daemon-left-over"],
    ],
    [
      "a word nobody knows",
      { "imex-local": prints("NAPPING\n"), "imex-service": unit("inactive") },
      ["daemon-left-over"],
    ],
    [
      "a whole domain",
      { "imex-local": says("not running\n"), "imex-domain": prints(domain), "imex-service": unit("inactive") },
      ["daemon-left-over"],
    ],
    [
      "a DEGRADED domain",
      {
        "imex-domain": prints(domain.replaceAll("READY", "UNAVAILABLE").replace('"UP"', '"DEGRADED"')),
        "imex-service": unit("inactive"),
      },
      ["daemon-left-over"],
    ],
    [
      "a DOWN domain with a node that runs",
      { "imex-domain": prints(domain.replace('"UP"', '"DOWN"')), "imex-service": unit("inactive") },
      ["daemon-left-over"],
    ],
    [
      "a DOWN domain of which one node still starts",
      {
        "imex-domain": prints(
          domain.replace("READY", "INIT_GPU").replaceAll("READY", "UNAVAILABLE").replace('"UP"', '"DOWN"'),
        ),
        "imex-service": unit("inactive"),
      },
      ["daemon-left-over"],
    ],
    ["nothing", {}, ["evidence-missing", "evidence-missing"]],
    ["an active unit and silence", { "imex-local": silent, "imex-service": unit("active") }, ["evidence-unusable"]],
    [
      "an active unit and a tool that hangs",
      { "imex-local": hung, "imex-service": unit("activating") },
      ["evidence-unusable"],
    ],
    [
      "no state of the unit",
      { "imex-local": silent, "imex-service": { stdout: "LoadState=loaded\n" } },
      ["evidence-unusable", "evidence-unusable"],
    ],
    [
      "an unreadable nodes file and no unit",
      { "imex-local": says("Failed to read node configuration file\n") },
      ["evidence-unusable", "evidence-missing"],
    ],
  ])("an idle per-domain node that shows %s is inconclusive", (_, probes, found) => {
    expect(answer(IDLE, probes)).toEqual(["inconclusive", ...found]);
  });

  it("the left-over daemon is pointed at", () => {
    expect(judge(IDLE, { "imex-local": prints("READY\n") }).findings[0]).toMatchObject({
      cause: "configuration",
      expected: "no daemon",
      observed: "READY",
      evidence: [{ probe: "imex-local", line: 1 }],
    });
    expect(judge(IDLE, { "imex-domain": prints(domain) }).findings[0]).toMatchObject({
      observed: "a domain that is UP",
      evidence: [{ probe: "imex-domain", path: "/status" }],
    });
    expect(judge(IDLE, { "imex-local": says("Failed to read node configuration file\n") }).findings[0]).toMatchObject({
      observed: "Failed to read node configuration file",
      evidence: [{ probe: "imex-local", stream: "err", line: 1 }],
    });
  });
});

describe("I2 the local daemon", () => {
  it.each([
    ["UNAVAILABLE", "fail", "daemon-unavailable", /is UNAVAILABLE/],
    ["unavailable", "fail", "daemon-unavailable", /is UNAVAILABLE/],
    ["INITIALIZING", "inconclusive", "daemon-not-ready", /way up or down/],
    ["STARTING_AUTH_SERVER", "inconclusive", "daemon-not-ready", /way up or down/],
    ["WAITING_FOR_PEERS", "inconclusive", "daemon-not-ready", /way up or down/],
    ["WAITING_FOR_RECOVERY", "inconclusive", "daemon-not-ready", /way up or down/],
    ["INIT_GPU", "inconclusive", "daemon-not-ready", /way up or down/],
    ["SHUTTING_DOWN", "inconclusive", "daemon-not-ready", /way up or down/],
    ["NAPPING", "inconclusive", "daemon-not-ready", /nobody knows/],
    [" READY", "inconclusive", "daemon-not-ready", /nobody knows/],
    ["READY\nREADY", "inconclusive", "daemon-not-ready", /nobody knows/],
    ["constructor", "inconclusive", "daemon-not-ready", /nobody knows/],
    ["REA\u212Ay", "inconclusive", "daemon-not-ready", /nobody knows/],
  ])("%j is %s", (word, verdict, code, message) => {
    const judgement = judge(HOST, { ...base, "imex-local": prints(`${word}\n`) });
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.findings).toEqual([
      {
        code,
        verdict,
        cause: "unknown",
        scope: { kind: "node", id: "k7-tray01" },
        message: expect.stringMatching(message) as string,
        expected: "READY",
        observed: word.trim() === word ? word : "READY",
        evidence: [{ probe: "imex-local", line: 1 }],
      },
    ]);
  });

  it.each(["READY\n", "Ready\r\n", "ready\n"])("%j is READY", (text) => {
    expect(answer(HOST, { ...base, "imex-local": prints(text) })).toEqual(["pass"]);
  });

  it("G3 a known word is whole without its newline, and a cut one is a state that nobody knows", () => {
    expect(answer(HOST, { ...base, "imex-local": prints("READY") })).toEqual(["pass"]);
    expect(answer(HOST, { ...base, "imex-local": prints("READ") })).toEqual(["inconclusive", "daemon-not-ready"]);
    expect(answer(HOST, { ...base, "imex-local": prints("UNAVAILABLE") })).toEqual(["fail", "daemon-unavailable"]);
    expect(answer(HOST, { ...base, "imex-local": prints("\nREADY\n\n") })).toEqual(["pass"]);
  });

  it("READY with an exit code that says otherwise is a contradiction", () => {
    expect(answer(HOST, { ...base, "imex-local": prints("READY\n", 1) })).toEqual([
      "inconclusive",
      "evidence-unusable",
    ]);
    expect(answer(HOST, { ...base, "imex-domain": prints(domain, 3) })).toEqual(["inconclusive", "evidence-unusable"]);
    expect(answer(HOST, { ...base, "imex-local": prints("UNAVAILABLE\n", 1) })).toEqual([
      "fail",
      "evidence-unusable",
      "daemon-unavailable",
    ]);
    expect(judge(HOST, { ...base, "imex-local": prints("READY\n", 1) }).findings[0]).toMatchObject({
      message: expect.stringContaining("exit code 1 although") as string,
      evidence: [{ probe: "imex-local" }],
    });
  });

  it("a control tool that could not start, timed out or was not collected is inconclusive", () => {
    for (const [sketch, code] of [
      [absent, "evidence-unusable"],
      [hung, "evidence-unusable"],
      [undefined, "evidence-missing"],
      [prints(""), "evidence-unusable"],
    ] as const) {
      expect(answer(HOST, { ...base, "imex-local": sketch })).toEqual(["inconclusive", code]);
      expect(answer(HOST, { ...base, "imex-domain": sketch })).toEqual(["inconclusive", code]);
    }
  });

  it("what a wrong name explains is configuration", () => {
    const resolve = prints((base["imex-resolve"]?.stdout ?? "").replace("10.44.7.13", "! timed out"));
    const judgement = judge(HOST, { ...base, "imex-local": prints("UNAVAILABLE\n"), "imex-resolve": resolve });
    expect(judgement.findings.map(({ code, cause }) => [code, cause])).toEqual([
      ["daemon-unavailable", "configuration"],
      ["member-unresolved", "configuration"],
    ]);
  });
});

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
      message: "The probe imex-local cannot be used: it ended with exit code 7 and said nothing of the daemon.",
      cause: "tool",
      evidence: [{ probe: "imex-local", stream: "err", line: 1 }],
    });
    expect(judge(HOST, { ...base, "imex-local": silent }).findings[0]).toMatchObject({
      evidence: [{ probe: "imex-local" }],
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
        message: "The probe imex-service cannot be used: it was cut: its last line has no newline.",
        evidence: [{ probe: "imex-service", line: stdout.split("\n").length }],
      });
    }
  });
});

describe("G1 a proven fault is not hidden by what is missing", () => {
  it("a hung domain query beside a wrong nodes file, and a lost nodes file beside a daemon that does not run", () => {
    const judgement = judge(HOST, {
      ...base,
      "imex-domain": hung,
      "imex-nodes": prints("k7-tray00\nk7-tray01\nk7-tray02\n"),
    });
    expect([judgement.verdict, ...codes(judgement)]).toEqual([
      "fail",
      "evidence-unusable k7-tray01",
      "nodes-entry-missing k7-tray03",
    ]);
    expect(answer(HOST, { ...base, ...both(unreachable), "imex-nodes": undefined, "imex-resolve": hung })).toEqual([
      "fail",
      "daemon-not-running",
      "evidence-missing",
      "evidence-unusable",
    ]);
  });
});
