import type { Verdict } from "@slipway/domain";
import { recordOfPass } from "@slipway/evidence";
import { machineName } from "@slipway/policy";
import type { Row, Store } from "@slipway/store";
import type { Span, StoredUnit } from "./unit.ts";

const VALIDATION = [
  "id",
  "vendor",
  "sku",
  "cluster",
  "rack",
  "segment",
  "lane",
  "checks",
  "passes_required",
  "finished_at",
] as const satisfies readonly (keyof Row<"validations">)[];
type Facts = Pick<Row<"validations">, (typeof VALIDATION)[number]>;

/** Validations that one transaction reads, a dozen passes each. */
const PAGE = 100;

/** The passes of a span of time in the order of their validation, attempt, run and try, a page at a time. */
export async function* storedUnits(store: Store, { since, until }: Span): AsyncGenerator<StoredUnit> {
  for (let after = 0; ;) {
    const page = await store.report((tx) =>
      tx.find("validations", {
        where: { id: { gt: after }, created_at: { lte: until } },
        orderBy: ["id"],
        limit: PAGE,
        columns: VALIDATION,
      }),
    );
    yield* await passesOf(
      store,
      page.filter(({ finished_at }) => finished_at === null || finished_at > since),
      { since, until },
    );
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

async function passesOf(
  store: Store,
  validations: readonly Facts[],
  { since, until }: Span,
): Promise<readonly StoredUnit[]> {
  if (validations.length === 0) return [];
  const of = { validation: { in: validations.map(({ id }) => id) } };
  const { passes, results } = await store.report(async (tx) => ({
    passes: await tx.find("passes", {
      where: { ...of, finished_at: { lte: until } },
      orderBy: ["validation", "attempt", "run_index", "try"],
    }),
    results: await tx.find("results", {
      where: of,
      columns: ["validation", "attempt", "run_index", "try", "check", "verdict"],
    }),
  }));
  const said = Map.groupBy(results, nameOf);
  const facts = new Map(validations.map((row) => [row.id, row]));
  return passes
    .filter(({ finished_at }) => finished_at > since)
    .flatMap((pass) => {
      const validation = facts.get(pass.validation);
      return validation === undefined ? [] : [unitOf(pass, validation, said.get(nameOf(pass)) ?? [])];
    });
}

const nameOf = ({
  validation,
  attempt,
  run_index,
  try: tried,
}: Pick<Row<"passes">, "validation" | "attempt" | "run_index" | "try">): string =>
  [validation, attempt, run_index, ...(tried === 0 ? [] : [tried])].join("/");

function unitOf(
  pass: Row<"passes">,
  { vendor, sku, rack, segment, lane, checks, passes_required }: Facts,
  said: readonly { readonly check: string; readonly verdict: Verdict }[],
): StoredUnit {
  return {
    source: "stored",
    name: nameOf(pass),
    ...recordOfPass(pass, { vendor, sku, rack }),
    machine: machineName(pass.machine),
    segment,
    judgedBy: Object.keys(pass.judged_by.checks),
    verdicts: Object.fromEntries(said.map(({ check, verdict }) => [check, verdict])),
    place: { validation: pass.validation, attempt: pass.attempt, run: pass.run_index, try: pass.try, kind: pass.kind },
    lane,
    checks,
    passesRequired: passes_required,
  };
}
