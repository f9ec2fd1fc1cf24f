import type { ActClass, Step } from "@slipway/plugin-sdk";
import { z } from "zod";
import { table, type Markers } from "./block.ts";

export const FACTS: Markers = { start: "<!-- facts: made by `./slipway generate` -->", end: "<!-- /facts -->" };

/** What each class means, for those who read a step's page. */
const CLASSES: Readonly<Record<ActClass, string>> = {
  read: "it changes nothing, and waits",
  idempotent: "performing it again changes nothing further",
  keyed: "performing it again under the same key changes nothing further",
  once: "it is never repeated; where a crash leaves its effect unclear, a person decides",
};

/** What of its input and its nature a step's page says, made from the step itself. */
export function factsOf(step: Step): string {
  const facts = table([
    ["fact", "value"],
    ["class", `\`${step.class}\`: ${CLASSES[step.class]}`],
    ["disturbs work on the node", step.disturbs ? "yes" : "no"],
    ["can be taken back", step.revert === undefined ? "no" : "yes"],
    ...(step.maxFactAgeMs === undefined ? [] : [["oldest facts it acts on", `${String(step.maxFactAgeMs / 1_000)} s`]]),
  ]);
  return `${facts}\n${inputTable(step.input)}`;
}

interface InputSchema {
  readonly properties?: Readonly<Record<string, { type?: string; enum?: readonly unknown[]; description?: string }>>;
  readonly required?: readonly string[];
}

function inputTable(input: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: "input" }) as InputSchema;
  const rows = Object.entries(properties).map(([name, { type = "", enum: values, description = "" }]) => [
    `\`${name}\``,
    values === undefined ? type : values.map((value) => `\`${String(value)}\``).join(" or "),
    required.includes(name) ? "yes" : "no",
    description,
  ]);
  return table([["input", "form", "needed", "meaning"], ...rows]);
}
