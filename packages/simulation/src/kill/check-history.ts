import type { HistoryRow, RecordedTable } from "./history.ts";

/** An act that the world itself saw, by the key it was asked under. */
export interface SeenAct {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly what: string;
  readonly node: string;
  readonly key: string;
}

type Fields = Readonly<Record<string, unknown>>;

interface Claim {
  readonly holder: string | null;
  readonly fence: number;
}

interface Intent {
  readonly object: string;
  readonly machine: number;
  readonly fence: number;
  readonly act: string;
  readonly input: Fields;
  readonly writtenAt: number;
  readonly open: boolean;
}

/** A stretch of time in which an object held a machine under one fence. */
interface Holding {
  readonly machine: number;
  readonly holder: string;
  readonly fence: number;
  readonly from: number;
  until: number;
}

/** Clocks of the world's journal and of the database are of one machine; each rounds. */
const ROUNDING_MS = 5;

const objectOf = (id: unknown): string => `validation/${String(id)}`;
const claimOf = ({ holder, fence }: Fields): Claim => ({ holder: holder as string | null, fence: Number(fence) });
const intentOf = (row: Fields): Intent => ({
  object: String(row["object"]),
  machine: Number(row["machine"]),
  fence: Number(row["fence"]),
  act: String(row["act"]),
  input: row["input"] as Fields,
  writtenAt: Date.parse(String(row["written_at"])),
  open: row["outcome"] === null,
});
/** What a pass and the intent that it is of have in common. */
const passName = (object: string, attempt: unknown, index: unknown, tried: unknown): string =>
  [object, attempt, index, tried].map(String).join("/");

/**
 * The model that a history of commits is checked against: a machine is claimed by one object at a time, under a
 * fence that only rises; an object has one act under way; a pass is counted once, by the act that ran it, while its
 * object holds the machine; a release is of an object that holds its machine and has the passes it needs.
 */
class Model {
  readonly problems: string[] = [];
  readonly holdings: Holding[] = [];
  readonly intents = new Map<string, Intent>();
  readonly #claims = new Map<number, Claim>();
  readonly #open = new Map<string, string>();
  readonly #counted = new Map<string, string>();
  /** Required passes that passed, by validation and attempt. */
  readonly #passed = new Map<string, number>();
  readonly #validations = new Map<string, Fields>();

  /** Takes one transaction: what it wrote holds together, whatever the order of its statements. */
  commit(rows: readonly HistoryRow[]): void {
    const of = (table: RecordedTable): readonly HistoryRow[] => rows.filter((one) => one.table === table);
    const before = new Map(this.#claims);
    for (const { row } of of("validations")) if (row !== null) this.#validations.set(objectOf(row["id"]), row);
    for (const change of of("claims")) this.#claim(change);
    const ended = new Set<string>();
    for (const change of of("intents")) this.#intent(change, ended);
    for (const { row, old } of of("passes")) if (row !== null && old === null) this.#pass(row, before, ended);
    for (const { row, old } of of("releases")) if (row !== null && old === null) this.#release(row, before);
  }

  #claim({ row, old, committedAt }: HistoryRow): void {
    if (row === null) return;
    const machine = Number(row["machine"]);
    const [was, is] = [this.#claims.get(machine) ?? { holder: null, fence: 0 }, claimOf(row)];
    const said = old === null ? undefined : claimOf(old);
    if (said !== undefined && (said.holder !== was.holder || said.fence !== was.fence))
      this.problems.push(`the claim on machine ${String(machine)} changed from a state that no commit had left`);
    if (is.holder !== was.holder || is.fence !== was.fence) this.#handOver(machine, { was, is, at: committedAt });
    this.#claims.set(machine, is);
  }

  #handOver(machine: number, { was, is, at }: { readonly was: Claim; readonly is: Claim; readonly at: number }): void {
    const who = `machine ${String(machine)}`;
    if (is.fence < was.fence)
      this.problems.push(`the fence of ${who} fell from ${String(was.fence)} to ${String(is.fence)}`);
    if (is.holder !== null && is.holder !== was.holder) {
      if (was.holder !== null) this.problems.push(`${who} was taken from ${was.holder} by ${is.holder}`);
      if (is.fence <= was.fence)
        this.problems.push(`${who} was claimed by ${is.holder} under the old fence ${String(is.fence)}`);
    }
    const last = this.holdings.findLast((one) => one.machine === machine);
    if (last?.until === Infinity) last.until = at;
    if (is.holder !== null)
      this.holdings.push({ machine, holder: is.holder, fence: is.fence, from: at, until: Infinity });
  }

  #intent({ row, old }: HistoryRow, ended: Set<string>): void {
    // One that was carried out, of a kind that keeps none: what follows it may begin.
    if (row === null && old !== null) {
      const { object } = intentOf(old);
      if (this.#open.get(object) === String(old["key"])) this.#open.delete(object);
      this.intents.delete(String(old["key"]));
    }
    if (row === null) return;
    const key = String(row["key"]);
    const intent = intentOf(row);
    this.intents.set(key, intent);
    if (old === null) {
      const other = this.#open.get(intent.object);
      if (other !== undefined) this.problems.push(`${key} was begun while ${other} of ${intent.object} was under way`);
      const claim = this.#claims.get(intent.machine);
      if (claim?.holder === intent.object && claim.fence !== intent.fence)
        this.problems.push(
          `${key} was written under fence ${String(intent.fence)}, and its claim has ${String(claim.fence)}`,
        );
    }
    if (intent.open) this.#open.set(intent.object, key);
    else {
      if (this.#open.get(intent.object) === key) this.#open.delete(intent.object);
      if (old?.["outcome"] === null) ended.add(key);
    }
  }

  #pass(row: Fields, before: ReadonlyMap<number, Claim>, ended: ReadonlySet<string>): void {
    const object = objectOf(row["validation"]);
    const name = passName(object, row["attempt"], row["run_index"], row["try"]);
    const key = [...ended].find((one) => {
      const intent = this.intents.get(one);
      const { attempt, runIndex, try: tried } = intent?.input ?? {};
      return intent?.act === "pass" && passName(intent.object, attempt, runIndex, tried) === name;
    });
    const intent = key === undefined ? undefined : this.intents.get(key);
    if (key === undefined || intent === undefined)
      this.problems.push(`pass ${name} was counted, and no act of it ended with it`);
    else {
      const claim = before.get(Number(row["machine"]));
      if (claim?.holder !== object || claim.fence !== intent.fence)
        this.problems.push(
          `pass ${name} of fence ${String(intent.fence)} was counted while ${claim?.holder ?? "nobody"} ` +
            `held its machine under ${String(claim?.fence)}`,
        );
    }
    const other = this.#counted.get(name);
    if (other !== undefined) this.problems.push(`pass ${name} was counted twice`);
    this.#counted.set(name, key ?? "");
    if (row["kind"] !== "required" || row["verdict"] !== "pass") return;
    const attempt = `${object}/${String(row["attempt"])}`;
    this.#passed.set(attempt, (this.#passed.get(attempt) ?? 0) + 1);
  }

  #release(row: Fields, before: ReadonlyMap<number, Claim>): void {
    if (row["entry"] === "override") return;
    const object = objectOf(row["validation"]);
    const claim = before.get(Number(row["machine"]));
    if (claim?.holder !== object)
      this.problems.push(`${object} was released while ${claim?.holder ?? "nobody"} held its machine`);
    const validation = this.#validations.get(object);
    const passed = [...this.#passed]
      .filter(([attempt]) =>
        (validation?.["policy"] as Fields | undefined)?.["counting"] === "cumulative"
          ? attempt.startsWith(`${object}/`)
          : attempt === `${object}/${String(validation?.["attempt"])}`,
      )
      .reduce((sum, [, count]) => sum + count, 0);
    const required = Number(validation?.["passes_required"]);
    if (row["entry"] !== "canary" && !(passed >= required))
      this.problems.push(`${object} was released by ${String(passed)} passes of ${String(required)}`);
  }
}

/**
 * Checks a history of commits, and what the world saw, against the model.
 *
 * @param rows in the order of their commits
 * @param seen what the lab's own journal has of acts, which no worker can change
 * @returns each way in which the model is broken, in plain words; empty when none is
 */
export function checkHistory(rows: readonly HistoryRow[], seen: readonly SeenAct[]): readonly string[] {
  const model = new Model();
  for (const transaction of Map.groupBy(rows, (row) => row.transaction).values()) model.commit(transaction);
  return [...model.problems, ...seen.flatMap((act) => [...actProblems(model, act)])];
}

/** An act was written down before it was asked for; one that reboots a node was asked for while its object held the machine. */
function* actProblems({ intents, holdings }: Model, { at, what, node, key }: SeenAct): Iterable<string> {
  const intent = intents.get(key);
  if (intent === undefined) {
    yield `${what} of ${node} was asked for under ${key}, which no intent has`;
    return;
  }
  if (intent.writtenAt > at + ROUNDING_MS) yield `${what} of ${node} was asked for before ${key} was written`;
  const held = holdings.some(
    ({ machine, holder, fence, from, until }) =>
      machine === intent.machine &&
      holder === intent.object &&
      fence === intent.fence &&
      from <= at + ROUNDING_MS &&
      at <= until + ROUNDING_MS,
  );
  if (what === "power" && !held)
    yield `${what} of ${node} was asked for under ${key} while ${intent.object} did not hold its machine`;
}
