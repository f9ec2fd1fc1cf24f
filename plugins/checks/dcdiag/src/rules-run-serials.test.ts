import { describe, expect, it } from "vitest";
import { gpu, type Json, judge, v4 } from "../test/run.ts";

describe("dcdiag by its rules: the run", () => {
  const group = (entities: unknown[], entity_group: unknown = "GPU"): Json => ({ entity_group, entities });
  const serials = (...list: string[]): Json => group(list.map((serial_num, entity_id) => ({ entity_id, serial_num })));
  const expecting = (...list: string[]): Json => ({ gpus: { count: 2, serials: list }, dcdiag: { level: 2 } });

  it("D10 every expected serial has to be in the document", () => {
    expect(judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("A", "B")] }), {}, expecting("B", "A")).said).toEqual([
      "pass",
    ]);
    expect(judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("A", "B")] }), {}, expecting("A")).said).toEqual([
      "pass",
    ]);
    expect(judge(v4(), {}, expecting()).said).toEqual(["pass"]);
    const under = {
      "DCGM Diagnostic": {
        test_categories: [{ tests: [{ name: "memory", results: [gpu(0), gpu(1)] }] }],
        entity_groups: [serials("A", "B")],
      },
    };
    expect(judge(under, {}, expecting("A", "B")).said).toEqual(["pass"]);
    const swapped = judge(
      v4([gpu(0), gpu(1)], {
        entity_groups: [group([{ entity_id: 0, serial_num: "CPU-1" }], "CPU"), serials("A", " X ")],
      }),
      {},
      expecting("A", "B"),
    );
    expect(swapped).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "serial-missing",
          cause: "unknown",
          scope: { kind: "gpu", id: "1", serial: "X" },
          message: "No GPU of the document has the serial B.",
          expected: "B",
          observed: "X",
          evidence: [{ probe: "dcgm-diag", path: "/entity_groups/1/entities/1" }],
        },
      ],
    });
    const two = judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("Y", "X")] }), {}, expecting("A", "B"));
    expect(two).toMatchObject({
      verdict: "inconclusive",
      findings: [
        { scope: { kind: "node", id: "node-1" }, expected: "A", observed: "X, Y", evidence: [] },
        { scope: { kind: "node" }, expected: "B" },
      ],
    });
    expect(judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("A")] }), {}, expecting("A", "B", "B")).said).toEqual([
      "inconclusive",
      "serial-missing inconclusive unknown node node-1",
    ]);
  });

  it("D10 reads GPU Device Serials, by index or in a list, inside the diagnostic or beside it", () => {
    const rows = {
      test_categories: [
        { category: "Hardware", tests: [{ name: "memory", results: [{ gpu_ids: "0,1", status: "Pass" }] }] },
      ],
    };
    for (const printed of [{ "0": "A", "1": "X" }, ["A", "X"]]) {
      const inside = judge(
        { "DCGM GPU Diagnostic": { ...rows, "GPU Device Serials": printed } },
        {},
        expecting("A", "B"),
      );
      expect(inside.findings).toMatchObject([
        {
          code: "serial-missing",
          scope: { kind: "gpu", id: "1", serial: "X" },
          evidence: [{ path: "/DCGM GPU Diagnostic/GPU Device Serials/1" }],
        },
      ]);
      const beside = judge({ "DCGM GPU Diagnostic": rows, "GPU Device Serials": printed }, {}, expecting("A", "B"));
      expect(beside.findings).toMatchObject([
        { scope: { kind: "gpu", id: "1" }, evidence: [{ path: "/GPU Device Serials/1" }] },
      ]);
      expect(judge({ "DCGM GPU Diagnostic": rows, "GPU Device Serials": printed }, {}, expecting("A")).said).toEqual([
        "pass",
      ]);
    }
    for (const printed of ["A", null, { a: "A" }, { "0": 7 }])
      expect(judge({ "DCGM GPU Diagnostic": rows, "GPU Device Serials": printed }, {}, expecting("A")).said).toEqual([
        "inconclusive",
        "serials-not-shown inconclusive unknown node node-1",
      ]);
  });

  it("D10 a GPU is named with the serial that the document prints", () => {
    const { findings } = judge(v4([gpu(1, { status: "Fail" })], { entity_groups: [serials("A", "B")] }));
    expect(findings.map(({ scope }) => scope)).toEqual([
      { kind: "gpu", id: "0", serial: "A" },
      { kind: "gpu", id: "1", serial: "B" },
    ]);
  });
});
