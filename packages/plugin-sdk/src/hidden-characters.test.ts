import fc from "fast-check";
import { expect, it } from "vitest";
import { showHidden } from "./hidden-characters.ts";

it("shows controls, marks of writing direction, and what has no width by their code", () => {
  expect(showHidden("a\u202eb\u2066\u200b\ufeff\u061c\n\u007f\u009b")).toBe(
    "a\\u202eb\\u2066\\u200b\\ufeff\\u061c\\u000a\\u007f\\u009b",
  );
  expect(showHidden("\u{e0041}")).toBe("\\udb40\\udc41");
  expect(showHidden("Grüße, 東京 ✅ مرحبا")).toBe("Grüße, 東京 ✅ مرحبا");
});

it("leaves the value of a JSON text as it was", () => {
  fc.assert(
    fc.property(fc.json(), fc.string({ unit: "binary" }), (json, text) => {
      expect(JSON.parse(showHidden(json))).toEqual(JSON.parse(json));
      expect(JSON.parse(showHidden(JSON.stringify(text)))).toBe(text);
    }),
  );
});
