import { z } from "zod";
import { defineDocument, type ContentOf } from "./document.ts";
import { count, instant, list } from "./fields.ts";

const livingWorker = z.object({
  id: z.string(),
  release: z.string(),
  starting: z.boolean().describe("it has not begun to take work: what it can do is not known yet"),
  secondsSinceBeat: z.number(),
  skewSeconds: z.number().nullable().describe("by how much its machine's clock is ahead of the database's"),
  covers: list(z.string()).describe("what it can do; `*` stands for any; nothing while it takes no work"),
});

const actNeeds = z.object({
  queue: z.string(),
  needs: list(z.string()),
  acts: count().describe("without an outcome"),
  failing: count().describe("those of them whose last try failed"),
  validations: count().describe("that wait for a worker before an act is written for them"),
  workers: list(z.string()).describe("living ones that can do them"),
});

export const workersDocument = defineDocument(
  "slipway/workers@1",
  { about: "Who works, what each can do, and what waits because nobody can.", commands: ["workers"] },
  { workers: list(livingWorker), needs: list(actNeeds) },
);

const failing = z.object({
  counts: z.object({ acts: count(), ticks: count(), polls: count(), parked: count() }).describe("of all"),
  failing: list(
    z.object({
      what: z.string().describe("an act, tick: a look at a validation, or poll: of a vendor"),
      object: z.string(),
      machine: z.int().nullable(),
      tries: count(),
      lastError: z.string(),
      secondsToNextTry: z.number(),
    }),
  ).describe("the first 20, the most tried first"),
  parked: list(
    z.object({
      validation: z.int(),
      node: z.string(),
      code: z.string(),
      owner: z.string().nullable(),
      reason: z.string(),
    }),
  ).describe("the first 20"),
});

const byName = () => z.record(z.string(), count()).readonly();

export const statusDocument = defineDocument(
  "slipway/status@1",
  { about: "The fleet in numbers: where capacity is, and what needs somebody.", commands: ["status"] },
  {
    machines: count(),
    accounts: byName().describe("machines by account"),
    validations: byName().describe("by status"),
    passes: count(),
    bansByCause: byName().describe("banned machines, each once, by the cause that comes first"),
    takenOut: list(z.object({ cluster: z.string(), machines: count(), of: count() })).describe(
      "machines that bans took out of service within a day",
    ),
    byCluster: list(z.object({ cluster: z.string(), accounts: byName() })),
    workers: list(livingWorker),
    uncovered: list(actNeeds).describe("what waits and nobody who lives can do"),
    items: list(z.object({ id: z.int(), kind: z.string(), owner: z.string(), title: z.string() })).describe(
      "what a person should look at: the first 20",
    ),
    itemsByKind: byName().describe("how many there are of all, by kind"),
    past: z.object({ day: z.number(), days: z.number() }).nullable().describe("of a lab, while its past is made"),
    applied: z.object({ release: count(), by: z.string(), at: instant() }).nullable(),
    staged: list(z.string()).describe("changes that canary nodes try"),
    failing,
    oldestOpen: z
      .object({ node: z.string(), hours: z.number(), status: z.string(), owner: z.string().nullable() })
      .nullable()
      .describe("the oldest open validation"),
  },
);

/** Who works, what each can do, and what waits for whom. */
export type WorkersStatus = ContentOf<typeof workersDocument>;
/** A worker that was heard of lately. */
export type LivingWorker = z.output<typeof livingWorker>;
/** The acts that need the same of a worker. */
export type ActNeeds = z.output<typeof actNeeds>;
/** What fails, the most tried first, and the validations that are parked for it. */
export type FailingStatus = z.output<typeof failing>;
/** The fleet in numbers, as it is now. */
export type FleetStatus = ContentOf<typeof statusDocument>;
