import { describe, expect, it } from "vitest";
import { admit, at, ban } from "../../test/session-events.ts";
import { lastEvent } from "./clean-rows.ts";

describe("lastEvent", () => {
  it("is the last that no revision took back: a corrected time is no follow-up", () => {
    expect(
      lastEvent([
        admit("2"),
        ban("30", "hardware", { eventId: "b", revision: 1 }),
        ban("5", "hardware", { eventId: "b", revision: 2 }),
      ]),
    ).toBe(at("5"));
    expect(lastEvent([])).toBe(-Infinity);
  });
});
