import { askedOfVendor, defineStep, observedAtVendor, vendorMethod, VendorTarget } from "@slipway/plugin-sdk";
import type { ActContext, ActDefinition, Observed, Step, Undo } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import {
  observe,
  perform,
  revert,
  systemctl,
  unitInput,
  unitStep,
  unitWorld,
  type UnitInput,
} from "../../test/unit-step.ts";
import { oneNode } from "./one-node.ts";
import { faultsOf, stepClauses, subjectOf } from "./step-contract.ts";
import type { StepCase } from "./step-world.ts";

const unitCase: StepCase = { input: unitInput, open: () => unitWorld() };
const vendorCase: StepCase = { input: { account: "acme", node: { nodeName: "n1" } }, open: oneNode };

/** A step that keeps the contract, on a vendor, with something else of it. */
const vendorStep = (other: Partial<ActDefinition<typeof VendorTarget>> = {}): Step =>
  defineStep({
    id: "give-back",
    version: "1.0.0",
    title: "The vendor has the node back",
    input: VendorTarget,
    class: "keyed",
    disturbs: false,
    needs: ({ account }) => [`vendor:${account}`],
    observe: (context, { account }) => observedAtVendor(context, account),
    perform: (context, { account, node }) =>
      askedOfVendor(context, (options) => vendorMethod(context, account, "returnToService")(node, options)),
    ...other,
  });

/** Titles of the sentences that a step breaks. */
async function broken(step: Step, one: StepCase): Promise<string[]> {
  const titles: string[] = [];
  for (const clause of stepClauses)
    if ((await faultsOf(clause, subjectOf(step, one))).length > 0) titles.push(clause.title);
  return titles;
}

const asked = (context: ActContext, other: Partial<ActContext>): ActContext => ({ ...context, ...other });
const ALREADY: Observed = { state: "already", facts: {} };

it("finds nothing wrong with a step that keeps the contract", async () => {
  expect(await broken(unitStep(), unitCase)).toEqual([]);
  expect(await broken(vendorStep(), vendorCase)).toEqual([]);
});

let turn = 0;
const tried = new WeakSet<Undo>();
const NOBODY = new AbortController().signal;

describe("a step of a node", () => {
  it.each<readonly [string, NonNullable<Parameters<typeof unitStep>[0]>, string]>([
    [
      "never sees its effect",
      { observe: async () => ({ state: "not-yet", facts: {}, prior: [] }) },
      "observes `not-yet` before, and `already`",
    ],
    ["takes its effect for granted", { observe: async () => ALREADY }, "observes `not-yet` before, and `already`"],
    [
      "acts while it looks",
      { observe: async (context, input) => (await perform(context, input), observe(context, input)) },
      "changes nothing by observing",
    ],
    [
      "sees something else each time",
      { observe: async (...args) => ({ ...(await observe(...args)), facts: { turn: (turn += 1) } }) },
      "changes nothing by observing, and sees the same twice",
    ],
    [
      "says facts that are no JSON",
      { observe: async (...args) => ({ ...(await observe(...args)), facts: { at: new Date(0) } }) },
      "says what it saw as JSON",
    ],
    [
      "takes a node that cannot be read for done",
      { observe: async (...args) => observe(...args).then((seen) => (seen.state === "unclear" ? ALREADY : seen)) },
      "never observes what it cannot tell",
    ],
    [
      "takes a node that cannot be read for not done",
      {
        observe: async (...args) =>
          observe(...args).then((seen) => (seen.state === "unclear" ? { ...seen, state: "not-yet" } : seen)),
      },
      "never observes what it cannot tell",
    ],
    [
      "does not say why it is unclear",
      {
        observe: async (...args) => {
          const { reason: _, ...seen } = await observe(...args);
          return seen;
        },
      },
      "never observes what it cannot tell",
    ],
    ["says that it only reads and acts", { class: "read" }, "has something to perform unless it only reads"],
    ["performs nothing", { perform: async () => ({ did: "done" }) }, "has something to perform unless it only reads"],
    [
      "says done whatever came of it",
      { perform: async (context, input) => (await perform(context, input), { did: "done" }) },
      "says `refused` only of what was certainly not done, and `done` of nothing that failed",
    ],
    [
      "says refused of what may have been done",
      {
        perform: async (context, input) => {
          const performed = await perform(context, input);
          return performed.did === "unknown" ? { did: "refused", code: "NotDone", reason: performed.why } : performed;
        },
      },
      "says `refused` only of what was certainly not done",
    ],
    [
      "takes back what is another's",
      {
        revert: async (context, input, undo) => {
          const back = await revert(context, input, undo);
          return back === "skipped-foreign" ? (await systemctl(context, input, "enable"), "reverted") : back;
        },
      },
      "leaves what somebody else changed since as it is",
    ],
    ["says that it took back and did not", { revert: async () => "reverted" }, "takes its changes back once"],
    [
      "takes back what was never done",
      { revert: async (context, input) => (await systemctl(context, input, "enable"), "reverted") },
      "has nothing to take back of an act that was never performed",
    ],
    [
      "tries to take back only once",
      {
        revert: async (context, input, undo) => {
          if (tried.has(undo)) return "already-gone";
          tried.add(undo);
          return revert(context, input, undo);
        },
      },
      "is taken back in the end when the worker dies while it takes it back",
    ],
    [
      "says nothing of what it would change",
      {
        observe: async (...args) => {
          const { prior: _, ...seen } = await observe(...args);
          return seen;
        },
      },
      "says before it acts what it would change exactly when it can take it back",
    ],
    ["needs nothing", { needs: () => [] }, "says by its input alone what a worker has to have"],
    ["needs another thing each time", { needs: () => [`ssh:${String((turn += 1))}`] }, "says by its input alone"],
    ["needs what nobody has", { needs: ({ way }: UnitInput) => [way, "luck"] }, "says by its input alone"],
    [
      "gives its calls more time than it has",
      { observe: (context, input) => observe(asked(context, { deadlineMs: 1e9 }), input) },
      "gives every call the act's signal and no more time",
    ],
    [
      "gives its calls a signal of its own",
      { observe: (context, input) => observe(asked(context, { signal: NOBODY }), input) },
      "ends with its signal's reason when that is aborted",
    ],
    [
      "swallows an abort",
      {
        observe: (context, input) =>
          observe(context, input).catch(() => ({ state: "unclear", facts: {}, reason: "it was aborted" })),
      },
      "ends with its signal's reason when that is aborted",
    ],
  ])("that %s is found out", async (_, other, title) => {
    expect(await broken(unitStep(other), unitCase)).toContainEqual(expect.stringContaining(title));
  });

  it("that takes any input is found out", async () => {
    const input = { safeParse: () => ({ success: true, data: unitInput }) } as never;
    const loose: Step = { ...unitStep(), input };
    const subject = { step: loose, open: () => unitWorld(), input: unitInput };
    const found = await Promise.all(stepClauses.map((clause) => faultsOf(clause, subject)));
    expect(found.flat()).toEqual(["its schema takes an empty input, which names nothing to act on"]);
  });

  it("that can be taken back is not proven by a world in which nobody else changes anything", async () => {
    const lonely: StepCase = { input: unitInput, open: () => unitWorld({ others: false }) };
    expect(await broken(unitStep(), lonely)).toContain("leaves what somebody else changed since as it is");
  });
});

describe("a step at a vendor", () => {
  const under = (key: () => string): Partial<ActDefinition<typeof VendorTarget>> => ({
    perform: (context, { account, node }) =>
      askedOfVendor(asked(context, { key: key() }), (options) =>
        vendorMethod(context, account, "returnToService")(node, options),
      ),
  });

  it.each<readonly [string, Partial<ActDefinition<typeof VendorTarget>>, readonly string[]]>([
    [
      "asks under a new key each time",
      under(() => `mine/${String((turn += 1))}`),
      [
        "gives the vendor the act's own key",
        "changes nothing further when it is performed again",
        "resumed after a crash between any two of its calls",
        "does not know of an act whose answer was lost, and finds its effect by observing",
      ],
    ],
    [
      "is of the class `once` and acts under a key of its own",
      { class: "once", ...under(() => "mine") },
      ["gives the vendor the act's own key", "does not know of an act whose answer was lost"],
    ],
    [
      "is never done in the end after a crash",
      {
        perform: async (context, { account, node }) => {
          const call = (key: string) =>
            askedOfVendor(asked(context, { key }), (options) =>
              vendorMethod(context, account, "returnToService")(node, options),
            );
          await call(`first/${String((turn += 1))}`);
          return call(context.key);
        },
      },
      ["resumed after a crash between any two of its calls"],
    ],
    [
      "does not pass on when to ask again",
      {
        perform: async (context, input) => {
          const performed = await vendorStep().perform?.(context, input, {});
          return performed?.did === "refused"
            ? { did: "refused", code: "no", reason: "" }
            : (performed ?? { did: "unknown", why: "" });
        },
      },
      ["says `refused` only of what was certainly not done"],
    ],
    ["needs another account", { needs: () => ["vendor:other"] }, ["says by its input alone what a worker has to have"]],
    [
      "gives prior values and cannot take them back",
      {
        observe: async (context, { account }) => ({
          ...(await observedAtVendor(context, account)),
          prior: [{ key: "service", prior: "in", applied: "in" }],
        }),
      },
      ["says before it acts what it would change exactly when it can take it back"],
    ],
  ])("that %s is found out", async (_, other, titles) => {
    const found = await broken(vendorStep(other), vendorCase);
    for (const title of titles) expect(found).toContainEqual(expect.stringContaining(title));
  });
});
