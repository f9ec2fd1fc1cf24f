import { type Proposal } from "@slipway/policy";
import { describe, expect, it } from "vitest";
import { open } from "../test/open-proposal.ts";
import { escaped, simulationWords, stateMessage } from "./message.ts";

const newest = ({ history }: Proposal) => history.at(-1) ?? expect.fail();

describe("a channel message", () => {
  it("escapes mentions and links in a proposal's text, and links only to the given page", () => {
    const hostile = "<!channel> <@U123> <https://evil.example|here> & *x*";
    const one = open({
      title: hostile,
      reason: hostile,
      author: hostile,
      canary: { nodes: [hostile] },
      change: { ...open().change, relaxes: [hostile] },
    });
    const { text, blocks } = stateMessage(
      one,
      newest(one),
      { waiting: [{ owner: hostile, segment: null, why: "x" }] },
      "https://slipway.example/proposals/ten-passes",
    );
    for (const said of [text, blocks[0]?.text.text ?? ""])
      expect(said.replace("<https://slipway.example/proposals/ten-passes|ten-passes>", "")).not.toMatch(/[<>]/);
    expect(text).toContain("&lt;!channel&gt;");
    expect(escaped("a\u0000\u202e\u2028b")).toBe("a b");
  });

  it("stays within 3,000 characters per section", () => {
    const long = "&".repeat(500);
    const one = open({
      title: long,
      reason: long,
      canary: { nodes: Array.from({ length: 50 }, () => long) },
      change: { ...open().change, relaxes: Array.from({ length: 50 }, () => long) },
    });
    const { blocks } = stateMessage(
      one,
      newest(one),
      {
        waiting: Array.from({ length: 50 }, (_, index) => ({
          owner: `${long.slice(4)}${String(index)}`,
          segment: null,
          why: "x",
        })),
      },
      undefined,
    );
    expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(3_000);
  });

  it("gives a bound where the re-ban rate of added nodes is unknown", () => {
    const simulation = {
      schema: "slipway/simulation@1",
      policy: { of: 12, passes: 10, drop: [] },
      additionally_admitted: { point: 34, lo: 34, hi: 34 },
      node_hours_saved: 1920,
      reban_rate_of_additional: { point: null, bounds_monotone_ci: [0.266, 1] },
    };
    expect(simulationWords(simulation)).toBe(
      "10 passes of 12: 34 more nodes let in, 1,920 node-hours saved; their re-ban rate is unknown; between 27 % " +
        "and 100 % if they are no better than those admitted",
    );
    expect(
      simulationWords({
        schema: "slipway/simulation@1",
        policy: { of: 12, passes: 12, drop: ["dcdiag"] },
        additionally_admitted: { point: null, lo: 3, hi: 9 },
        node_hours_saved: null,
      }),
    ).toBe("12 passes of 12, without dcdiag: 3 to 9 more nodes let in; their re-ban rate is unknown");
  });
});
