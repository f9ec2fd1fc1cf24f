import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folderName } from "./folder-name.ts";

describe("folder names", () => {
  test("of hosts stay inside the output folder, hold plain characters, and differ when the host names do", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1 }),
        fc.string({ unit: "binary", minLength: 1 }),
        (one, two) => {
          expect(folderName(one)).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9._%-]*$/);
          const bytes = (text: string) => Buffer.from(text).toString("hex");
          expect(folderName(one) === folderName(two)).toBe(bytes(one) === bytes(two));
        },
      ),
    );
    expect(["n1.example_x-1", "a b", "..", "é", "%"].map(folderName)).toEqual([
      "n1.example_x-1",
      "a%20b",
      "%2E.",
      "%C3%A9",
      "%25",
    ]);
  });
});
