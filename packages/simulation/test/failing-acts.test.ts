import { VendorError } from "@slipway/plugin-sdk";
import { startRunner, type Runner } from "@slipway/runner";
import type { Row } from "@slipway/store";
import { afterEach, describe, expect, it } from "vitest";
import { HOUR, type SimulatedWorld } from "../src/simulate.ts";
import { bootWorld, MINUTE, until, workerOf } from "./boot-world.ts";

let runner: Runner | undefined;
afterEach(() => runner?.stop({ now: true }));

const boots = ({ memory }: SimulatedWorld): readonly Row<"intents">[] =>
  memory?.snapshot("intents").filter(({ act }) => act === "reboot") ?? [];
const validation = ({ memory }: SimulatedWorld): Row<"validations"> | undefined => memory?.snapshot("validations")[0];

/** A world whose vendor refuses each boot, with the moments at which it was asked. */
async function refusing(error: VendorError) {
  const made = await bootWorld();
  const asked: number[] = [];
  const worker = workerOf(made, () => ({
    power: () => {
      asked.push(made.clock.now());
      return Promise.reject(error);
    },
  }));
  runner = await startRunner(worker.parts);
  return { made, asked, events: worker.events };
}

describe("an act that fails", () => {
  it("keeps on its row how often it failed, what was said last, and when it is tried again", async () => {
    const { made, asked } = await refusing(new VendorError("throttled", "429: too many requests"));
    await until(made, () => asked.length === 4);
    expect(boots(made)).toMatchObject([{ outcome: null, tries: 4, last_error: "429: too many requests" }]);
    expect(boots(made)[0]?.look_again_at).toBeGreaterThan(made.clock.now());
    expect(validation(made)).toMatchObject({
      status: "running",
      reason_code: "ActTriedAgain",
      reason: expect.stringContaining("429: too many requests") as string,
    });
  });

  it("is tried again after pauses that grow from seconds to an hour, and by no other retry between them", async () => {
    const { made, asked } = await refusing(new VendorError("throttled", "429: too many requests"));
    await until(made, () => validation(made)?.status === "held");
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(pauses).toHaveLength(11);
    expect(pauses[0]).toBeLessThan(30_000);
    expect(pauses.at(-1)).toBeGreaterThan(30 * MINUTE);
    expect(Math.max(...pauses)).toBeLessThan(HOUR + MINUTE);
    expect(pauses.slice(3)).toEqual(pauses.slice(3).sort((a, b) => a - b));
  });

  it("waits at least as long as the vendor's Retry-After says", async () => {
    const { made, asked } = await refusing(new VendorError("throttled", "429", { retryAfterMs: 40 * MINUTE }));
    await until(made, () => asked.length === 3);
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(40 * MINUTE);
    expect((asked[2] ?? 0) - (asked[1] ?? 0)).toBeGreaterThanOrEqual(40 * MINUTE);
  });

  it("holds its validation as ActFailing with an owner after 12 tries, and frees the machine", async () => {
    const { made, asked, events } = await refusing(new VendorError("throttled", "429: too many requests"));
    await until(made, () => validation(made)?.status === "held");
    expect(asked).toHaveLength(12);
    expect(boots(made)).toMatchObject([{ outcome: "failed", tries: 12 }]);
    expect(validation(made)).toMatchObject({ reason_code: "ActFailing", due_at: null, acting: null });
    expect(validation(made)?.reason).toBe("reboot failed 12 times: 429: too many requests");
    expect(validation(made)?.owner).not.toBeNull();
    expect(made.memory?.snapshot("claims")).toMatchObject([{ holder: null }]);
    expect(events).toContainEqual(expect.objectContaining({ event: "act-failed", tries: 12, tryAgainAt: null }));
    await made.clock.runUntil(made.clock.now() + 3 * HOUR);
    expect(asked).toHaveLength(12);
  });

  it.each([
    ["refused", "VendorRefused"],
    ["not-found", "VendorNotFound"],
    ["fatal", "ActFailing"],
  ] as const)("is not tried again where the vendor's answer makes that vain: %s holds it as %s", async (kind, code) => {
    const { made, asked } = await refusing(new VendorError(kind, "no"));
    await until(made, () => validation(made)?.status === "held");
    expect(asked).toHaveLength(1);
    expect(validation(made)?.reason_code).toBe(code);
  });

  it("opens an attention item where no validation waits for it", async () => {
    const made = await bootWorld({ passes: 1, policy: { freshBootEvery: 0 } });
    let asked = 0;
    const { parts } = workerOf(made, () => ({
      returnToService: () => {
        asked += 1;
        return Promise.reject(new VendorError("retry", "503: unavailable"));
      },
    }));
    runner = await startRunner(parts);
    await until(made, () => asked === 12);
    await made.clock.runUntil(made.clock.now() + MINUTE);
    expect(validation(made)?.status).toBe("released");
    const [act] = made.memory?.snapshot("intents").filter((row) => row.act === "return-to-service") ?? [];
    expect(act).toMatchObject({ outcome: "failed", tries: 12, last_error: "its effect is not seen: 503: unavailable" });
    const items = made.memory?.snapshot("items") ?? [];
    expect(items).toMatchObject([{ kind: "act-failing", subject: act?.key, closed_at: null }]);
    expect(items[0]?.title).toContain("503: unavailable");
  });
});
