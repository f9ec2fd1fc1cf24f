import { describe, expect, it } from "vitest";
import { matchHosts, shortName } from "./host-names.ts";
import { noValue, valueOf } from "./no-value.ts";
import { pciSlot, samePci } from "./pci-address.ts";
import { byText, excerpt, isWord } from "./text.ts";
import { XIDS } from "./xids.ts";

describe("G8 words that stand for no value", () => {
  it.each(["", " ", "N/A", "n/a", "[N/A]", "Not Supported", "[not supported]"])(
    "%j says there is nothing to read",
    (text) => {
      expect(noValue(text)).toBe("nothing");
      expect(valueOf(text)).toBeUndefined();
    },
  );
  it.each([
    "Unknown Error",
    "[Unknown Error]",
    "ERR!",
    "err!",
    "GPU is lost",
    "GPU requires reset",
    "<<anything>>",
    "[made up]",
  ])("%j says that the part does not answer", (text) => {
    expect(noValue(` ${text} `)).toBe("unanswered");
    expect(valueOf(text)).toBeUndefined();
  });
  it.each(["1650[2]018", "[1] of [2", "<1>", "None", "unknown error 7", "0"])("%j is a value", (text) => {
    expect(noValue(text)).toBeUndefined();
    expect(valueOf(` ${text}`)).toBe(text);
  });
  it("G3 bytes that are no UTF-8 leave no value", () => {
    expect(valueOf("16\uFFFD7")).toBeUndefined();
  });
});

describe("names and addresses", () => {
  it("D12 hosts agree whole, or up to the first dot, without regard to case", () => {
    expect(matchHosts("T07.rack.example", "t07.rack.EXAMPLE")).toBe("whole");
    expect(matchHosts("t07.rack.example", "T07")).toBe("short");
    expect(matchHosts("t07", "t08")).toBeUndefined();
    expect(matchHosts("10.0.0.1", "10.0.0.2")).toBeUndefined();
    expect(shortName("T07.rack")).toBe("t07");
  });
  it("G8 PCI addresses agree whatever the width of the domain, the case and a function left out", () => {
    expect(samePci("0000:9d:00", "00000000:9D:00.0")).toBe(true);
    expect(samePci("0008:01:00.0", "8:1:0")).toBe(true);
    expect(samePci("0000:9d:00.0", "0000:9d:00.1")).toBe(false);
    expect(samePci("0000:9d:00", "0001:9d:00")).toBe(false);
    expect(samePci("GPU-1", "GPU-1")).toBe(false);
  });
  it("G8 one slot has one spelling", () => {
    expect(["0000:9d:00", "00000000:9D:00.0", "9d:0"].map(pciSlot)).toEqual(["0:9d:0", "0:9d:0", "0:9d:0"]);
    expect(pciSlot("0001:9d:00")).toBe("1:9d:0");
    expect(pciSlot("GPU-1")).toBeUndefined();
  });
  it("G5 words are compared by ASCII case alone", () => {
    expect(isWord("COMPLETED", "completed")).toBe(true);
    expect(isWord("\u212A", "k")).toBe(false); // the Kelvin sign
    expect(isWord(undefined, "undefined")).toBe(false);
    expect(["b", "a", "B"].sort(byText)).toEqual(["B", "a", "b"]);
    expect(excerpt("x".repeat(200))).toBe("x".repeat(200));
  });
  it("Y1 Y2 the Xid table has each code once, with a cause that its verdict allows", () => {
    for (const [code, { verdict, causes }] of XIDS)
      expect([code, causes[0]]).toEqual([code, verdict === "pass" ? "workload" : "hardware"]);
    expect(XIDS.size).toBe(17);
  });
});
