import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadChecks } from "@slipway/catalog";
import { commandProbe, defineCheck, Unreadable, type Format } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../workspace.ts";
import { compare } from "./bundles.ts";
import { readCapture, readCaptures, type CaptureRow } from "./captures.ts";
import { lostCaptures } from "./conformance.ts";

const shared = join(repositoryRoot, "..", "shared");
const finding = {
  code: "rail-down",
  verdict: "fail",
  cause: "hardware",
  scope: { kind: "port", id: "mlx5_0/1" },
  message: "down",
  evidence: [],
};
const document = (verdict: string): string =>
  JSON.stringify({
    schema: "slipway/judgement@1",
    node: "n",
    verdict,
    checks: [{ check: "ib-xdr", version: "1.0.0", verdict, findings: verdict === "fail" ? [finding] : [] }],
  });

describe("an example bundle", () => {
  const expected = {
    exit: 1,
    node: "fail",
    checks: { "ib-xdr": { verdict: "fail", causes: ["hardware"], scopes: [{ kind: "port", id: "mlx5_0/1" }] } },
    why: "a test",
  };

  it("agrees in exit code, node, check, cause and scope", () => {
    expect(compare(expected, 1, document("fail"))).toEqual([]);
    expect(compare(expected, 0, document("pass"))).toEqual([
      "exit 0 instead of 1",
      "node pass instead of fail",
      "ib-xdr: verdict pass instead of fail",
    ]);
    expect(
      compare({ ...expected, checks: { xid: { verdict: "pass", causes: null, scopes: null } } }, 1, document("fail")),
    ).toEqual(["xid: was not judged"]);
    expect(compare(expected, 1, "")).toEqual(["stdout is no judgement document"]);
  });

  it("that must be refused has no judgement", () => {
    const refused = { exit: 3, node: null, checks: {}, why: "a test" };
    expect(compare(refused, 3, "")).toEqual([]);
    expect(compare(refused, 3, document("pass"))).toEqual(["a judgement of input that must be refused"]);
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
    expect(read("text\n")).toEqual({ outcome: "not-recognised", objects: 0, detail: "rows: no rows" });
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
