import { expect, test } from "vitest";
import { comparableSerial, isSpecific } from "./specific-serial.ts";

test.each([
  "",
  " ",
  "0",
  "00000000",
  "XXXX",
  "None",
  "N/A",
  "Not Specified",
  "not available",
  "To Be Filled By O.E.M.",
  "To be filled by O.E.M.",
  "Default string",
  "System Serial Number",
  "Chassis Serial Number",
  "0123456789",
  "123456789",
  "1234567890",
  "SN-1234567890",
  "INVALID",
  "(null)",
  "Unknown",
  "........",
  "Default String",
  "NOT SUPPORTED",
  "[Not Supported]",
  "Unknown Error",
  "GPU is lost",
  "<<none>>",
])("%j names no machine", (serial) => {
  expect(isSpecific(serial)).toBe(false);
});

test.each(["2216A100", "1663922000123", "CZJ1234567", "PF3NONE7", "S1"])("%j names a machine", (serial) => {
  expect(isSpecific(serial)).toBe(true);
});

test("serials are compared without regard to case and to blanks around them", () => {
  expect(comparableSerial(" 2216Ab\t")).toBe("2216ab");
  expect(comparableSerial("22 16")).not.toBe(comparableSerial("2216"));
});
