import { describe, expect, it } from "vitest";
import { gpuExamples, inventoryCheck, memoryCheck } from "../../test/gpu-checks.ts";
import { RAILS, railsCheck, type RailsFaults } from "../../test/rails-check.ts";
import { buildExample } from "./build-example.ts";
import { brokenBy, clauses, wronglyAnswered } from "./check-contract.ts";
import type { Subject } from "./clause.ts";
import type { ExpectedCheck } from "./expected.ts";
import type { ContractOptions } from "./options.ts";
import { trapImpurity } from "./purity.ts";
import { shuffles } from "./shuffles.ts";

const OPTIONS: ContractOptions = {
  spare: { "pass-any-rate": { rails: [/\/rate:/] } },
  shuffle: { rails: shuffles.lines() },
};

/** The clauses that a check breaks, by the first words of their titles, with their messages. */
function broken(subject: Subject): Record<string, string> {
  return Object.fromEntries(
    clauses.flatMap((clause) => {
      const message = brokenBy(clause, subject);
      return message === undefined ? [] : [[clause.title.split(/[,:] /, 1)[0] ?? "", message]];
    }),
  );
}
const rails = (faults: RailsFaults = {}, options: ContractOptions = OPTIONS): Record<string, string> =>
  broken({ check: railsCheck(faults), examples: RAILS, options });

const PIECE = "never passes with a line";
const PART = "never passes with a whole part taken out";
const AGAIN = "never passes when a line or field is there a second time with another value";
const CUT = "never passes with text that was cut";
const PURE = "is pure";
const EXCUSE = "excuses nothing that is not there";
const ORDER = "answers the same whatever the order of rows that carry their own id";

describe("the contract suite", () => {
  it("has nothing to say of a sound check", () => {
    expect(rails()).toEqual({});
  });

  it("G1 catches a check that skips a rail of which no line was read, which no single line shows", () => {
    const found = rails({ skipsUnread: true });
    expect(found[PIECE]).toBeUndefined();
    expect(found[PART]?.split("\n")).toEqual([
      "G1: pass-at-rate still passes without every line with mlx5_0 of rails (2 places)",
      "G1: pass-at-rate still passes without every line with mlx5_1 of rails (2 places)",
      "G1: pass-any-rate still passes without every line with mlx5_0 of rails (2 places)",
      "G1: pass-any-rate still passes without every line with mlx5_1 of rails (2 places)",
    ]);
  });

  it("G1 catches a check that takes the first of two lines of a port", () => {
    const found = rails({ takesFirst: true });
    expect(found[AGAIN]).toContain(
      "G1: pass-at-rate still passes when rails says mlx5_0/state:ACTIVE again with another value",
    );
    expect(found[PIECE]).toBeUndefined();
  });

  it("G1 catches a check whose spare for one example would excuse the same place in another", () => {
    const found = rails({ ignoresRate: true });
    expect(found[PIECE]?.split("\n")).toEqual([
      "G1: pass-at-rate still passes without mlx5_0/rate:800 of rails",
      "G1: pass-at-rate still passes without mlx5_1/rate:800 of rails",
    ]);
  });

  it("G8 catches a check of memory that names GPUs by their places", () => {
    const subject = { examples: gpuExamples("memory"), options: { shuffle: { "nvidia-smi": shuffles.gpus() } } };
    expect(broken({ check: memoryCheck({ byPosition: false }), ...subject })[ORDER]).toBeUndefined();
    expect(broken({ check: memoryCheck({ byPosition: true }), ...subject })[ORDER]).toBe(
      'G8: fail-second answers "fail, gpu-pending fail hardware gpu 0" instead of ' +
        '"fail, gpu-pending fail hardware gpu 1" when rows of nvidia-smi change places',
    );
  });

  it("G8 catches a check of the inventory that compares serials by their places", () => {
    const subject = { examples: gpuExamples("inventory"), options: { shuffle: { "nvidia-smi": shuffles.gpus() } } };
    expect(broken({ check: inventoryCheck({ byPosition: false }), ...subject })[ORDER]).toBeUndefined();
    expect(broken({ check: inventoryCheck({ byPosition: true }), ...subject })[ORDER]).toContain(
      'G8: pass-three answers "inconclusive, gpu-unknown inconclusive unknown gpu GPU-0, ',
    );
  });

  it.each<[RailsFaults, string, string]>([
    [
      { passesUnusable: true },
      "never passes without a probe it reads",
      'G3: pass-at-rate still passes when the run of rails has {"timedOut":true}',
    ],
    [{ skipsUnreadable: true }, CUT, "G3: pass-any-rate still passes when rails is cut after 55 of 72 characters"],
    [{ byPosition: true }, ORDER, "G8: fail-down answers "],
    [{ crashes: true }, "never throws and never crashes on damaged text", "G10: Error: "],
    [{ touches: () => Date.now() }, PURE, "law 2: judge touched Date on pass-at-rate"],
    [{ touches: () => Math.random() }, PURE, "law 2: judge touched Math.random on pass-at-rate"],
    [{ touches: () => process.env.HOME }, PURE, "law 2: judge touched process on pass-at-rate"],
    [
      {
        touches: () => Reflect.get(globalThis, "console"),
      },
      PURE,
      "law 2: judge touched console on pass-at-rate",
    ],
  ])("says what is wrong with a check that %j", (faults, clause, message) => {
    expect(rails(faults)[clause]).toContain(message);
  });

  it("law 2 an error that touches nothing impure is the check's own", () => {
    const touches = (): never => {
      throw new TypeError("its own");
    };
    expect(() => trapImpurity(touches)).toThrow("its own");
    expect(
      trapImpurity(() => {
        Date.now();
      }),
    ).toEqual(["Date"]);
    expect(typeof Date.now()).toBe("number");
  });

  it("law 2 catches an answer that is another one the second time", () => {
    let asked = 0;
    expect(rails({ touches: () => (asked += 1) })).toEqual({});
    const check = railsCheck();
    const unsteady = {
      ...check,
      judge: (...given: Parameters<typeof check.judge>) => ((asked += 1) % 2 === 0 ? [] : check.judge(...given)),
    };
    expect(broken({ check: unsteady, examples: RAILS, options: OPTIONS })[PURE]).toContain(
      "law 2: judge answers fail-down otherwise the second time",
    );
  });

  it("G8 asks for shuffle where a probe has several rows, and for one that does something", () => {
    const { shuffle: _, ...without } = OPTIONS;
    expect(rails({}, without)).toEqual({
      "brings `shuffle` for each probe of several rows":
        "G8: rails has several rows in pass-at-rate (mlx5_0/state:ACTIVE and mlx5_0/rate:800): bring shuffle for rails",
    });
    expect(rails({}, { ...OPTIONS, shuffle: { rails: (text) => text } })).toEqual({
      [ORDER]: "G8: shuffle of rails changes the text of no example",
    });
  });

  it("G1 refuses patterns that match nothing, and patterns that are not of one example", () => {
    const spare = {
      "pass-any-rate": { rails: [/\/rate:/, /\/width:/], other: [/./] },
      "fail-down": { rails: [/./] },
      rails: { 0: [/./] },
    };
    expect(rails({}, { ...OPTIONS, spare })[EXCUSE]?.split("\n")).toEqual([
      "G1: spare of pass-any-rate: /\\/width:/ matches nothing that its pass needs of rails",
      "G1: spare of pass-any-rate: /./ matches nothing that its pass needs of other",
      "G1: spare names fail-down, which is no passing example: its keys are examples, then probes",
      "G1: spare names rails, which is no passing example: its keys are examples, then probes",
    ]);
  });

  it("G1 says when what is spare is needed, and when what may repeat may not", () => {
    const all = { "pass-any-rate": { rails: [/\/(rate|state):/] } };
    expect(rails({}, { ...OPTIONS, spare: all })[PIECE]?.split("\n")).toEqual([
      "G1: pass-any-rate no longer passes without mlx5_0/state:ACTIVE of rails, which is named spare",
      "G1: pass-any-rate no longer passes without mlx5_1/state:ACTIVE of rails, which is named spare",
    ]);
    expect(rails({}, { ...OPTIONS, repeats: { "pass-at-rate": { rails: [/_0\/state:/] } } })[AGAIN]).toBe(
      "G1: pass-at-rate does not pass when rails says mlx5_0/state:ACTIVE again with another value, which is named as one that may repeat",
    );
    expect(
      rails(
        { takesFirst: true },
        { ...OPTIONS, repeats: { "pass-at-rate": { rails: [/:/] }, "pass-any-rate": { rails: [/:/] } } },
      )[AGAIN],
    ).toBeUndefined();
  });

  it("shows twenty faults and counts the rest", () => {
    const found = rails({ passesUnusable: true })["refuses foreign shapes"]?.split("\n") ?? [];
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toMatch(/^G3: and \d+ more$/);
  });
});

describe("an example that is answered wrongly", () => {
  const examples = (expected: Partial<ExpectedCheck>) =>
    buildExample(
      "rails",
      "fail-down",
      { probes: { rails: "mlx5_0/state:DOWN\n" }, expect: { rails: { devices: ["mlx5_0"] } } },
      expected,
    );

  it("is told by part, cause and rule", () => {
    expect(wronglyAnswered(railsCheck(), examples({}))).toEqual([]);
    const scopes = [{ kind: "port", id: "mlx5_0", causes: ["hardware", "platform"] }];
    expect(wronglyAnswered(railsCheck(), examples({ scopes }))).toEqual([
      "the cause for port mlx5_0 is fabric, not one of hardware, platform (expected.json of fail-down: fail-down)",
    ]);
    expect(wronglyAnswered(railsCheck(), { ...examples({}), name: "pass-up" })).toEqual([
      "the verdict of pass-up is fail, and an example is named by its verdict",
    ]);
    expect(wronglyAnswered({ ...railsCheck(), id: "others" }, examples({}))).toEqual([
      "expected.json of fail-down does not speak of others",
    ]);
  });

  it("G9 is told which code was declared otherwise", () => {
    const check = railsCheck();
    const declaring = (change: object) =>
      wronglyAnswered({ ...check, codes: { ...check.codes, ...change } }, examples({}));
    const { "rail-wrong": wrong } = check.codes;
    expect(declaring({ "rail-wrong": undefined })).toEqual(["G9: rail-wrong is given and not declared"]);
    expect(declaring({ "rail-wrong": { ...wrong, verdict: "inconclusive" } })).toEqual([
      "G9: rail-wrong is given as fail and declared as inconclusive",
    ]);
    expect(declaring({ "rail-wrong": { ...wrong, causes: ["hardware", "platform"] } })).toEqual([
      "G9: the cause of rail-wrong is fabric, not one of those declared: hardware, platform",
    ]);
  });
});
