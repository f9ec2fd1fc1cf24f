import type { ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { answer, judge, NAMES } from "../test/names-case.ts";

describe("I4 the nodes file names the members", () => {
  it.each([
    "c\na\nb\n",
    "a\nb\nc",
    "# rack\n\n  a \r\nb\t# second\r\n\r\nc\r\n   # end",
    "a\na\nb\nc\nb\n",
    "#\uFEFF\na\nb\nc\n",
    "a#1\nb#\nc #x\n#a\n##\n",
    "\r\n\r\na\r\nb\r\r\nc\r",
  ])("%j is right", (nodes) => {
    expect(answer({ nodes })).toEqual(["pass"]);
    expect(answer({ nodes, model: "dns-slots" })).toEqual(["pass"]);
  });

  it("the missing and the surplus entry are named, with their place", () => {
    const { verdict, findings } = judge({ nodes: "# r\nz\na\nx y\nb\n" });
    expect(verdict).toBe("fail");
    expect(findings).toEqual([
      {
        code: "nodes-entry-missing",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "c" },
        message: "The nodes file of this node lacks the member c.",
        expected: "c",
        evidence: [{ probe: "imex-nodes" }],
      },
      {
        code: "nodes-entry-surplus",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "x y" },
        message: "The nodes file of this node names x y, which is no member.",
        observed: "x y",
        evidence: [{ probe: "imex-nodes", line: 4 }],
      },
      {
        code: "nodes-entry-surplus",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "z" },
        message: "The nodes file of this node names z, which is no member.",
        observed: "z",
        evidence: [{ probe: "imex-nodes", line: 2 }],
      },
    ]);
    expect(answer({ nodes: "\uFEFFa\nb\nc\n" })).toEqual([
      "fail",
      "nodes-entry-missing a",
      "nodes-entry-surplus \uFEFFa",
    ]);
    expect(answer({ nodes: "a\nA\nb\nc\n" })).toEqual(["fail", "nodes-entry-surplus A"]);
  });

  it("active per-domain: equal too; dns-slots: contained", () => {
    expect(answer({ nodes: "a\nb\nc\nd\n", model: "per-domain" })).toEqual(["fail", "nodes-entry-surplus d"]);
    expect(answer({ nodes: "a\nb\nc\nd\n", model: "dns-slots" })).toEqual(["pass"]);
    expect(answer({ nodes: "a\nb\nd\n", model: "dns-slots" })).toEqual(["fail", "nodes-entry-missing c"]);
  });

  it("an empty file is an empty list", () => {
    for (const nodes of ["", "\n", "# nobody\n"])
      expect(answer({ nodes })).toEqual(["fail", ...NAMES.map((name) => `nodes-entry-missing ${name}`)]);
  });

  it("a file that is not there fails, one that may not be read is inconclusive", () => {
    const cat = (words: string, stdout = ""): ProbeSketch => ({ stdout, stderr: `${words}\n`, exitCode: 1 });
    const { verdict, findings } = judge({
      nodes: cat("\ncat: /etc/nvidia-imex/nodes_config.cfg: No such file or directory"),
      resolve: "",
    });
    expect(verdict).toBe("fail");
    expect(findings.slice(1)).toMatchObject(
      NAMES.map((name) => ({
        code: "nodes-entry-missing",
        cause: "configuration",
        scope: { kind: "node", id: name },
        evidence: [{ probe: "imex-nodes" }],
      })),
    );
    expect(findings.slice(0, 1)).toEqual([
      {
        code: "nodes-file-missing",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "n1" },
        message: "There is no IMEX nodes file on this node.",
        expected: "a, b, c",
        evidence: [{ probe: "imex-nodes", stream: "err", line: 2 }],
      },
    ]);
    const denied = judge({ nodes: cat("cat: nodes_config.cfg: Permission denied") });
    expect(denied).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "evidence-unusable",
          message:
            "The probe imex-nodes cannot be used: it ended with exit code 1 (cat: nodes_config.cfg: Permission denied).",
        },
      ],
    });
    expect(judge({ nodes: { stdout: "", exitCode: 1 } }).findings[0]?.message).toBe(
      "The probe imex-nodes cannot be used: it ended with exit code 1.",
    );
    expect(answer({ nodes: cat("cat: x: No such file or directory", "a\nb\nc\n") })).toEqual([
      "inconclusive",
      "evidence-unusable n1",
    ]);
    expect(answer({ nodes: { startError: "not-found" } })).toEqual(["inconclusive", "evidence-unusable n1"]);
  });

  it("G3 damaged bytes spoil an entry, not a comment and not the other entries", () => {
    const spoiled = (stdout: string) => ({ stdout, stdoutDamaged: true });
    expect(answer({ nodes: spoiled("# \uFFFD\na\nb # \uFFFD\nc\n") })).toEqual(["pass"]);
    expect(judge({ nodes: spoiled("a\nb\uFFFD\nc\n") })).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "evidence-unusable",
          cause: "tool",
          scope: { kind: "node", id: "b" },
          message:
            "The probe imex-nodes cannot be used: an entry of the file holds bytes that are no UTF-8 and may be b.",
          evidence: [{ probe: "imex-nodes", line: 2 }],
        },
      ],
    });
    expect(answer({ nodes: spoiled("a\n\uFFFD\n\uFFFD\n") })).toEqual([
      "inconclusive",
      "evidence-unusable b",
      "evidence-unusable c",
    ]);
    expect(answer({ nodes: spoiled("a\nb\nc\n\uFFFD\n") })).toEqual(["inconclusive", "evidence-unusable n1"]);
    expect(answer({ nodes: spoiled("a\nb\nc\n\uFFFD\n"), model: "dns-slots" })).toEqual(["pass"]);
    expect(answer({ nodes: spoiled("a\nb\n\uFFFD\n"), model: "dns-slots" })).toEqual([
      "inconclusive",
      "evidence-unusable c",
    ]);
    expect(answer({ nodes: spoiled("a\nz\nb\uFFFD\nc\n") })).toEqual([
      "fail",
      "evidence-unusable b",
      "nodes-entry-surplus z",
    ]);
  });

  it("I11 a member behind # is no entry", () => {
    expect(answer({ nodes: "a\n#b\nc\n" })).toEqual(["fail", "nodes-entry-missing b"]);
    expect(answer({ nodes: "a\n # b\nc\n" })).toEqual(["fail", "nodes-entry-missing b"]);
    expect(answer({ nodes: "a\nc#b\n" })).toEqual(["fail", "nodes-entry-missing b"]);
    expect(answer({ nodes: "a\nb\nc\n#z\n" })).toEqual(["pass"]);
    expect(answer({ nodes: "a\nb\nc\nz#\n" })).toEqual(["fail", "nodes-entry-surplus z"]);
  });

  it("where further entries are allowed, a file without its last newline may have been cut", () => {
    const resolve = "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\nslot-4\t127.0.0.2\n";
    expect(answer({ model: "dns-slots", resolve, nodes: "a\nb\nc\nslot-4" })).toEqual(["pass"]);
    for (const nodes of ["a\nb\nc", "a\nb\nc\nslot-", "a\nb\nc\nslot-5", "a\nb\nc\nslot-4\nslot-5"])
      expect(answer({ model: "dns-slots", resolve, nodes })).toEqual(["inconclusive", "evidence-unusable n1"]);
    expect(judge({ model: "dns-slots", resolve, nodes: "a\nb\nc\nslot-" }).findings[0]).toMatchObject({
      cause: "tool",
      message: expect.stringContaining("may have been cut") as string,
      evidence: [{ probe: "imex-nodes", line: 4 }],
    });
    expect(answer({ model: "dns-slots", members: ["a"], resolve: "", nodes: "" })).toEqual([
      "fail",
      "nodes-entry-missing a",
    ]);
  });
});
