import { expect, it } from "vitest";
import { JobEnds } from "./queue-ends.ts";

it("ends the jobs of a queue that end while others are being ended in one group, and tells each once it is ended", async () => {
  const groups: { readonly queue: string; readonly jobs: readonly number[]; readonly done: () => void }[] = [];
  const ends = new JobEnds<number>(
    (queue, jobs) =>
      new Promise<void>((done) => {
        groups.push({ queue, jobs, done });
      }),
  );
  const ended: number[] = [];
  const add = (queue: string, job: number): Promise<void> =>
    ends.add(queue, [job]).then(() => {
      ended.push(job);
    });
  const first = add("act", 1);
  await Promise.resolve();
  const rest = [add("act", 2), add("tick", 3), add("act", 4)];
  await Promise.resolve();
  expect(groups.map(({ queue, jobs }) => [queue, jobs])).toEqual([
    ["act", [1]],
    ["tick", [3]],
  ]);

  groups[0]?.done();
  await first;
  expect(ended).toEqual([1]);
  expect(groups.map(({ queue, jobs }) => [queue, jobs])).toEqual([
    ["act", [1]],
    ["tick", [3]],
    ["act", [2, 4]],
  ]);
  for (const { done } of groups) done();
  await Promise.all(rest);
  expect(ended.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);

  const last = add("act", 5);
  await Promise.resolve();
  expect(groups.at(-1)).toMatchObject({ queue: "act", jobs: [5] });
  groups.at(-1)?.done();
  await last;
});
