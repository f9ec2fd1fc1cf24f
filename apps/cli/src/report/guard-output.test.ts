import { expect, test } from "vitest";
import { guarded } from "./guard-output.ts";

test("lays a report out as it is, and shows every hidden character in it", () => {
  const report = "\r\u001b[K\u001b[1m== Grüße\u001b[22m\n\ta ✅\n";
  expect(guarded(report)).toBe(report);
  expect(guarded("a\u202eb\u001b]0;title\u0007\u200b\n")).toBe("a\\u202eb\\u001b]0;title\\u0007\\u200b\n");
});
