import type { CheckJudgement, Finding } from "@slipway/domain";
import { describe, expect, it } from "vitest";
import { disagreements, unlikeCauses } from "./disagreements.ts";
import { ExpectedAnswer, ExpectedCheck } from "./expected.ts";

const UUID = "GPU-0a0b0c0d-1111-2222-3333-444455556666";

/** A right answer; each test plants one fault in it. */
function finding(changes: Record<string, unknown> = {}): Finding {
  return {
    code: "gpu-reset-needed",
    verdict: "fail",
    cause: "hardware",
    scope: { kind: "gpu", id: "2", serial: "1650000000002", uuid: UUID, pci: "00000000:4E:00.0" },
    message: "GPU 2 (0000:4e:00.0) asks for a reset.",
    observed: "Reset",
    evidence: [{ probe: "nvidia-smi", line: 3 }],
    ...changes,
  };
}

const judged = (...findings: Finding[]): CheckJudgement => ({
  check: "gpu-inventory",
  version: "1.0.0",
  verdict: "fail",
  findings,
});

const wanted = (changes: Record<string, unknown> = {}): ExpectedCheck =>
  ExpectedCheck.parse({ verdict: "fail", causes: ["hardware"], scopes: [{ kind: "gpu", id: "2" }], ...changes });

const files = (probe: string, stream: "out" | "err"): string | undefined =>
  probe === "nvidia-smi" ? (stream === "out" ? "one\ntwo\nthree\n" : "warning\n") : undefined;

describe("an answer that agrees", () => {
  it("names the part, carries its identity, says the text and points at the line", () => {
    const expected = wanted({
      scopes: [{ kind: "gpu", id: "2", pci: "0000:4e:00.0", uuid: UUID, serial: "1650000000002" }],
      notScopes: [{ kind: "gpu", id: "1" }, "mlx5_0/1"],
      mentions: ["asks for a RESET", "reset", { anyOf: ["a text nobody says", "gpu 2"] }, "0000:4E:00.0"],
      mentionsNot: ["workload"],
      points: [{ probe: "nvidia-smi", line: 3 }],
    });
    expect(disagreements(expected, judged(finding()), files)).toEqual([]);
  });

  it("may carry the identity beside the scope, and may have a prefix before an id", () => {
    const beside = finding({ scope: { kind: "gpu", id: "host-a:2" }, uuid: UUID, pci: "0000:4e:00.0" });
    const scopes = [{ kind: "gpu", id: "2", uuid: UUID, pci: "00000000:4E:00.0" }];
    expect(disagreements(wanted({ scopes }), judged(beside))).toEqual([]);
  });

  it("has its PCI address in the scope where the message has none", () => {
    const scoped = finding({ message: "A card is gone." });
    expect(disagreements(wanted({ mentions: ["0000:4e:00.0"] }), judged(scoped))).toEqual([]);
  });

  it("may name one of several parts", () => {
    const scopes = [{ anyOf: [{ kind: "gpu", id: "7" }, "2"] }];
    expect(disagreements(wanted({ scopes }), judged(finding()))).toEqual([]);
  });
});

const planted: readonly (readonly [
  key: string,
  expected: Record<string, unknown>,
  wrong: Record<string, unknown>,
  difference: string,
])[] = [
  ["causes", {}, { cause: "unknown" }, "the cause for gpu 2 is unknown, not one of hardware"],
  [
    "causes without scopes",
    { scopes: null, otherCauses: ["unknown"] },
    { cause: "unknown" },
    "no fail finding has a cause of hardware",
  ],
  [
    "causes of one scope",
    { scopes: [{ kind: "gpu", id: "2", causes: ["fabric"] }] },
    {},
    "the cause for gpu 2 is hardware, not one of fabric",
  ],
  ["scopes, another part", {}, { scope: { kind: "gpu", id: "12" } }, "no fail finding names gpu 2"],
  ["scopes, another kind", {}, { scope: { kind: "port", id: "2" } }, "no fail finding names gpu 2"],
  [
    "scopes, the end of a PCI address",
    { scopes: [{ kind: "gpu", id: "0" }] },
    { scope: { kind: "gpu", id: "00000000:4E:00.0" } },
    "no fail finding names gpu 0",
  ],
  ["scopes, none of several", { scopes: [{ anyOf: ["7", "8"] }] }, {}, "no fail finding names 7 or 8"],
  [
    "pci, another address",
    { scopes: [{ kind: "gpu", id: "2", pci: "0000:5f:00.0" }] },
    { message: "GPU 2 at 0000:5F:00.0" },
    "carries pci 00000000:4E:00.0 instead of 0000:5f:00.0",
  ],
  [
    "pci, not in the message",
    { scopes: [{ kind: "gpu", id: "2", pci: "0000:4e:00.0" }] },
    { message: "GPU 2 asks for a reset." },
    "does not name the address 0000:4e:00.0",
  ],
  ["uuid", { scopes: [{ kind: "gpu", id: "2", uuid: "GPU-other" }] }, {}, `carries uuid ${UUID} instead of GPU-other`],
  [
    "serial",
    { scopes: [{ kind: "gpu", id: "2", serial: "1650000000002" }] },
    { scope: { kind: "gpu", id: "2" } },
    "carries serial not at all instead of 1650000000002",
  ],
  ["notScopes", { notScopes: [{ kind: "gpu", id: "2" }] }, {}, "names gpu 2, which it must not"],
  ["mentions", { mentions: ["asks for a reboot"] }, {}, 'no finding says "asks for a reboot"'],
  ["mentions, none of several", { mentions: [{ anyOf: ["boot", "drain"] }] }, {}, 'no finding says "boot" or "drain"'],
  ["mentions, another address", { mentions: ["0000:4f:00.0"] }, {}, 'no finding says "0000:4f:00.0"'],
  ["mentionsNot", { mentionsNot: ["RESET"] }, {}, 'says "RESET", which it must not'],
  [
    "points, another line",
    { points: [{ probe: "nvidia-smi", line: 2 }] },
    {},
    "no finding points at line 2 of nvidia-smi.out",
  ],
  [
    "points, the other stream",
    { points: [{ probe: "nvidia-smi", stream: "err", line: 3 }] },
    {},
    "no finding points at line 3 of nvidia-smi.err",
  ],
  [
    "a line behind the end of the file",
    {},
    { evidence: [{ probe: "nvidia-smi", line: 4 }] },
    "points at line 4 of nvidia-smi.out, which has 3",
  ],
  [
    "a line of a file that is not there",
    {},
    { evidence: [{ probe: "nvlink", stream: "err", line: 1 }] },
    "points at line 1 of nvlink.err, which has 0",
  ],
  ...(["serial", "uuid", "pci"] as const).flatMap((key) =>
    ["[N/A]", "gpu requires reset", "<<none>>", "[a text in brackets]"].map(
      (word) =>
        [
          `${key} ${word}, a word that stands for no value`,
          {},
          { scope: { kind: "gpu", id: "2", [key]: word } },
          `carries ${JSON.stringify(word)} as ${key}, which stands for no value`,
        ] as const,
    ),
  ),
];

it("reads each file of the evidence once, however many findings point into it", () => {
  const read: string[] = [];
  const counted = (probe: string, stream: "out" | "err"): string | undefined => {
    read.push(`${probe}.${stream}`);
    return files(probe, stream);
  };
  const elsewhere = finding({ scope: { kind: "link", id: "2/4" }, evidence: [{ probe: "nvlink", line: 1 }] });
  const many = [finding(), finding(), elsewhere, finding()];
  expect(disagreements(wanted(), judged(...many), counted)).toEqual([
    "finding gpu-reset-needed points at line 1 of nvlink.out, which has 0",
  ]);
  expect(read).toEqual(["nvidia-smi.out", "nvlink.out"]);
});

describe("a planted wrong answer is told by its key", () => {
  it.each(planted)("%s", (_, expected, wrong, difference) => {
    const told = disagreements(wanted(expected), judged(finding(wrong)), files);
    expect(told).toEqual([expect.stringContaining(difference)]);
  });

  it("verdict", () => {
    expect(disagreements(wanted({ verdict: "inconclusive" }), judged(finding()))).toEqual([
      "verdict fail instead of inconclusive",
    ]);
  });

  it("otherCauses: another finding may have those and no others", () => {
    const other = finding({ code: "link-inactive", cause: "fabric", scope: { kind: "link", id: "2/4" } });
    expect(disagreements(wanted({ otherCauses: ["fabric"] }), judged(finding(), other))).toEqual([]);
    expect(disagreements(wanted({ otherCauses: ["platform"] }), judged(finding(), other))).toEqual([
      "finding link-inactive has cause fabric, outside hardware, platform",
    ]);
  });

  it("scopes: a finding without the check's verdict names nothing, and takes part in no notScopes", () => {
    const note = finding({ verdict: "pass", cause: "workload", scope: { kind: "gpu", id: "5" } });
    expect(disagreements(wanted({ scopes: ["5"] }), judged(finding(), note))).toContain("no fail finding names 5");
    expect(disagreements(wanted({ notScopes: ["5"] }), judged(finding(), note))).toEqual([]);
  });

  it("sameCauses: two checks whose deciding findings have different causes, or one of which has none", () => {
    const xid = { ...judged(finding({ cause: "platform" })), check: "xid" };
    const note = finding({ verdict: "pass", cause: "workload" });
    expect(
      unlikeCauses([["gpu-inventory", "xid"]], [judged(finding(), note), { ...xid, findings: [finding()] }]),
    ).toEqual([]);
    expect(unlikeCauses([["gpu-inventory", "xid"]], [judged(finding()), xid])).toEqual([
      "gpu-inventory gives the cause hardware and xid platform, which must be the same",
    ]);
    expect(unlikeCauses([["gpu-inventory", "xid"]], [judged(finding())])).toEqual([
      "gpu-inventory gives the cause hardware and xid none, which must be the same",
    ]);
  });
});

describe("expected.json", () => {
  const answer = { exit: 0, node: "pass", checks: {}, why: "a test" };
  const withCheck = (more: object): object => ({
    ...answer,
    checks: { xid: { verdict: "pass", causes: null, scopes: null, ...more } },
  });

  it.each([
    ["of the bundle", { ...answer, klass: "log-prefix" }],
    ["of a check", withCheck({ mention: ["text"] })],
    ["of a scope", withCheck({ scopes: [{ kind: "gpu", id: "1", busId: "0000:4e:00.0" }] })],
    ["of a scope that must not be named", withCheck({ notScopes: [{ kind: "gpu", id: "1", causes: [] }] })],
    ["of a mention", withCheck({ mentions: [{ allOf: ["a"] }] })],
    ["of a point", withCheck({ points: [{ probe: "nvlink", line: 1, column: 2 }] })],
  ])("with an unknown key %s is refused", (_, document) => {
    expect(ExpectedAnswer.safeParse(document).success).toBe(false);
  });

  it("may name a class, causes that must be the same, and a reason", () => {
    expect(ExpectedAnswer.parse({ ...answer, class: "error-id", sameCauses: [["dcdiag", "xid"]] })).toMatchObject({
      class: "error-id",
    });
    expect(ExpectedAnswer.safeParse({ ...answer, why: "" }).success).toBe(false);
  });
});
