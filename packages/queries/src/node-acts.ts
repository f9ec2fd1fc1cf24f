import { IdentityEventKind } from "@slipway/domain";
import { z } from "zod";
import { defineDocument, defineEvents } from "./document.ts";
import { count, machineId } from "./fields.ts";

export const nodeCorrectionDocument = defineDocument(
  "slipway/node-correction@1",
  {
    about: "A correction of the node database that somebody made.",
    commands: ["nodes merge", "nodes split", "nodes forget", "nodes undo"],
  },
  {
    event: z.int().describe("the number to name when undoing it"),
    machines: z.tuple([machineId(), machineId()]).readonly().describe("both machines"),
    why: z.string(),
  },
);

const file = z.string();

export const loadEvents = defineEvents(
  "slipway/load-event@1",
  { about: "What happens while `nodes load` takes in sightings.", commands: ["nodes load"] },
  {
    progress: { done: count(), of: count() },
    "bad-row": {
      file,
      line: count(),
      field: z.string().describe("empty when the whole row is wrong"),
      message: z.string(),
    },
    file: {
      file,
      sightings: count(),
      bad: count(),
      loaded: z.boolean().describe("false: nothing of it is"),
    },
    loaded: {
      sightings: count(),
      duplicates: count().describe("stored before"),
      machines: z.object({ new: count(), known: count() }),
      events: z.partialRecord(IdentityEventKind, count()).readonly(),
      conflicts: count().describe("fields on which sources now disagree"),
      respelt: z
        .record(z.string(), z.string())
        .readonly()
        .optional()
        .describe("vendors in a spelling of their own, and what each is taken as"),
    },
  },
);
