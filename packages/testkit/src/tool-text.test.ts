import { describe, expect, it } from "vitest";
import { lines, nvidiaSmi } from "./tool-text.ts";

describe("text of tools for tests", () => {
  it("ends each line", () => {
    expect(lines()).toBe("");
    expect(lines("a", "", "b")).toBe("a\n\nb\n");
  });

  it("prints the fields of each GPU in sections, one tag or field on a line", () => {
    const gpu = { serial: "S0", "ecc/volatile/dram": "0", ecc: null, "ecc/volatile/sram": ["0", "1"], name: undefined };
    expect(nvidiaSmi([gpu, {}])).toBe(
      lines(
        '<?xml version="1.0" ?>',
        "<nvidia_smi_log>",
        "<gpu>",
        "<serial>S0</serial>",
        "<ecc>",
        "<volatile>",
        "<dram>0</dram>",
        "<sram>0</sram>",
        "<sram>1</sram>",
        "</volatile>",
        "</ecc>",
        "</gpu>",
        "<gpu>",
        "</gpu>",
        "</nvidia_smi_log>",
      ),
    );
  });
});
