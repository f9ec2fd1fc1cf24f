import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSightings, refuseAhead } from "./read-sightings.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "slipway-sightings-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const sighting = {
  source: "cmdb",
  observed_at: "2026-01-01T00:00:00Z",
  node_name: "n1",
  gpu_serials: ["g1", "g2"],
  asset_tag: "A7",
};

test.each([
  ["nodes.csv", "source,observed_at,node_name,rack,gpu_serials,asset_tag\ncmdb,2026-01-01T00:00:00Z,n1,,g1;g2,A7\n"],
  ["nodes.jsonl", `${JSON.stringify(sighting)}\n\n`],
  [
    "nodes.yaml",
    "- source: cmdb\n  observed_at: '2026-01-01T00:00:00Z'\n  node_name: n1\n  gpu_serials: [g1, g2]\n  asset_tag: A7\n",
  ],
])("a file of sightings is read as %s, unknown columns included", (name, text) => {
  const { sightings, bad } = readSightings(file(name, text));
  expect(bad).toEqual([]);
  expect(sightings.map((one) => one.sighting)).toEqual([sighting]);
  expect(sightings[0]?.path).toMatch(/nodes\.\w+:[12]$/);
});

test.each([
  [
    "a.csv",
    "source,observed_at,node_name\ncmdb,2026-01-01T00:00:00Z,n1\ncmdb,yesterday,n2\n",
    3,
    "observed_at",
    /^expected a time .*T12:00:00Z, got "yesterday"$/,
  ],
  ["b.csv", "source,observed_at,node_name\ncmdb,2026-01-01T00:00:00Z\n", 2, "", "has 2 columns, the header 3"],
  ["c.csv", "source,observed_at,node_name\ncmdb,2026-01-01T00:00:00Z,\n", 2, "node_name", /names no node/],
  ["d.jsonl", '{"source":"cmdb"\n', 1, "", /is no JSON/],
  [
    "e.jsonl",
    '{"source":"cmdb","observed_at":"2026-01-01T00:00:00Z","gpu_serials":["a",7]}\n',
    1,
    "gpu_serials.1",
    /^expected a serial .*, got the number 7; write it in quotes$/,
  ],
  [
    "f.yaml",
    "- source: cmdb\n  observed_at: '2026-01-01T00:00:00Z'\n  node_name: n1\n- node_name: n2\n",
    4,
    "source",
    /^expected text of 1 to 200 characters, got nothing$/,
  ],
])("a bad row of a file of sightings is named by line and field (%s)", (name, text, line, field, message) => {
  expect(readSightings(file(name, text)).bad).toMatchObject([{ line, field }]);
  expect(readSightings(join(folder, name)).bad[0]?.message).toMatch(message);
});

const at = "2026-01-01T00:00:00Z";
const jsonl = (row: object): string =>
  `${JSON.stringify({ source: "cmdb", observed_at: at, node_name: "n1", ...row })}\n`;
const yaml = (rest: string): string => `- source: cmdb\n  observed_at: ${at}\n  node_name: n1\n  ${rest}\n`;

test.each([
  [
    "deep.jsonl",
    `${jsonl({})}${jsonl({ x: 0 }).replace("0}", `${"[".repeat(30_000)}${"]".repeat(30_000)}}`)}`,
    2,
    "x",
    /nested deeper than 64/,
  ],
  [
    "deep.yaml",
    `${yaml("rack: r")}${yaml(`x: ${"[".repeat(9_000)}${"]".repeat(9_000)}`)}`,
    5,
    "x",
    /nested deeper than 64/,
  ],
  ["round.yaml", yaml("x: &a [*a]"), 1, "x", /nested deeper than 64/],
  [
    "bomb.yaml",
    yaml(`x: [&a [${"1,".repeat(99)}1], &b [${"*a,".repeat(99)}*a]]`),
    1,
    /x|^$/,
    /holds more than 4096|alias/i,
  ],
  ["lost.yaml", yaml("x: *nobody"), 1, "", /nobody/],
  [
    "wide.jsonl",
    jsonl(Object.fromEntries(Array.from({ length: 5000 }, (_, key) => [`k${String(key)}`, 1]))),
    1,
    "k4093",
    /holds more than 4096/,
  ],
  [
    "wide.yaml",
    yaml(Array.from({ length: 6_000 }, (_, key) => `k${String(key)}: 1`).join("\n  ")),
    1,
    /^k\d+$/,
    /holds more than 4096/,
  ],
  ["heavy.jsonl", jsonl({ x: "x".repeat(200_000) }), 1, "", /longer than 131072/],
  ["long.jsonl", jsonl({ system_serial: "s".repeat(600) }), 1, "system_serial", /at most 512 characters, got 600/],
  ["nul.jsonl", jsonl({ tags: ["a\0b"] }), 1, "tags", /NUL/],
  ["half.jsonl", jsonl({ system_serial: "S\ud800" }), 1, "system_serial", /surrogate/],
  ["lost.jsonl", jsonl({ gpu_serials: ["A", "B\ufffd"] }), 1, "gpu_serials", /U\+FFFD/],
  ["zero.jsonl", jsonl({ observed_at: "0001-01-01T00:00:00Z" }), 1, "observed_at", /years 2000 to 2099/],
  ["end.jsonl", jsonl({ observed_at: "9999-12-31T23:59:59Z" }), 1, "observed_at", /years 2000 to 2099/],
  [
    "weaker.jsonl",
    jsonl({ expect: { imex: { members: ["t0"], model: "none" } } }),
    1,
    "expect.imex.model",
    /only a file of the fleet/,
  ],
  ["odd.jsonl", jsonl({ expect: { ib: { pkey: 7 } } }), 1, "expect.ib.pkey", /partition key/],
  [
    "excel.csv",
    `source,observed_at,node_name,system_serial\ncmdb,${at},n1,1.65021E+12\n`,
    2,
    "system_serial",
    /spreadsheet/,
  ],
  ["excel.jsonl", jsonl({ gpu_serials: ["1650", "1.65021e+12"] }), 1, "gpu_serials.1", /spreadsheet/],
  [
    "number.jsonl",
    jsonl({ system_serial: 2216 }),
    1,
    "system_serial",
    /^expected text .*, got the number 2216; write it in quotes$/,
  ],
  ["vast.jsonl", jsonl({ tray: 2 ** 60 }), 1, "tray", /or a whole number, got/],
  ["five.jsonl", "5\n", 1, "", "expected an object of fields, got the number 5"],
  [
    "nameless.csv",
    `source,observed_at,node_name,,\ncmdb,${at},n1,,\ncmdb,${at},n2,,x\n`,
    3,
    "",
    /column 5, which the header gives no name/,
  ],
])(
  "a row that cannot be stored whole is refused before anything is loaded (%s)",
  (name, text, line, field, message) => {
    const { bad } = readSightings(file(name, text));
    expect(bad).toEqual([
      {
        file: join(folder, name),
        line,
        field: typeof field === "string" ? field : (expect.stringMatching(field) as string),
        message: expect.stringMatching(message) as string,
      },
    ]);
  },
);

test.each([
  ["place.jsonl", jsonl({ rack: 7, tray: 0, gpu_serials: "A; B" }), "7"],
  ["place.yaml", yaml('rack: 007\n  tray: 0\n  gpu_serials: "A;B"'), "007"],
])("places may be numbers, and GPU serials one text (%s)", (name, text, rack) => {
  expect(readSightings(file(name, text))).toMatchObject({
    bad: [],
    sightings: [{ sighting: { rack, tray: "0", gpu_serials: ["A", "B"] } }],
  });
});

test.each(["none.csv", "none.yaml", "none.jsonl"])("an empty file of sightings holds no rows (%s)", (name) => {
  expect(readSightings(file(name, ""))).toEqual({ sightings: [], bad: [] });
});

test("bytes that are no UTF-8 are refused with their line (two serials could become one); a byte order mark is skipped", () => {
  const row = Buffer.from(`\ufeff${jsonl({})}`);
  const path = join(folder, "bytes.jsonl");
  writeFileSync(path, row);
  expect(readSightings(path).sightings).toHaveLength(1);
  writeFileSync(
    path,
    Buffer.concat([row, Buffer.from('{"system_serial":"S'), Buffer.from([0xe9]), Buffer.from('"}\n')]),
  );
  expect(() => readSightings(path)).toThrow(/bytes\.jsonl:2: holds bytes that are no UTF-8/);
});

test.each([
  ["g.csv", "node_name\nn1\n", /g\.csv:1: source: there is no such column/],
  ["twice.csv", "source,observed_at,node_name,node_name\n", /twice\.csv:1: node_name: the column is there twice/],
  ["case.csv", "source,observed_at,Node_Name,gpu_serials\n", /case\.csv:1: Node_Name: .*did you mean node_name/],
  ["space.csv", "source,observed_at,system serial\n", /space\.csv:1: system serial: .*did you mean system_serial/],
  ["two.yaml", "- a: 1\n---\n- b: 2\n", /two\.yaml:2: begins another document/],
  ["h.yaml", "nodes: [\n", /h\.yaml:\d+:/],
  ["i.yaml", "nodes: 1\n", /is no list of sightings/],
])("%s is refused as a file of sightings", (name, text, message) => {
  expect(() => readSightings(file(name, text))).toThrow(message);
});

test("a file of sightings that does not exist is named in the error", () => {
  expect(() => readSightings(join(folder, "none.csv"))).toThrow(/none\.csv: cannot be read \(ENOENT\)/);
});

test("a row of a time more than 5 minutes ahead is a bad row, named by line and field, and the other rows stay", () => {
  const rows = ["2026-01-01T00:05:00Z", "2026-01-01T00:05:01Z", "2099-12-31T00:00:00Z"];
  const path = file("ahead.jsonl", rows.map((observed_at) => jsonl({ observed_at })).join(""));
  const { sightings, bad } = refuseAhead(path, readSightings(path), Date.parse(at));
  expect(sightings.map(({ line }) => line)).toEqual([1]);
  expect(bad.map(({ file: name, ...rest }) => ({ ...rest, file: name.endsWith("ahead.jsonl") }))).toEqual(
    [2, 3].map((line) => ({
      line,
      field: "observed_at",
      file: true,
      message: expect.stringMatching(/at most 5 minutes after now \(2026-01-01T00:00:00.000Z\), got "20/) as string,
    })),
  );
});
