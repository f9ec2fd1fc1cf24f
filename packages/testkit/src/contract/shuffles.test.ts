import { describe, expect, it } from "vitest";
import { lines, nvidiaSmi } from "../tool-text.ts";
import { buildExample } from "./build-example.ts";
import type { Permute } from "./options.ts";
import { shuffles } from "./shuffles.ts";

const reverse: Permute = (items) => items.toReversed();

describe("rows that change places", () => {
  it("lines: all of them, or those that match", () => {
    expect(shuffles.lines()("a\n\nb\nc\n", reverse)).toBe("c\n\nb\na\n");
    expect(shuffles.lines(/^\d/)("head\n1\n2\nfoot\n3", reverse)).toBe("head\n3\n2\nfoot\n1");
  });

  it("blocks, and the lines below the heading of each", () => {
    const text = lines("before", "GPU 0", " a", " b", "GPU 1", " c");
    expect(shuffles.blocks(/^GPU /)(text, reverse)).toBe(lines("before", "GPU 1", " c", "GPU 0", " b", " a"));
  });

  it("lists of objects in JSON, at every depth, behind text of the tool", () => {
    const text = 'noise\n{"a":[{"n":1,"b":[{"n":2},{"n":3}]},{"n":4}],"ids":[1,2],"c":null}\n';
    expect(shuffles.json()(text, reverse)).toBe(
      'noise\n{"a":[{"n":4},{"n":1,"b":[{"n":3},{"n":2}]}],"ids":[1,2],"c":null}\n',
    );
    expect(shuffles.json()("no document\n", reverse)).toBe("no document\n");
  });

  it("elements of XML", () => {
    expect(shuffles.elements("b")("<a><b>1</b><bb/> <b id='x'>2</b></a>", reverse)).toBe(
      "<a><b id='x'>2</b><bb/> <b>1</b></a>",
    );
  });

  it("GPUs, but where a finding would name them by their places", () => {
    const text = nvidiaSmi([{ uuid: "GPU-a" }, { uuid: "GPU-b" }]);
    const other = nvidiaSmi([{ uuid: "GPU-b" }, { uuid: "GPU-a" }]);
    const gpus = (name: string, nvlink: string | undefined): string =>
      shuffles.gpus()(text, reverse, buildExample("c", name, { probes: { "nvidia-smi": text, nvlink } }));
    expect(gpus("pass-x", undefined)).toBe(other);
    expect(gpus("fail-x", undefined)).toBe(text);
    expect(gpus("fail-x", "GPU 0: GB300 (UUID: GPU-c)\n")).toBe(text);
    expect(gpus("fail-x", "GPU 0: GB300 (UUID: GPU-b)\n")).toBe(other);
  });
});
