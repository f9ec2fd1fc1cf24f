import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { importCheck } from "../import-check.ts";
import { judgingPool } from "./judging-pool.ts";
import { bytesOf, type Outputs } from "./outputs.ts";
import { pack, unpack } from "./pack.ts";
import { inlineReader, type EvidenceReader } from "./reader.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-judging-"));
const url = (id: string): string => pathToFileURL(join(folder, `${id}.mjs`)).href;
const record = {
  argv: ["p"],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  startedAt: "2026-01-01T00:00:00Z",
  durationMs: 1,
};
const outputsOf = (stdout: string | Buffer): Outputs =>
  new Map([["p", { record, stdout: Buffer.from(stdout), stderr: Buffer.from("") }]]);
const asked = (...ids: readonly string[]) =>
  ids.map((id) => ({ id, version: "1.0.0", digest: "", expectations: { word: "well" } }));

/** A check whose `judge` is this text, with what its probe printed as `said`. */
function plant(id: string, body: string): void {
  const text = "{ parse: (output) => (output.damaged ? 'damaged' : output.stdout) }";
  const finding =
    "(message) => ({ code: 'odd', verdict: 'fail', cause: 'hardware', scope: { kind: 'node', id: evidence.node.name }, message, evidence: [] })";
  writeFileSync(
    join(folder, `${id}.mjs`),
    `export default { kind: "check", id: "${id}", version: "1.0.0", title: "t", probes: [], sections: {}, needs: () => [], codes: {},
    judge(evidence) { const finding = ${finding}; const reading = evidence.read("p", ${text}); const said = reading.value; ${body} } };\n`,
  );
}

beforeAll(() => {
  plant("says", "return said === 'well' ? [] : [finding(said)];");
  plant("hangs", "while (said === 'hang'); return [];");
  plant(
    "loops-by-builtins",
    "const all = []; while (said === 'hang') { all.push([1].fill(2)); all.length = 0; } return [];",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let pool: EvidenceReader | undefined;
afterEach(async () => pool?.close());

it("packs any output into one piece of memory and gives the same bytes back", () => {
  const bytes = fc.uint8Array({ maxLength: 20 });
  const probe = fc.record({ record: fc.constant(record), stdout: fc.option(bytes, { nil: undefined }), stderr: bytes });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), probe), (probes) => {
      const outputs = new Map(Object.entries(probes));
      expect(unpack(pack(outputs))).toEqual(outputs);
    }),
  );
});

it("says the same of output in memory, in a file, in a folder and in line", async () => {
  pool = judgingPool(url);
  const inline = inlineReader((id) => importCheck(id, url(id)));
  for (const printed of ["well", "unwell", Buffer.from([0x77, 0xff])]) {
    const node = { name: "n1" };
    writeFileSync(
      join(folder, "bundle.json"),
      JSON.stringify({
        schema: "slipway/evidence@1",
        node,
        collectedAt: "2026-01-01T00:00:00Z",
        probes: { p: record },
      }),
    );
    writeFileSync(join(folder, "p.out"), printed);
    const source = { node, outputs: outputsOf(printed) };
    const said = await inline.judge(source, asked("says", "hangs"));
    expect(await pool.judge(source, asked("says", "hangs"))).toEqual(said);
    const filed = { file: join(folder, "p.out"), length: Buffer.from(printed).length, toString: undefined };
    const inFile: Outputs = new Map([["p", { record, stdout: filed, stderr: Buffer.from("") }]]);
    for (const reader of [pool, inline])
      expect(await reader.judge({ node, outputs: inFile }, asked("says", "hangs"))).toEqual(said);
    expect(await pool.judge({ node, folder }, asked("says", "hangs"))).toEqual(said);
  }
});

it("keeps the caller's output whole, so that it can be judged again and stored", async () => {
  pool = judgingPool(url);
  const outputs = outputsOf("unwell");
  await pool.judge({ node: { name: "n1" }, outputs }, asked("says"));
  expect(bytesOf(outputs.get("p")?.stdout ?? new Uint8Array()).toString()).toBe("unwell");
});

it.each(["hangs", "loops-by-builtins"])(
  "goes on beside a check that %s, and judges what is left of its bundle",
  async (id) => {
    pool = judgingPool(url, { threads: 1, hangsMs: 3_000 });
    const source = { node: { name: "n1" }, outputs: outputsOf("hang") };
    const [first, struck, last] = await pool.judge(source, asked("says", id, "says"));
    expect([first, last]).toMatchObject([{ verdict: "fail" }, { verdict: "fail" }]);
    expect(struck).toMatchObject({
      verdict: "inconclusive",
      findings: [
        { code: "check-crashed", cause: "tool", message: expect.stringContaining("longer than 3 s") as string },
      ],
    });
  },
);

it("reports who a node is and that its use is unknown where nvidia-smi did not run", async () => {
  pool = judgingPool(url);
  const boot = "f2ecc4fe-7bf0-4a0d-a8d6-2a3a1f4a29b5";
  const outputs: Outputs = new Map([
    ["boot-id", { record, stdout: Buffer.from(`${boot}\n`), stderr: Buffer.from("") }],
  ]);
  expect(await pool.report({ name: "n1", rack: "r1" }, outputs)).toEqual({
    node: { name: "n1", rack: "r1", bootId: boot },
    use: { state: "unknown", why: "nvidia-smi: it was not collected" },
  });
});

it("rejects what waits when it is closed, and a build that is not to be had", async () => {
  pool = judgingPool((id) => {
    if (id === "gone") throw new Error("there is no such build");
    return url(id);
  });
  const source = { node: { name: "n1" }, outputs: outputsOf("hang") };
  await expect(pool.judge(source, asked("gone"))).rejects.toThrow("no such build");
  const waits = pool.judge(source, asked("hangs"));
  await pool.close();
  await expect(waits).rejects.toThrow("closed");
});
