import { describe, expect, it } from "vitest";
import { lines, nvidiaSmi } from "../../tool-text.ts";
import { otherValue } from "./other-value.ts";
import { dissect } from "./text.ts";

/** The lines that stay when each part is gone, by the part. */
const leftOf = (text: string): Record<string, string[]> =>
  Object.fromEntries(
    dissect(text).withoutPart.map(({ part, text: rest }) => [part, rest.split("\n").filter((line) => line !== "")]),
  );

describe("line text taken apart", () => {
  it("takes out each line that is not blank", () => {
    expect(dissect("a: 1\n\nb: 2\n").withoutPiece).toEqual([
      { place: "a: 1", text: "\nb: 2\n" },
      { place: "b: 2", text: "a: 1\n\n" },
    ]);
  });

  it.each([
    ["a device", lines("mlx5_0/state:UP", "mlx5_0/rate:8", "mlx5_1/state:UP"), "every line with mlx5_0"],
    ["a member", lines("k7-tray00 10.0.0.1", "k7-tray01 10.0.0.2", "ping k7-tray01 ok"), "every line with k7-tray01"],
    ["an address", lines("a 10.0.0.1", "b 10.0.0.2", "c 10.0.0.2"), "every line with 10.0.0.2"],
    ["a field", lines("a/rate:1", "a/state:2", "b/rate:3"), "every line with rate"],
    ["a word and its number", lines("GPU 0 hot", "GPU 1 cold", "GPU 1 slow"), "every line with GPU 1"],
    ["a node by its number", lines("Node #0 up", "Node #1 up", "from Node #1"), "every line with Node #1"],
  ])("takes out every line of %s", (_, text, part) => {
    const name = part.replace("every line with ", "");
    expect(leftOf(text)[part]).toEqual(text.split("\n").filter((line) => line !== "" && !line.includes(name)));
  });

  it("takes out a heading with the lines below it, by their margin or up to the next heading of its kind", () => {
    const [first, second] = [
      ["GPU 0: GB300", "\t Link 0: 50", "\t Link 1: 50"],
      ["GPU 1: GB300", "\t Link 0: 50"],
    ];
    const by = leftOf(lines(...first, ...second));
    expect(by["the block of GPU 0: GB300"]).toEqual(second);
    expect(by["the block of GPU 1: GB300"]).toEqual(first);
    const flat = leftOf(lines("GPU 0:", "Temp: 30", "Power: 5", "GPU 1:", "Temp: 31", "Power: 6"));
    expect(flat["the block of GPU 0:"]).toEqual(["GPU 1:", "Temp: 31", "Power: 6"]);
    expect(flat["the block of GPU 1:"]).toEqual(["GPU 0:", "Temp: 30", "Power: 5"]);
  });

  it("takes out no single line as a part, not the whole text, and no set of lines twice", () => {
    expect(dissect(lines("a x", "b x")).withoutPart).toEqual([]);
    expect(dissect(lines("a x y", "b x y", "c")).withoutPart.map(({ part }) => part)).toEqual(["every line with x"]);
  });

  it.each([
    ["mlx5_0/state:4: ACTIVE", "mlx5_0/state:0: ACTIVE"],
    ["link_layer:InfiniBand", "link_layer:JogjojCboe"],
    ["Name\tA", "Name\tB"],
    ["LoadState=loaded", "LoadState=mpbefe"],
    ["k7 10.0.0.1", "k7 0.9.9.0"],
    ["READY", "SFBEZ"],
  ])("says %j again with another value, before it and after it", (line, other) => {
    expect(dissect(lines("x", line)).contradicted.slice(-2)).toEqual([
      { place: line, text: lines("x", other, line) },
      { place: line, text: lines("x", line, other) },
    ]);
  });

  it("sees rows where two lines of one shape say different things", () => {
    expect(dissect(lines("rate:800", "state:UP")).rows).toBe("rate:800 and state:UP");
    expect(dissect(lines("heading", "a: 1", " b:  2")).rows).toBe("a: 1 and b:  2");
    expect(dissect(lines("one line")).rows).toBeUndefined();
    expect(dissect(lines("same", "same")).rows).toBeUndefined();
    expect(dissect(lines("name: a", "(b)")).rows).toBeUndefined();
  });
});

describe("JSON taken apart", () => {
  const rows = [
    { id: 0, status: "Pass" },
    { id: 1, status: "Pass" },
  ];
  const document = {
    tests: [
      { name: "a/b", rows },
      { name: "c", rows },
    ],
    hosts: { "0": { id: 0 }, "1": { id: 1 } },
  };
  const parts = (): Record<string, readonly string[]> =>
    Object.fromEntries(
      dissect(`noise\n${JSON.stringify(document)}`).withoutPart.map(({ part, places }) => [part, places]),
    );

  it("takes out each element and member, and keeps the text before the document", () => {
    expect(dissect('noise\n{"a/b":[1,{"c":2}]}').withoutPiece).toEqual([
      { place: "/a~1b", text: "noise\n{}\n" },
      { place: "/a~1b/0", text: 'noise\n{"a/b":[{"c":2}]}\n' },
      { place: "/a~1b/1", text: 'noise\n{"a/b":[1]}\n' },
      { place: "/a~1b/1/c", text: 'noise\n{"a/b":[1,{}]}\n' },
    ]);
  });

  it("takes out every object that says one thing of itself, every member of a key, every value of a path", () => {
    expect(parts()["every object with id 1"]).toEqual(["/tests/0/rows/1", "/tests/1/rows/1", "/hosts/1"]);
    expect(parts()["every name"]).toEqual(["/tests/0/name", "/tests/1/name"]);
    expect(parts()["every /tests/*/rows/*"]).toEqual(
      [0, 1].flatMap((test) => [0, 1].map((row) => `/tests/${String(test)}/rows/${String(row)}`)),
    );
    const [gone] = dissect(JSON.stringify(document)).withoutPart.filter(
      ({ part }) => part === "every object with id 1",
    );
    expect(JSON.parse(gone?.text ?? "")).toEqual({
      tests: [
        { name: "a/b", rows: [rows[0]] },
        { name: "c", rows: [rows[0]] },
      ],
      hosts: { "0": { id: 0 } },
    });
  });

  it("sees rows in a list of objects that differ in a member", () => {
    expect(dissect(JSON.stringify(document)).rows).toBe("/tests/0 and /tests/1, each with its name");
    expect(dissect('{"a":[{"n":1},{"n":1}],"b":[{"n":1}],"c":[1,2],"d":[{"n":null},{"n":[]}]}').rows).toBeUndefined();
  });

  it("says a text of a row again with another value, before it and after it, but its id", () => {
    const list = [
      { id: 0, status: "Pass" },
      { id: 1, status: "Pass", note: "", empty: null },
    ];
    expect(dissect(JSON.stringify({ "a/b": list, one: { c: "d" }, words: ["e"] })).contradicted).toEqual(
      [
        ["/a~1b/0/status", { id: 0, status: "Qbtt" }, 0],
        ["/a~1b/0/status", { id: 0, status: "Qbtt" }, 1],
        ["/a~1b/1/status", { ...list[1], status: "Qbtt" }, 1],
        ["/a~1b/1/status", { ...list[1], status: "Qbtt" }, 2],
      ].map(([place, row, at]) => ({
        place,
        text: `${JSON.stringify({ "a/b": list.toSpliced(Number(at), 0, row as never), one: { c: "d" }, words: ["e"] })}\n`,
      })),
    );
  });

  it("is not tried on text with braces that is no document", () => {
    expect(dissect("a {b}\nc {d}\n").withoutPiece.map(({ place }) => place)).toEqual(["a {b}", "c {d}"]);
  });
});

describe("XML taken apart", () => {
  const text = nvidiaSmi([{ serial: "S0", "ecc/dram": "0" }, { serial: "S1" }]).replace("</nvidia", "<end/>\n</nvidia");

  it("takes out each element below the root", () => {
    const { withoutPiece } = dissect(text);
    expect(withoutPiece.map(({ place }) => place)).toEqual(
      ["gpu/0/serial/0", "gpu/0/ecc/0/dram/0", "gpu/0/ecc/0", "gpu/0", "gpu/1/serial/0", "gpu/1", "end/0"].map(
        (path) => `/nvidia_smi_log/0/${path}`,
      ),
    );
    expect(withoutPiece[2]?.text).toBe(text.replace("<ecc>\n<dram>0</dram>\n</ecc>", ""));
    expect(withoutPiece[6]?.text).toBe(text.replace("<end/>", ""));
  });

  it("takes out one field of every element of a kind", () => {
    expect(dissect(text).withoutPart).toEqual([
      {
        part: "every /nvidia_smi_log/gpu/serial",
        places: ["/nvidia_smi_log/0/gpu/0/serial/0", "/nvidia_smi_log/0/gpu/1/serial/0"],
        text: text.replaceAll(/<serial>.*<\/serial>/g, ""),
      },
      {
        part: "every /nvidia_smi_log/gpu",
        places: ["/nvidia_smi_log/0/gpu/0", "/nvidia_smi_log/0/gpu/1"],
        text: text.replaceAll(/<gpu>[^]*?<\/gpu>/g, ""),
      },
    ]);
  });

  it("says a field again with another value, before it and after it", () => {
    expect(dissect(text).contradicted.filter(({ place }) => place.endsWith("dram/0"))).toEqual(
      ["<dram>9</dram><dram>0</dram>", "<dram>0</dram><dram>9</dram>"].map((twice) => ({
        place: "/nvidia_smi_log/0/gpu/0/ecc/0/dram/0",
        text: text.replace("<dram>0</dram>", twice),
      })),
    );
  });

  it("sees rows in two elements that differ in a field", () => {
    expect(dissect(text).rows).toBe("/nvidia_smi_log/0/gpu/0 and /nvidia_smi_log/0/gpu/1, each with its serial");
    expect(dissect(nvidiaSmi([{ serial: "S0" }, { serial: "S0" }])).rows).toBeUndefined();
    expect(dissect(nvidiaSmi([{ serial: "S0" }])).rows).toBeUndefined();
  });
});

describe("another value", () => {
  it.each([
    ["0", "9"],
    ["0.00", "9.9"],
    ["684.05 GB/s", "0.0 GB/s"],
    ["4X XDR", "0X XDR"],
    ["No", "Op"],
    ["Zz", "aa"],
    ["", ""],
    ["-", "-"],
  ])("of %j is %j", (value, other) => {
    expect(otherValue(value)).toBe(other);
  });
});
