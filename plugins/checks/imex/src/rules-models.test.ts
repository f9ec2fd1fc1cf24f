import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import {
  absent,
  ACTIVE,
  answer,
  base,
  both,
  codes,
  domain,
  HOST,
  hung,
  IDLE,
  judge,
  MEMBERS,
  prints,
  type Probes,
  says,
  silent,
  slotted,
  SLOTTED,
  unit,
  unreachable,
} from "../test/daemon-case.ts";
import check from "./index.ts";

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
    expect(about).toMatchObject(
      missing.map((key) => ({
        verdict: "inconclusive",
        cause: "configuration",
        scope: { kind: "node", id: "k7-tray01" },
        message: expect.stringContaining(key) as string,
        expected: key,
      })),
    );
    expect(about).toHaveLength(missing.length);
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

describe("I10 a node that has no IMEX", () => {
  const NONE = { model: "none" };
  it.each<[string, Probes]>([
    ["nothing was collected", {}],
    ["the tool is not installed", both(absent)],
    ["a daemon answers", base],
    ["the daemon does not run", { ...both(unreachable), "imex-service": unit("failed") }],
    ["the tool hangs", both(hung)],
    ["the domain is DOWN", { ...base, "imex-domain": prints(domain.replace('"status": "UP"', '"status": "DOWN"')) }],
  ])("is not judged: %s", (_, probes) => {
    for (const imex of [
      NONE,
      { ...NONE, members: MEMBERS },
      { ...NONE, members: [], domainActive: true, version: "1" },
    ])
      expect(judge(imex, probes)).toEqual({
        check: "imex",
        version: expect.stringMatching(/^1\./) as string,
        verdict: "not-applicable",
        reason: "This node has no IMEX: its expectations say imex.model none.",
        findings: [],
      });
  });

  it("needs no other expectation, whatever it holds, and a model that cannot be read is not taken for none", () => {
    expect(answer({ model: "None" }, base)).toEqual(["inconclusive", "expectation-invalid"]);
    expect(answer({ model: "none", members: 7, domainActive: "no" }, base)).toEqual(["not-applicable"]);
  });

  it("near miss: under the host model a unit that is inactive is a fault", () => {
    expect(answer(HOST, { ...base, ...both(absent), "imex-service": unit("inactive") })).toEqual([
      "fail",
      "daemon-not-running",
      "evidence-unusable",
      "evidence-unusable",
    ]);
  });

  it("takes no part in the rack view", () => {
    const evidence = evidenceOf({ node: { name: "t0", rack: "r1" }, probes: { "imex-nodes": "t9\n" } });
    const expected = { imex: { model: "none", members: ["t0", "t1"] } };
    expect(check.judgeRack?.([{ evidence, expected }])).toEqual([]);
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
      message:
        "The probe imex-local cannot be used: it does not tell whether a daemon runs (Failed to read node configuration file).",
      evidence: [{ probe: "imex-local", stream: "err", line: 1 }],
    });
  });
});
