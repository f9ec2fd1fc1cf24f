import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadChecks } from "@slipway/catalog";
import type { Finding, NodeJudgement } from "@slipway/domain";
import { commandProbe, defineCheck, Unreadable, type Format } from "@slipway/plugin-sdk";
import { ExpectedAnswer } from "@slipway/testkit";
import { afterAll, describe, expect, it, vi } from "vitest";
import { repositoryRoot } from "../workspace.ts";
import { compare } from "./bundles.ts";
import { readCapture, readCaptures, type CaptureRow } from "./captures.ts";
import { conformance, lostCaptures, type ConformanceOptions } from "./conformance.ts";

const shared = join(repositoryRoot, "..", "shared");
const finding: Finding = {
  code: "rail-down",
  verdict: "fail",
  cause: "hardware",
  scope: { kind: "port", id: "mlx5_0/1" },
  message: "down",
  evidence: [],
};
const answered = (verdict: "pass" | "fail"): NodeJudgement => ({
  schema: "slipway/judgement@1",
  node: "n",
  verdict,
  checks: [{ check: "ib-xdr", version: "1.0.0", verdict, findings: verdict === "fail" ? [finding] : [] }],
});

describe("the answer to a bundle", () => {
  const expected = ExpectedAnswer.parse({
    exit: 1,
    node: "fail",
    checks: { "ib-xdr": { verdict: "fail", causes: ["hardware"], scopes: [{ kind: "port", id: "mlx5_0/1" }] } },
    why: "a test",
  });

  it("agrees in exit code, node, check, cause and scope", () => {
    expect(compare(expected, { exit: 1, judgement: answered("fail") })).toEqual([]);
    expect(compare(expected, { exit: 0, judgement: answered("pass") })).toEqual([
      "exit 0 instead of 1",
      "node pass instead of fail",
      "ib-xdr: verdict pass instead of fail",
    ]);
    const xid = { ...expected, checks: { xid: { verdict: "pass", causes: null, scopes: null } } };
    expect(compare(xid, { exit: 1, judgement: answered("fail") })).toEqual(["xid: was not judged"]);
    expect(compare(expected, { exit: 3, refused: "no bundle.json" })).toEqual([
      "exit 3 instead of 1",
      "refused instead of fail: no bundle.json",
    ]);
    const damaged = { ...answered("fail"), schema: "slipway/other@1" } as unknown as NodeJudgement;
    expect(compare(expected, { exit: 1, judgement: damaged })).toEqual(["the answer is no judgement document"]);
  });

  it("that must be refused is no judgement", () => {
    const refused = { exit: 3, node: null, checks: {}, why: "a test" };
    expect(compare(refused, { exit: 3 })).toEqual([]);
    expect(compare(refused, { exit: 3, judgement: answered("pass") })).toEqual([
      "a judgement of input that must be refused",
    ]);
  });

  it("is told where two checks must give the same causes", () => {
    const same = { ...expected, sameCauses: [["ib-xdr", "xid"] as [string, string]] };
    expect(compare(same, { exit: 1, judgement: answered("fail") })).toEqual([
      "ib-xdr gives the cause hardware and xid none, which must be the same",
    ]);
  });
});

describe("conformance over folders of its own", () => {
  const shared = mkdtempSync(join(tmpdir(), "slipway-conformance-"));
  afterAll(() => rmSync(shared, { recursive: true }));
  const bundle = (path: string, expected: unknown, log: string): void => {
    const dir = join(shared, path);
    mkdirSync(dir, { recursive: true });
    const run = { argv: ["dmesg"], exitCode: 0, signal: null, timedOut: false, startError: null };
    const node = { name: "node-1" };
    writeFileSync(
      join(dir, "bundle.json"),
      JSON.stringify({ schema: "slipway/evidence@1", node, expect: {}, probes: { "kernel-log": run } }),
    );
    writeFileSync(join(dir, "kernel-log.out"), log);
    writeFileSync(join(dir, "expected.json"), JSON.stringify(expected));
  };
  const passes = { exit: 0, node: "pass", checks: { xid: { verdict: "pass", causes: null, scopes: null } }, why: "Y4" };
  const BANNER = "[    0.000000] Linux version 6.8.0 (buildd@host)\n";
  bundle("bundles/quiet", passes, BANNER);
  bundle("field/1-quiet", { ...passes, class: "log-prefix" }, BANNER);
  bundle("field/2-cut", { ...passes, class: "log-prefix" }, "[    1.000000] a log without its beginning\n");
  bundle("field/3-key", { ...passes, class: "log-prefix", verdict: "pass" }, BANNER);
  mkdirSync(join(shared, "bundles/refused"));
  writeFileSync(join(shared, "bundles/refused/expected.json"), JSON.stringify({ ...passes, exit: 3, node: null }));

  const run = async (options: ConformanceOptions): Promise<{ code: number; printed: string }> => {
    let printed = "";
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    try {
      return { code: await conformance({ shared, ...options }), printed };
    } finally {
      write.mockRestore();
    }
  };

  it("prints agreement per class and each difference, and exits 1", async () => {
    const { code, printed } = await run({});
    expect(code).toBe(1);
    expect(printed.replaceAll(/ +/g, " ").split("\n")).toEqual(
      expect.arrayContaining(["field 0 of 1", "bundles 2 of 2", "log-prefix 1 of 2"]),
    );
    expect(printed).toContain("field/2-cut DIFFERS:\n  exit 2 instead of 0\n  node inconclusive instead of pass\n");
    expect(printed).toMatch(/field\/3-key DIFFERS:\n {2}expected\.json: .*"verdict"/);
    expect(printed).toContain("3 of 5 bundles agree");
  });

  it("exits 0 when what was asked for by name or class agrees", async () => {
    expect((await run({ only: "quiet" })).code).toBe(0);
    expect(await run({ only: "bundles" })).toMatchObject({ code: 0 });
    expect((await run({ only: "log-prefix" })).code).toBe(1);
    await expect(run({ only: "no such name" })).rejects.toThrow("no bundle, class or capture");
  });

  it("prints a line for each bundle and each class as JSON", async () => {
    const lines = (await run({ json: true, only: "log-prefix" })).printed.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { schema: "slipway/conformance-bundle@1", set: "field", bundle: "1-quiet", class: "log-prefix", differences: [] },
      expect.objectContaining({
        bundle: "2-cut",
        differences: expect.arrayContaining(["exit 2 instead of 0"]) as unknown,
      }),
      { schema: "slipway/conformance-class@1", class: "log-prefix", agree: 1, of: 2 },
    ]);
  });
});

describe("a capture", () => {
  const format: Format<{ rows: string[] }> = {
    parse: ({ stdout }) => {
      if (stdout.startsWith("boom")) throw new TypeError("a bug");
      if (!stdout.startsWith("rows")) throw new Unreadable("no rows");
      return { rows: stdout.split(" ") };
    },
  };
  const probe = commandProbe("Rows", { id: "rows", argv: ["rows"], timeoutMs: 1, usualSeconds: 1 });
  const check = defineCheck({
    id: "rows",
    version: "1.0.0",
    title: "A check of rows",
    probes: [{ probe, why: "a test" }],
    sections: {},
    needs: [],
    codes: {},
    judge: (evidence) => (evidence.read("rows", format).usable ? [] : []),
  });
  const read = (text: string, id = "rows"): Pick<CaptureRow, "outcome" | "objects" | "detail"> =>
    readCapture([check], id, Buffer.from(text));

  it("is recognised, not recognised, not read, or crashes its parser", () => {
    expect(read("rows a b\n")).toEqual({ outcome: "recognised", objects: 3, detail: "rows" });
    expect(read("text\n")).toEqual({ outcome: "not-recognised", objects: 0, detail: "rows: no rows (text)" });
    expect(read("rows\n", "other")).toMatchObject({ outcome: "not-read" });
    expect(read("boom\n")).toEqual({ outcome: "crashed", objects: 0, detail: "rows: TypeError: a bug" });
  });

  it("that was recognised and no longer is, is lost; one that is not there is not", () => {
    const row: CaptureRow = {
      capture: "a.txt",
      probe: "rows",
      outcome: "not-recognised",
      objects: 0,
      detail: "",
      word: "",
    };
    expect(lostCaptures([row], ["a.txt", "b.txt", ""])).toEqual(["a.txt"]);
    expect(lostCaptures([{ ...row, outcome: "recognised" }], ["a.txt"])).toEqual([]);
  });
});

describe.skipIf(!existsSync(shared))("the shared captures", () => {
  it("crash no parser, and those of the list are recognised", async () => {
    const rows = readCaptures(join(shared, "captures"), (await loadChecks()).values());
    expect(rows.filter((row) => row.outcome === "crashed")).toEqual([]);
    expect(lostCaptures(rows)).toEqual([]);
  });
});
