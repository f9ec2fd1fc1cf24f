import { addedBy, tallyOf, type Folded, type Moves } from "./cube-ours.ts";
import { median } from "./report.ts";

/** A database that holds the same runs and answers the same questions. */
export interface Peer {
  /** Runs statements of which nothing is read. */
  run(sql: string): Promise<void>;
  /** Rows of numbers. */
  rows(sql: string): Promise<readonly (readonly number[])[]>;
}

/** What it took, in milliseconds; each the median of its rounds. */
export interface PeerTimes {
  readonly fold: number;
  readonly cube: number;
  readonly slider: number;
  readonly dropped: number;
}

const ROUNDS = 3;

/**
 * Times a database over tables `runs` (attempt, run, mask) and `facts` (attempt, cell, standing); before a time counts,
 * what was answered is what we answered.
 *
 * @param folds the ways to write the fold in one statement over `runs`, of which the fastest counts
 */
export async function timePeer(
  peer: Peer,
  folds: readonly string[],
  ours: { readonly folded: Folded; readonly moves: Moves },
): Promise<PeerTimes> {
  const fold = Math.min(...(await inTurn(folds, (sql) => timed(ROUNDS, () => remade(peer, "folded", sql)))));
  assertEqual(
    "folded attempts",
    await peer.rows("select attempt, first, mask, runs from folded order by attempt"),
    ours.folded.rows,
  );
  await remade(
    peer,
    "attempts",
    "select attempt, cell, standing, first, mask, runs from folded join facts using (attempt)",
  );
  const cube = await timed(ROUNDS, () =>
    remade(
      peer,
      "tallies",
      "select cell, case when first = 0 then 13 else first end l, mask, standing, count(*) n from attempts group " +
        "by cell, case when first = 0 then 13 else first end, mask, standing",
    ),
  );
  assertEqual(
    "the cube",
    await peer.rows("select cell, l, mask, standing, n from tallies order by 1, 2, 3, 4"),
    tallyOf(ours.moves.cube),
  );
  // Each from its own cube: one row a threshold, of which sums are made outside.
  const slider = await timed(ROUNDS * 5, () => peer.rows("select l, sum(n) from tallies group by l order by l"));
  assertEqual(
    "thresholds",
    addedBy(await peer.rows("select l, sum(n), 0 from tallies group by l order by l")),
    ours.moves.plain,
  );
  const dropSql = (bit: number): string =>
    `select l, sum(n), sum(case when mask <> 0 and (mask & ~${String(1 << bit)}) = 0 then n else 0 end) from tallies group by l order by l`;
  const dropped = await timed(ROUNDS * 5, () => peer.rows(dropSql(0)));
  for (const [bit, expected] of ours.moves.byDropped.entries())
    assertEqual(`thresholds without check ${String(bit)}`, addedBy(await peer.rows(dropSql(bit))), expected);
  return { fold, cube, slider, dropped };
}

async function remade(peer: Peer, table: string, sql: string): Promise<void> {
  await peer.run(`drop table if exists ${table}`);
  await peer.run(`create table ${table} as ${sql}`);
}

export async function inTurn<A, B>(values: readonly A[], work: (value: A) => Promise<B>): Promise<B[]> {
  const done: B[] = [];
  for (const value of values) done.push(await work(value));
  return done;
}

/** The median of some rounds, in milliseconds. */
export const timed = async (rounds: number, work: () => unknown): Promise<number> =>
  median(await timedEach(rounds, work));

/** Each of some rounds, in milliseconds. */
export async function timedEach(rounds: number, work: () => unknown): Promise<number[]> {
  const spent: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    await work();
    spent.push(performance.now() - begun);
  }
  return spent;
}

function assertEqual(what: string, theirs: readonly (readonly number[])[], ours: readonly (readonly number[])[]): void {
  if (theirs.length !== ours.length)
    throw new Error(`${what}: ${String(theirs.length)} rows, and ours are ${String(ours.length)}`);
  const at = theirs.findIndex((row, index) => row.some((value, column) => value !== ours[index]?.[column]));
  if (at >= 0) throw new Error(`${what}: row ${String(at)} is ${String(theirs[at])}, and ours ${String(ours[at])}`);
}
