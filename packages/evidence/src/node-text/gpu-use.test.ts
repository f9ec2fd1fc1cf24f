import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gpuUse } from "./gpu-use.ts";

const used = (stdout: string) =>
  gpuUse({ record: { exitCode: 0 }, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) });
const gpu = "<gpu><processes>\n</processes></gpu>\n";
const whole = (gpus: number): string =>
  `<?xml version="1.0" ?>\n<nvidia_smi_log>\n<attached_gpus>${String(gpus)}</attached_gpus>\n${gpu.repeat(gpus)}</nvidia_smi_log>\n`;

describe("whether programs use a node's GPUs", () => {
  it("is idle for a whole document of any number of GPUs, none of which has a process", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 72 }), (gpus) => used(whole(gpus)).state === "idle"));
  });

  it("is never idle for a document that was cut, wherever", () => {
    const document = whole(4);
    const end = document.trimEnd().length;
    for (let length = 0; length < end; length += 1) expect(used(document.slice(0, length)).state).toBe("unknown");
  });

  it("is never idle for a document in which a tag lost its beginning or end", () => {
    const document = whole(2);
    const tags = [...document.matchAll(/[<>]/g)].map(({ index }) => index);
    fc.assert(
      fc.property(
        fc.constantFrom(...tags),
        fc.integer({ min: 1, max: 9 }),
        fc.stringMatching(/^[a-z]{0,3}$/),
        (at, lost, instead) => {
          expect(used(document.slice(0, at) + instead + document.slice(at + lost)).state).toBe("unknown");
        },
      ),
    );
  });

  it("names the first program in any GPU's list", () => {
    const process =
      "<process_info><pid>7</pid><type>G</type><process_name>/usr/lib/xorg/Xorg</process_name></process_info>";
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), (index) => {
        const gpus = Array.from({ length: 8 }, (_, at) => (at === index ? gpu.replace("\n", process) : gpu));
        const use = used(whole(8).replace(gpu.repeat(8), gpus.join("")));
        expect(use).toEqual({ state: "in-use", by: "/usr/lib/xorg/Xorg (pid 7, type G) uses a GPU" });
      }),
    );
    expect(used(whole(1).replace("\n</processes>", "<process_info/></processes>"))).toEqual({
      state: "in-use",
      by: "a program (pid ?, type ?) uses a GPU",
    });
  });

  it.each([
    ["processes that are begun and never named", "<process_info><pid>1</pid><type>C</type>"],
    ["tags that are opened and never closed", "<processes>"],
    ["empty lists", "<processes></processes>"],
    ["text without tags", "GPU is lost "],
    ["what begins a tag", "<<<<"],
  ])(
    "reads a mebibyte of %s in time that grows with its length",
    (_, text) => {
      expect(used(`<nvidia_smi_log><gpu>${text.repeat(2 ** 20 / text.length)}`).state).toBe("unknown");
    },
    60_000,
  );
});
