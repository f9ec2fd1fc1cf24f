import { expect, it } from "vitest";
import { formatObject, parseObject } from "./object-ref.ts";

it("a reference is read back as it was written, also where the id has a slash", () => {
  for (const ref of [
    { kind: "toy", id: "12" },
    { kind: "toy-box", id: "a/b" },
  ])
    expect(parseObject(formatObject(ref))).toEqual(ref);
  expect(formatObject({ kind: "toy", id: 12 })).toBe("toy/12");
});

it.each(["", "toy", "toy/", "/12", "Toy/12", "a b/1"])("takes %j for no reference", (text) => {
  expect(parseObject(text)).toBeUndefined();
});
